import type { Pool, Sql } from "../db/pool.ts";
import { assert } from "../platform/assert.ts";
import { insertEvents, type EventRow, type Rejection } from "../store/accept.ts";
import { insertListenerEvents, type HeardEvent } from "../store/listener-events.ts";
import type { ListenerId } from "../store/listeners.ts";

/** Events with the listeners that want them, as pairs in the order of the events. */
export function heardIn(
  routed: readonly { readonly row: EventRow; readonly listeners: readonly ListenerId[] }[],
): readonly HeardEvent[] {
  return routed.flatMap(({ row, listeners }) =>
    listeners.map((listenerId) => ({ listenerId, eventId: row.id })),
  );
}

/**
 * Stores a batch, and notes its events for the listeners that want them, in one transaction. That takes two
 * statements, and so they are made only while somebody listens: the path of every event would pay for them.
 */
export async function storeBatch(
  sql: Sql | Pool,
  batch: {
    readonly rows: readonly EventRow[];
    readonly heard: readonly HeardEvent[];
    readonly lease: Parameters<typeof insertEvents>[2];
  },
): Promise<Rejection[]> {
  const { rows, heard, lease } = batch;
  if (heard.length === 0) return insertEvents(sql, rows, lease);
  assert("begin" in sql, "where somebody listens, events are stored in a transaction");
  let rejections: Rejection[] = [];
  await sql.begin(async (tx) => {
    rejections = await insertEvents(tx, rows, lease);
    const rejected = new Set(rejections.map(({ id }) => id));
    const stored = heard.filter(({ eventId }) => !rejected.has(eventId));
    if (stored.length > 0) await insertListenerEvents(tx, stored);
  });
  return rejections;
}
