import { ACCEPT_BYTES_MAX, ACCEPT_DELIVERIES_MAX, ACCEPT_EVENTS_MAX } from "../limits.ts";
import type { EventRow } from "../store/accept.ts";

interface Entry {
  readonly event: Pick<EventRow, "organizationId" | "idempotencyKey" | "orderingKey" | "data">;
}

/**
 * Cuts a batch off the front; an event whose key is in the batch already waits, and then meets the stored record.
 * With it waits what comes after it with the same ordering key.
 */
export function cutBatch<T extends Entry>(waiting: readonly T[]): { batch: T[]; rest: T[] } {
  const keys = new Set<string>();
  const overtaken = new Set<string>();
  const batch: T[] = [];
  const rest: T[] = [];
  let bytes = 0;
  for (const entry of waiting) {
    const { organizationId, idempotencyKey, orderingKey, data } = entry.event;
    const key = idempotencyKey === null ? undefined : `${organizationId} ${idempotencyKey}`;
    const isFull = batch.length >= ACCEPT_EVENTS_MAX || bytes >= ACCEPT_BYTES_MAX;
    const isLate = orderingKey !== null && overtaken.has(`${organizationId} ${orderingKey}`);
    if (isFull || isLate || (key !== undefined && keys.has(key))) {
      if (orderingKey !== null) overtaken.add(`${organizationId} ${orderingKey}`);
      rest.push(entry);
      continue;
    }
    if (key !== undefined) keys.add(key);
    bytes += data.length;
    batch.push(entry);
  }
  return { batch, rest };
}

/** A wide fan-out makes a statement long: cuts off what goes into the next one. */
export function cutByDeliveries<T extends { readonly row: EventRow }>(
  routed: readonly T[],
): { chosen: T[]; rest: T[] } {
  let deliveries = 0;
  const chosen: T[] = [];
  const rest: T[] = [];
  for (const each of routed) {
    deliveries += each.row.deliveries.length;
    if (chosen.length === 0 || deliveries <= ACCEPT_DELIVERIES_MAX) chosen.push(each);
    else rest.push(each);
  }
  return { chosen, rest };
}
