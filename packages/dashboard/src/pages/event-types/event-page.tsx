import { Link, useParams } from "@tanstack/react-router";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Event, Operations } from "@posthorn/sdk";
import { ApiError, post, read } from "../../api.ts";
import { ActionMenu } from "../../ui/menu.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Id } from "../../ui/id.tsx";
import type { Json } from "../../ui/json-path.ts";
import { JsonTree } from "../../ui/json-tree.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.tsx";
import { words } from "../../ui/words.ts";
import { useEvent } from "../deliveries/calls.ts";
import { strings } from "./strings.ts";

/** One event: its data, and for each endpoint why it did or did not get it. */
export function Page() {
  // Proof: the route of this page has this parameter.
  const { eventId } = useParams({ strict: false }) as { eventId: string };
  const event = useEvent(eventId);
  if (event.error instanceof ApiError && event.error.status === 404) {
    return (
      <EmptyState
        title={strings.goneTitle}
        text={strings.goneText}
        actions={<ButtonLink to="/settings/integrations/events?tab=log">{strings.all}</ButtonLink>}
      />
    );
  }
  if (event.error && !event.data) {
    return <ErrorState error={event.error} onRetry={() => void event.refetch()} />;
  }
  if (!event.data) return <SkeletonLines />;
  return <Loaded event={event.data} />;
}

function Loaded({ event }: { readonly event: Event }) {
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  const purge = useMutation({
    mutationFn: () => post(`/api/events/${event.id}/purge`),
    onSettled: () => client.invalidateQueries({ queryKey: ["events"] }),
  });
  return (
    <>
      <PageHeader
        title={event.type}
        text={<Facts event={event} />}
        actions={
          event.purgedAt === null && (
            <ActionMenu
              label={words.more}
              entries={[
                { label: `${strings.purge} …`, isDanger: true, onSelect: () => setAsked(true) },
              ]}
            />
          )
        }
      />
      <div className="flex flex-col gap-8">
        <Explanations eventId={event.id} />
        <section aria-labelledby="payload">
          <h2 id="payload" className="pb-2 text-body font-semibold">
            {strings.payload}
          </h2>
          {event.purgedAt === null ? (
            // Proof: it came out of a JSON document.
            <JsonTree value={event.data as Json} label={strings.payload} />
          ) : (
            <p className="text-table text-secondary">{strings.purged}</p>
          )}
        </section>
      </div>
      <ConfirmDialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={strings.purgeTitle}
        action={strings.purgeAction}
        onConfirm={async () => {
          await purge.mutateAsync();
          toast({ text: strings.purgedToast });
        }}
      >
        {strings.purgeText}
      </ConfirmDialog>
    </>
  );
}

function Facts({ event }: { readonly event: Event }) {
  const facts = [
    [strings.resource, event.resource],
    [strings.key, event.orderingKey],
    [strings.sequence, event.sequence],
    [strings.trace, event.traceparent],
  ].filter(([, value]) => value !== null);
  return (
    <span className="flex flex-wrap gap-x-1">
      <Id id={event.id} name={strings.eventId} />
      <span>
        · {strings.accepted.toLowerCase()} <Time at={event.createdAt} />
      </span>
      {event.occurredAt !== event.createdAt && (
        <span>
          · {strings.occurred.toLowerCase()} <Time at={event.occurredAt} />
        </span>
      )}
      {facts.map(([name, value]) => (
        <span key={name} className="[overflow-wrap:anywhere]">
          · {name} {value}
        </span>
      ))}
    </span>
  );
}

type Explanation = Operations["eventsExplainList"]["answer"]["data"][number];

function Explanations({ eventId }: { readonly eventId: string }) {
  const explanations = useQuery({
    queryKey: ["events", "explain", eventId],
    queryFn: async ({ signal }) => {
      const path = `/api/events/${eventId}/explain`;
      return (await read<{ data: readonly Explanation[] }>(path, undefined, signal)).data;
    },
  });
  const { data, error } = explanations;
  return (
    <section aria-labelledby="endpoints">
      <h2 id="endpoints" className="pb-2 text-body font-semibold">
        {strings.endpoints}
      </h2>
      {error && <ErrorState error={error} onRetry={() => void explanations.refetch()} />}
      {data?.length === 0 && <p className="text-table text-secondary">{strings.noEndpoints}</p>}
      <ul className="text-table">
        {data?.map((each) => (
          <ExplanationRow key={each.endpointId} explanation={each} />
        ))}
      </ul>
    </section>
  );
}

function ExplanationRow({ explanation }: { readonly explanation: Explanation }) {
  const { endpointId, url, message, deliveryId, status } = explanation;
  const endpoint = `/settings/integrations/webhooks/${endpointId}`;
  const to = deliveryId === null ? endpoint : `${endpoint}/deliveries/${deliveryId}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-hairline py-2">
      <Link
        to={to}
        className="min-w-48 flex-1 font-medium [overflow-wrap:anywhere] hover:underline"
      >
        {url}
      </Link>
      {status === null ? (
        <span className="text-secondary">{message}</span>
      ) : (
        <StatusBadge status={status} />
      )}
    </li>
  );
}
