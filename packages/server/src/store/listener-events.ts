import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EventId, type OrganizationId } from "../domain/id.ts";
import { idsBetween, type TimeRange } from "./id-range.ts";
import type { ListenerId } from "./listeners.ts";
import { afterPage } from "./page.ts";

/** An event, and a listener that wants it. */
export interface HeardEvent {
  readonly listenerId: ListenerId;
  readonly eventId: EventId;
}

/**
 * Notes events for listeners, in the order given, in the transaction that stores the events. A listener that has ended
 * meanwhile is passed over.
 */
export async function insertListenerEvents(sql: Sql, heard: readonly HeardEvent[]): Promise<void> {
  await sql`
    insert into listener_events (listener_id, event_id)
    select h.listener_id, h.event_id
    from unnest(${plainArray(heard.map(({ listenerId }) => listenerId))}::uuid[],
                ${plainArray(heard.map(({ eventId }) => eventId))}::uuid[]) with ordinality
      as h(listener_id, event_id, place)
    join listeners l on l.id = h.listener_id
    order by h.place`;
}

/** An event that waits for a listener. */
export interface WaitingEvent {
  readonly position: number;
  readonly eventId: EventId;
}

/** The first ones. Relies on the primary key, from its start. */
export async function listWaiting(
  sql: Sql,
  listenerId: ListenerId,
  limit: number,
): Promise<WaitingEvent[]> {
  const rows = await sql<{ position: number; event_id: string }[]>`
    select position, event_id from listener_events where listener_id = ${listenerId}
    order by position limit ${limit}`;
  return rows.map(({ position, event_id }) => ({ position, eventId: asId<"evt">(event_id) }));
}

/** Forgets what the listener has handed on; answers how many there were. */
export async function acknowledge(
  sql: Sql,
  listenerId: ListenerId,
  positions: readonly number[],
): Promise<number> {
  const result = await sql`
    delete from listener_events
    where listener_id = ${listenerId} and position = any(${plainArray(positions)}::bigint[])`;
  return result.count;
}

/** The number of the transaction that asks; see `isOldest`. */
export async function currentTransaction(sql: Sql): Promise<string> {
  const rows = await sql<{ id: string }[]>`select pg_current_xact_id()::text as id`;
  return rows[0]?.id ?? "0";
}

/** Whether every transaction that began before this one is over: what they wrote can be seen, or never will be. */
export async function isOldest(sql: Sql, transaction: string): Promise<boolean> {
  const rows = await sql<{ is_oldest: boolean }[]>`
    select pg_snapshot_xmin(pg_current_snapshot()) > ${transaction}::text::xid8 as is_oldest`;
  return rows[0]?.is_oldest ?? false;
}

/** Events of a time that are not noted for the listener yet, the oldest first, without test events and purged ones. */
export async function scanUnheard(
  sql: Sql,
  listener: { readonly id: ListenerId; readonly organizationId: OrganizationId },
  page: { readonly time: TimeRange; readonly after: string | null; readonly limit: number },
): Promise<{ id: EventId; type: string; resource: string | null; data: Buffer }[]> {
  const { first, last } = idsBetween(page.time);
  const rows = await sql<{ id: string; type: string; resource: string | null; data: Buffer }[]>`
    select id, type, resource, data from events
    where organization_id = ${listener.organizationId} and id between ${first}::uuid and ${last}::uuid
      and not is_test and purged_at is null and ${afterPage(sql, { ...page, isDescending: false })}
      and not exists (
        select from listener_events e where e.listener_id = ${listener.id} and e.event_id = events.id)
    order by id limit ${page.limit}`;
  return rows.map(({ id, ...rest }) => ({ ...rest, id: asId<"evt">(id) }));
}

/** Notes events before everything that waits already, in the order given. */
export async function insertBefore(
  sql: Sql,
  listenerId: ListenerId,
  ids: readonly EventId[],
): Promise<void> {
  await sql`
    insert into listener_events (listener_id, position, event_id)
    select ${listenerId}::uuid, place - ${ids.length}::bigint - 1, id
    from unnest(${plainArray(ids)}::uuid[]) with ordinality as e(id, place)`;
}
