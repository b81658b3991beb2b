import { ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useOutboxes, type Outbox } from "./calls.ts";
import { strings } from "./strings.ts";

/** The databases in which the operator's own transactions emit events. */
export function OutboxPanel() {
  const outboxes = useOutboxes();
  return (
    <section aria-labelledby="outboxes">
      <h2 id="outboxes" className="pb-2 text-[16px] font-semibold leading-6">
        {strings.outboxes}
      </h2>
      {outboxes.error && <ErrorState error={outboxes.error} onRetry={outboxes.retry} />}
      {outboxes.rows?.length === 0 && (
        <p className="text-table text-secondary">{strings.noOutboxes}</p>
      )}
      <ul className="text-table">
        {outboxes.rows?.map((outbox) => (
          <Row key={outbox.id} outbox={outbox} />
        ))}
      </ul>
    </section>
  );
}

const STATUS = { waiting: "pending", relaying: "active", failing: "failing" } as const;

function Row({ outbox }: { readonly outbox: Outbox }) {
  const { name, address, status, failure, waitingRows } = outbox;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-hairline py-2">
      <span className="font-medium">{name}</span>
      <span className="min-w-0 flex-1 truncate text-secondary">{address}</span>
      {waitingRows !== null && (
        <span className="text-secondary tabular-nums">
          {strings.waitingRows(waitingRows.toLocaleString())}
        </span>
      )}
      <StatusBadge status={STATUS[status]} text={status} />
      {failure !== null && <span className="w-full text-bad">{failure}</span>}
    </li>
  );
}
