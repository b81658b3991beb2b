import type * as ordering from "../../../../packages/server/src/store/ordering.ts";
import type { Queue } from "../../../../packages/server/src/store/ordering.ts";
import { TURNS_FROM } from "../../../../packages/server/src/store/ordering.ts";
import type { Delivery, Queued, Transaction } from "../memory.ts";
import type { Statements } from "./statement.ts";

const TURNS = Date.parse(TURNS_FROM);

export const orderingStatements: Statements<typeof ordering> = {
  advanceQueues(tx, queues) {
    let advanced = 0;
    for (const { endpointId, key } of queues) {
      const rows = rowsOf(tx, endpointId, key);
      const head = rows.find((row) => isUnfinished(tx, row));
      for (const row of rows) {
        if (head && row.sequence >= head.sequence) break;
        if (!isUnfinished(tx, row) && tx.isFree(`queue ${nameOf(row)}`))
          tx.remove("queue", nameOf(row));
      }
      const delivery = head && tx.get("deliveries", head.deliveryId);
      const isWaiting = delivery?.state === "pending" && (delivery.dueAt ?? 0) > TURNS;
      if (!isWaiting || !tx.isFree(`deliveries ${delivery.id}`)) continue;
      tx.put("deliveries", delivery.id, { ...delivery, dueAt: tx.now });
      advanced += 1;
    }
    return advanced;
  },

  listQueues(tx, after, limit) {
    const place = ({ endpointId, key }: { endpointId: string; key: string }) =>
      `${endpointId} ${key}`;
    const all = new Map(tx.all("queue").map((row) => [place(row), row]));
    const names = [...all.keys()].toSorted().filter((name) => name > place(after));
    return names.slice(0, limit).flatMap((name) => {
      const row = all.get(name);
      // Proof: an endpoint's id.
      return row ? [{ endpointId: row.endpointId as Queue["endpointId"], key: row.key }] : [];
    });
  },
};

function nameOf({ endpointId, key, sequence }: Queued): string {
  return `${endpointId} ${key} ${sequence}`;
}

function rowsOf(tx: Transaction, endpointId: string, key: string): Queued[] {
  return tx
    .all("queue")
    .filter((row) => row.endpointId === endpointId && row.key === key)
    .toSorted((one, other) => one.sequence - other.sequence);
}

function isUnfinished(tx: Transaction, { deliveryId }: Queued): boolean {
  const state = tx.get("deliveries", deliveryId)?.state;
  return state === "pending" || state === "leased";
}

/** The first unfinished delivery before this one in its queue. */
export function blockerOf(tx: Transaction, delivery: Delivery): Queued | undefined {
  const { endpointId, orderingKey, sequence } = delivery;
  if (orderingKey === null || sequence === null) return undefined;
  return rowsOf(tx, endpointId, orderingKey).find(
    (row) => row.sequence < sequence && isUnfinished(tx, row),
  );
}

export function isFirstOfQueue(tx: Transaction, delivery: Delivery): boolean {
  return blockerOf(tx, delivery) === undefined;
}

export function queueAgain(tx: Transaction, delivery: Delivery): void {
  const { id: deliveryId, endpointId, orderingKey: key, sequence } = delivery;
  if (key === null || sequence === null) return;
  const name = `${endpointId} ${key} ${sequence}`;
  const entries = (tx.get("queue", name)?.entries ?? 0) + 1;
  tx.put("queue", name, { endpointId, key, sequence, deliveryId, entries });
}
