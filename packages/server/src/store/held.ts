/** Deliveries that a paused or disabled endpoint holds. */
import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type DeliveryId, type EndpointId } from "../domain/id.ts";
import type { HeldChoice } from "../domain/job.ts";

/** Held deliveries of one event type that a choice treats alike. */
export interface HeldGroup {
  readonly isReleased: boolean;
  /** Null when the event is gone. */
  readonly type: string | null;
  readonly count: number;
  readonly oldestId: DeliveryId;
  readonly newestId: DeliveryId;
}

/**
 * What an endpoint holds, by what a choice would do with it and by type; `limit` deliveries are counted at most, those
 * that are due first. Relies on deliveries_due and the primary key of events.
 */
export async function listHeldGroups(
  sql: Sql,
  endpointId: EndpointId,
  { choice, limit }: { readonly choice: HeldChoice; readonly limit: number },
): Promise<HeldGroup[]> {
  const rows = await sql<HeldColumns[]>`
    with held as materialized (
      select d.id, d.event_id, row_number() over (order by d.id) - 1 as position,
        row_number() over (order by d.id desc) as newest
      from (select id, event_id from deliveries where endpoint_id = ${endpointId} and due_at is not null
            order by due_at limit ${limit}) d
    )
    select ${isReleased(sql, choice)} as is_released, e.type, count(*)::int as count,
      min(h.id::text) as oldest_id, max(h.id::text) as newest_id
    from held h left join lateral (select type from events where id = h.event_id limit 1) e on true
    group by 1, 2 order by 1 desc, 3 desc, 2`;
  return rows.map((row) => ({
    isReleased: row.is_released,
    type: row.type,
    count: row.count,
    oldestId: asId<"dlv">(row.oldest_id),
    newestId: asId<"dlv">(row.newest_id),
  }));
}

interface HeldColumns {
  is_released: boolean;
  type: string | null;
  count: number;
  oldest_id: string;
  newest_id: string;
}

/** The SQL form of `isReleased` of the domain. */
function isReleased(sql: Sql, choice: HeldChoice) {
  if (choice.take === "newest") return sql`newest <= ${choice.count}::bigint`;
  if (choice.take === "every") return sql`position % ${choice.step}::bigint = 0`;
  return choice.take === "all" ? sql`true` : sql`false`;
}

/** The newest held delivery but for `skipped` ones: of the n newest, the oldest is that with n - 1 skipped. */
export async function findNewestHeld(
  sql: Sql,
  endpointId: EndpointId,
  skipped: number,
): Promise<DeliveryId | undefined> {
  const rows = await sql<{ id: string }[]>`
    select id from deliveries where endpoint_id = ${endpointId} and state = 'pending'
    order by id desc offset ${skipped} limit 1`;
  return rows.map(({ id }) => asId<"dlv">(id))[0];
}

export interface HeldDelivery {
  readonly id: DeliveryId;
  readonly endpointId: EndpointId;
  /** Of its queue; null where nothing waits for it. */
  readonly queueKey: string | null;
}

/** A page of held deliveries up to `lastId`, in id order. Relies on deliveries_by_endpoint. */
export async function listHeld(
  sql: Sql,
  endpointId: EndpointId,
  page: { readonly after: string | null; readonly lastId: string; readonly limit: number },
): Promise<HeldDelivery[]> {
  const { after, lastId, limit } = page;
  const rows = await sql<{ id: string; ordering_key: string | null }[]>`
    select id, ordering_key from deliveries where endpoint_id = ${endpointId} and state = 'pending'
      and id <= ${lastId} and ${after === null ? sql`true` : sql`id > ${after}`}
    order by id limit ${limit}`;
  return rows.map((row) => ({
    id: asId<"dlv">(row.id),
    endpointId,
    queueKey: row.ordering_key,
  }));
}

/** Has waiting deliveries go one after the other from `from` on; whose own time is later keeps it. Locks in id order. */
export async function spreadDeliveries(
  tx: Sql,
  ids: readonly DeliveryId[],
  slots: { readonly from: Date; readonly firstSlot: number; readonly intervalMs: number },
): Promise<number> {
  const { from, firstSlot, intervalMs } = slots;
  const result = await tx`
    with chosen as materialized (
      select d.id, i.slot from deliveries d
      join unnest(${plainArray(ids)}::uuid[]) with ordinality as i(id, slot) on i.id = d.id
      where d.state = 'pending' order by d.id for update of d
    )
    update deliveries d set due_at = greatest(d.due_at,
      ${from}::timestamptz + (${firstSlot}::int + c.slot - 1) * ${intervalMs}::float8 * interval '1 millisecond')
    from chosen c where d.id = c.id and d.state = 'pending'`;
  return result.count;
}
