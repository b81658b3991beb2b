import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { ActionMenu } from "../../ui/menu.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { useOutboxes, type Outbox } from "./calls.ts";
import { strings } from "./strings.ts";

const Dialogs = lazyPart(() => import("./outbox-dialogs.tsx").then((it) => it.OutboxDialogs));

export type OutboxTask =
  | { readonly what: "add" }
  | { readonly what: "show" | "remove"; readonly outbox: Outbox };

/** The databases in which the operator's own transactions emit events. */
export function OutboxPanel() {
  const outboxes = useOutboxes();
  const [task, setTask] = useState<OutboxTask | null>(null);
  return (
    <section aria-labelledby="outboxes">
      <div className="flex flex-wrap items-end justify-between gap-3 pb-3">
        <div>
          <h2 id="outboxes" className="text-[16px] font-semibold leading-6">
            {strings.outboxes}
          </h2>
          <p className="text-table text-secondary">{strings.outboxesText}</p>
        </div>
        <Button onClick={() => setTask({ what: "add" })}>{strings.addOutbox}</Button>
      </div>
      {outboxes.error && <ErrorState error={outboxes.error} onRetry={outboxes.retry} />}
      {outboxes.rows?.length === 0 && (
        <p className="text-table text-secondary">{strings.noOutboxes}</p>
      )}
      <ul className="text-table">
        {outboxes.rows?.map((outbox) => (
          <Row key={outbox.id} outbox={outbox} onTask={setTask} />
        ))}
      </ul>
      {task && <Dialogs task={task} onClose={() => setTask(null)} />}
    </section>
  );
}

export const OUTBOX_STATUS = {
  waiting: "pending",
  relaying: "active",
  failing: "failing",
} as const;

function Row(props: { readonly outbox: Outbox; readonly onTask: (task: OutboxTask) => void }) {
  const { outbox, onTask } = props;
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
      <StatusBadge status={OUTBOX_STATUS[status]} text={status} />
      <ActionMenu
        label={strings.actionsFor(name)}
        entries={[
          { label: strings.showOutbox, onSelect: () => onTask({ what: "show", outbox }) },
          "separator",
          {
            label: strings.removeOutbox,
            isDanger: true,
            onSelect: () => onTask({ what: "remove", outbox }),
          },
        ]}
      />
      {failure !== null && <span className="w-full text-bad">{failure}</span>}
    </li>
  );
}
