import { useMutation, useQuery } from "@tanstack/react-query";
import { useMe } from "../../session.ts";
import { Button } from "../../ui/button.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EmptyState, ErrorState } from "../../ui/panel-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { toast } from "../../ui/toast.tsx";
import { useUrlState } from "../../url-state.ts";
import { prepareDemo, readDemo, removeDemo } from "./calls.ts";
import { FailureStep } from "./failure-step.tsx";
import { FirstEventStep } from "./first-event-step.tsx";
import { NextSteps } from "./next-steps.tsx";
import { FormatStep } from "./format-step.tsx";
import { strings } from "./strings.ts";

/** From a fresh installation to a verified delivery; what was made is in the URL, so that it can be opened again. */
export function Page() {
  const { organization } = useMe();
  const [state, change] = useUrlState();
  const { inbox: inboxId, endpoint: endpointId } = state;
  const isPrepared = inboxId !== undefined && endpointId !== undefined;
  const demo = useQuery({
    queryKey: ["welcome", inboxId, endpointId],
    queryFn: () => readDemo({ inboxId: inboxId ?? "", endpointId: endpointId ?? "" }),
    enabled: isPrepared,
    retry: false,
  });
  const prepare = useMutation({
    mutationFn: prepareDemo,
    onSuccess: ({ inbox, endpoint }) => change({ inbox: inbox.id, endpoint: endpoint.id }),
  });
  const clear = () => change({ inbox: undefined, endpoint: undefined });
  const remove = useMutation({
    mutationFn: removeDemo,
    onSuccess: () => {
      toast({ text: strings.removed });
      clear();
    },
  });
  if (!organization) return <EmptyState title={strings.noOrganization} />;
  const { data } = demo;
  return (
    <>
      <PageHeader
        title={strings.title}
        text={strings.text}
        actions={
          data && (
            <Button look="quiet" onClick={() => remove.mutate(data)} isBusy={remove.isPending}>
              {strings.remove}
            </Button>
          )
        }
      />
      {remove.error && <ErrorState error={remove.error} />}
      {!isPrepared && (
        <FormatStep
          isBusy={prepare.isPending}
          error={prepare.error}
          onChoose={(wireFormat) => prepare.mutate({ wireFormat, name: strings.demo })}
        />
      )}
      {isPrepared && demo.error && <ErrorState error={demo.error} onRetry={clear} />}
      {isPrepared && !data && !demo.error && <SkeletonLines />}
      {data && (
        <div className="flex flex-col gap-10">
          <FirstEventStep demo={data} />
          <FailureStep demo={data} />
          <NextSteps endpointId={data.endpoint.id} />
        </div>
      )}
    </>
  );
}
