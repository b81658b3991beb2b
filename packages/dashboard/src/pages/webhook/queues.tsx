import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Operations } from "@posthorn/sdk";
import { post } from "../../api.ts";
import { useList } from "../../paged.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { DataTable, type Column } from "../../ui/data-table.tsx";
import { ErrorState } from "../../ui/panel-state.tsx";
import { StatusBadge } from "../../ui/status-badge.tsx";
import { Time } from "../../ui/time.tsx";
import { toast, toastRefusal } from "../../ui/toast.tsx";
import { useDeliveryChange } from "../deliveries/calls.ts";
import { deliveryPath } from "../deliveries/columns.tsx";
import { dialogStrings } from "./dialog-strings.ts";

type Queue = Operations["webhooksQueuesList"]["answer"]["data"][number];
type Act = "retry" | "skip" | "give-up";

/** Of an endpoint that takes one after the other: each key whose first delivery holds up others, and the ways on. */
export function Queues({ webhookId }: { readonly webhookId: string }) {
  const queues = useList<Queue>({
    key: ["deliveries", "queues", webhookId],
    path: `/api/webhooks/${webhookId}/queues`,
  });
  const [asked, setAsked] = useState<{ act: "skip" | "give-up"; queue: Queue } | null>(null);
  const change = useDeliveryChange(({ act, id }: { act: Act; id: string }) =>
    post(`/api/deliveries/${id}/${act}`),
  );
  const retry = ({ first }: Queue) =>
    change.mutate(
      { act: "retry", id: first.id },
      {
        onSuccess: () => toast({ text: dialogStrings.queueDone.retry }),
        onError: toastRefusal,
      },
    );
  return (
    <section aria-labelledby="queues">
      <h2 id="queues" className="pb-2 text-body font-semibold">
        {dialogStrings.queues}
      </h2>
      {queues.error && <ErrorState error={queues.error} onRetry={queues.retry} />}
      {(queues.rows !== undefined || !queues.error) && (
        <DataTable<Queue>
          caption={dialogStrings.queues}
          rows={queues.rows}
          rowId={({ orderingKey }) => orderingKey}
          rowName={({ orderingKey }) => orderingKey}
          columns={COLUMNS}
          card={queueCard}
          menu={(queue) => [
            { label: dialogStrings.queueActs.retry, onSelect: () => retry(queue) },
            {
              label: dialogStrings.queueActs.skip,
              onSelect: () => setAsked({ act: "skip", queue }),
            },
            "separator",
            {
              label: dialogStrings.queueActs["give-up"],
              isDanger: true,
              onSelect: () => setAsked({ act: "give-up", queue }),
            },
          ]}
          paging={queues.paging}
          isCompact
          empty={<p className="py-3 text-table text-secondary">{dialogStrings.noQueues}</p>}
        />
      )}
      {asked && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsked(null)}
          title={dialogStrings.queueTitles[asked.act](asked.queue.orderingKey)}
          action={dialogStrings.queueActions[asked.act]}
          onConfirm={async () => {
            await change.mutateAsync({ act: asked.act, id: asked.queue.first.id });
            toast({ text: dialogStrings.queueDone[asked.act] });
          }}
        >
          {dialogStrings.queueTexts[asked.act](asked.queue.waitingCount)}
        </ConfirmDialog>
      )}
    </section>
  );
}

function queueCard({ orderingKey, first, waitingCount }: Queue) {
  return {
    title: orderingKey,
    meta: (
      <>
        <StatusBadge status={first.status} />
        <span>{dialogStrings.behind(waitingCount)}</span>
      </>
    ),
  };
}

const COLUMNS: readonly Column<Queue>[] = [
  {
    key: "orderingKey",
    title: dialogStrings.orderingKey,
    cell: ({ orderingKey }) => <code className="text-[12px]">{orderingKey}</code>,
  },
  {
    key: "waiting",
    title: dialogStrings.waitsBehind,
    width: "w-24",
    isNumber: true,
    cell: ({ waitingCount }) => waitingCount.toLocaleString(),
  },
  {
    key: "first",
    title: dialogStrings.firstOfKey,
    width: "w-56",
    cell: ({ first }) => (
      <span className="inline-flex items-center gap-2">
        <Link to={deliveryPath(first)} className="rounded-[3px] hover:underline">
          <StatusBadge status={first.status} />
        </Link>
        {first.nextAttemptAt !== null && (
          <span className="text-label text-muted">
            <Time at={first.nextAttemptAt} />
          </span>
        )}
      </span>
    ),
  },
];
