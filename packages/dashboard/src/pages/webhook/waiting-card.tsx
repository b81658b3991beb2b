import { useQuery } from "@tanstack/react-query";
import type { Operations } from "@posthorn/sdk";
import { read } from "../../api.ts";
import { ErrorState } from "../../ui/panel-state.tsx";
import { Time } from "../../ui/time.tsx";
import { strings } from "./strings.ts";

type Waiting = Operations["webhooksWaitingRead"]["answer"];

const LOOK_AGAIN_MS = 30_000;

/** How much waits, since when, what for, and when the next one goes. */
export function WaitingCard({ webhookId }: { readonly webhookId: string }) {
  const waiting = useQuery({
    queryKey: ["deliveries", "waiting", webhookId],
    queryFn: ({ signal }) => read<Waiting>(`/api/webhooks/${webhookId}/waiting`, undefined, signal),
    refetchInterval: LOOK_AGAIN_MS,
  });
  const { data, error } = waiting;
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting" className="pb-2 text-body font-semibold">
        {strings.waiting}
      </h2>
      {error && <ErrorState error={error} onRetry={() => void waiting.refetch()} />}
      {data && <Facts waiting={data} />}
    </section>
  );
}

function Facts({ waiting }: { readonly waiting: Waiting }) {
  const { waitingCount, oldestDueAt, nextDueAt, slowedBy } = waiting;
  if (waitingCount === 0)
    return <p className="text-table text-secondary">{strings.nothingWaits}</p>;
  return (
    <div className="flex flex-col gap-1 text-table text-secondary">
      <p>
        <span className="font-medium text-text tabular-nums">
          {strings.waitingCount(waitingCount)}
        </span>
        {slowedBy !== null && ` · ${strings.slowedBy[slowedBy]}`}
      </p>
      {oldestDueAt !== null && (
        <p>
          {strings.oldestDue} <Time at={oldestDueAt} />
        </p>
      )}
      {nextDueAt !== null && (
        <p>
          {strings.nextDue} <Time at={nextDueAt} />
        </p>
      )}
    </div>
  );
}
