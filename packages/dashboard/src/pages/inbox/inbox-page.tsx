import { useParams } from "@tanstack/react-router";
import { ApiError } from "../../api.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Field, Select } from "../../ui/field.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { useUrlState } from "../../url-state.ts";
import { behaviorOf, choiceOf } from "./behavior.ts";
import {
  addEndpointFor,
  setBehavior,
  useInbox,
  useInboxChange,
  useRequest,
  useRequests,
  type Inbox,
} from "./calls.ts";
import { RequestDetail } from "./request-detail.tsx";
import { RequestList } from "./request-list.tsx";
import { strings } from "./strings.ts";

/** One inbox: the requests as they come on the left, the chosen one in full on the right. */
export function Page() {
  // Proof: the route of this page has this parameter.
  const { inboxId } = useParams({ strict: false }) as { inboxId: string };
  const inbox = useInbox(inboxId);
  if (inbox.error instanceof ApiError && inbox.error.status === 404) {
    return (
      <EmptyState
        title={strings.goneTitle}
        text={strings.goneText}
        actions={<ButtonLink to="/settings/integrations/inbox">{strings.all}</ButtonLink>}
      />
    );
  }
  if (inbox.error && !inbox.data) {
    return <ErrorState error={inbox.error} onRetry={() => void inbox.refetch()} />;
  }
  if (!inbox.data) return <SkeletonLines />;
  return <Loaded inbox={inbox.data} />;
}

function Loaded({ inbox }: { readonly inbox: Inbox }) {
  const requests = useRequests(inbox.id);
  const [state, change] = useUrlState();
  const add = useInboxChange(addEndpointFor);
  const rows = requests.data ?? [];
  const listed = rows.find(({ id }) => id === state["request"]);
  // A link to a request that is further down than the list goes.
  const older = useRequest(inbox.id, requests.data && !listed ? state["request"] : undefined);
  const selected = listed ?? older.data ?? rows[0];
  return (
    <>
      <PageHeader
        title={inbox.name}
        text={
          <span className="flex items-center gap-1">
            <code className="text-code [overflow-wrap:anywhere]">{inbox.url}</code>
            <CopyButton text={inbox.url} name={strings.urlName} />
          </span>
        }
        actions={
          <Button
            isBusy={add.isPending}
            onClick={() =>
              add.mutate(inbox, { onSuccess: () => toast({ text: strings.addedEndpoint }) })
            }
          >
            {strings.addEndpoint}
          </Button>
        }
      />
      {add.error && <ErrorState error={add.error} />}
      <BehaviorField inbox={inbox} />
      {requests.error && (
        <ErrorState error={requests.error} onRetry={() => void requests.refetch()} />
      )}
      {requests.data && rows.length === 0 && (
        <EmptyState title={strings.waiting} text={strings.waitingText} />
      )}
      {selected && (
        <div className="grid gap-x-10 gap-y-6 pt-6 lg:grid-cols-[300px_minmax(0,1fr)]">
          <RequestList
            requests={rows}
            selected={selected}
            onSelect={(id) => change({ request: id })}
          />
          <RequestDetail inbox={inbox} request={selected} others={rows} />
        </div>
      )}
    </>
  );
}

function BehaviorField({ inbox }: { readonly inbox: Inbox }) {
  const set = useInboxChange(setBehavior);
  return (
    <div className="max-w-xs">
      <Field label={strings.behaviorLabel}>
        <Select
          value={choiceOf(inbox.behavior)}
          disabled={set.isPending}
          onChange={(choice) =>
            set.mutate(
              { inbox, behavior: behaviorOf(choice) },
              { onSuccess: () => toast({ text: strings.behaviorSet }) },
            )
          }
          choices={strings.behaviors}
        />
      </Field>
      {set.error && <ErrorState error={set.error} />}
    </div>
  );
}
