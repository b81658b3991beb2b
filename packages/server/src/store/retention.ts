import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type OrganizationId } from "../domain/id.ts";

/** In the order in which a day is dropped: nothing can be sent again once its events are gone. */
export const PARTITIONED_TABLES = ["events", "deliveries", "attempts"] as const;
export type PartitionedTable = (typeof PARTITIONED_TABLES)[number];

/** True: this transaction is the only one of all nodes that works on the retention. Never waits. */
export async function tryLockRetention(tx: Sql): Promise<boolean> {
  const rows = await tx<{ is_ours: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtext('posthorn.retention')) as is_ours`;
  return rows[0]?.is_ours ?? false;
}

/** The days (`YYYYMMDD`, UTC) that have a partition of any table, the oldest first. */
export async function listDays(sql: Sql): Promise<string[]> {
  const rows = await sql<{ day: string }[]>`
    select distinct right(partition.relname, 8) as day
    from pg_inherits i join pg_class partition on partition.oid = i.inhrelid
    where i.inhparent in ('events'::regclass, 'deliveries'::regclass, 'attempts'::regclass)
      and partition.relname ~ '_[0-9]{8}$'
    order by 1`;
  return rows.map(({ day }) => day);
}

/** Those that are over for more than `keptDays` whole days. */
export async function listOldDays(sql: Sql, keptDays: number): Promise<string[]> {
  const days = await listDays(sql);
  const [first] = await sql<{ day: string }[]>`
    select to_char(${firstKeptDay(sql, keptDays)}, 'YYYYMMDD') as day`;
  return days.filter((day) => first !== undefined && day < first.day);
}

/**
 * Cancels waiting deliveries whose days are over, at most `limit` a call. Relies on the partial index
 * deliveries_due of each old partition; a delivery that somebody is working on is left to the next call.
 */
export async function cancelOldDeliveries(
  sql: Sql,
  bounds: { readonly keptDays: number; readonly limit: number; readonly reason: string },
): Promise<number> {
  const isOld = sql`id < ${dayStart(sql, firstKeptDay(sql, bounds.keptDays))}`;
  // As an array: a join would read everything that still waits in those days, for each batch again.
  const result = await sql`
    with chosen as materialized (
      select id from deliveries where due_at is not null and ${isOld}
      limit ${bounds.limit} for update skip locked)
    update deliveries set state = 'cancelled', cancel_reason = ${bounds.reason}, finished_at = now(),
      due_at = null
    where due_at is not null and ${isOld} and id = any(array(select id from chosen))`;
  return result.count;
}

/** `busy`: a delivery of that day is leased or waits. `gone`: there is no such partition (any more). */
export type DroppedPartition =
  | { readonly kind: "dropped"; readonly rows: number }
  | { readonly kind: "busy" | "gone" };

/**
 * Drops one table's partition of a day, in the caller's transaction; `rows` is an estimate for large ones. Fails with
 * `lock_not_available` when others keep the table for `lockMs`.
 *
 * One table a transaction: claiming and settling lock these tables in orders of their own, so whoever held two of
 * them exclusively would deadlock with them. What is unfinished is looked at under the lock: a redelivery reads the
 * event, and either ends before or finds nothing.
 */
export async function dropPartition(
  tx: Sql,
  target: { readonly table: PartitionedTable; readonly day: string; readonly lockMs: number },
): Promise<DroppedPartition> {
  const { table, day, lockMs } = target;
  const partition = `${table}_${day}`;
  await tx`select set_config('lock_timeout', ${String(lockMs)}, true)`;
  const [found] = await tx`select where to_regclass(${partition}) is not null`;
  if (!found) return { kind: "gone" };
  await tx`analyze ${tx(partition)}`;
  const [estimate] = await tx<{ rows: number }[]>`
    select reltuples::bigint as rows from pg_class where oid = ${partition}::regclass`;
  await tx`lock table only ${tx(table)} in access exclusive mode`;
  if (await hasUnfinished(tx, day)) return { kind: "busy" };
  await tx`alter table ${tx(table)} detach partition ${tx(partition)}`;
  await tx`drop table ${tx(partition)}`;
  return { kind: "dropped", rows: estimate?.rows ?? 0 };
}

async function hasUnfinished(tx: Sql, day: string): Promise<boolean> {
  const first = tx`to_date(${day}, 'YYYYMMDD')`;
  const ofDay = tx`id >= ${dayStart(tx, first)} and id < ${dayStart(tx, tx`${first} + 1`)}`;
  const rows = await tx<{ found: boolean }[]>`
    select exists (select from deliveries where due_at is not null and ${ofDay})
      or exists (select from leases where ${ofDay}) as found`;
  return rows[0]?.found ?? false;
}

/** Deliveries of one endpoint that the end of the retention will cancel. */
export interface EndingDeliveries {
  readonly organizationId: OrganizationId;
  readonly endpointId: EndpointId;
  readonly count: number;
  /** When the first of them ends. */
  readonly endsAt: Date;
}

/** True for the first call of a UTC day over all nodes, if its transaction commits. */
export async function beginAnnouncing(tx: Sql): Promise<boolean> {
  const result = await tx`
    update installation set retention_announced_on = current_date
    where retention_announced_on is distinct from current_date`;
  return result.count > 0;
}

/** What ends within `days` and cannot be expected to be sent before: it is held, or due later than that. */
export async function listEndingDeliveries(
  sql: Sql,
  bounds: { readonly keptDays: number; readonly days: number },
): Promise<EndingDeliveries[]> {
  const last = sql`${firstKeptDay(sql, bounds.keptDays)} + ${bounds.days}::int`;
  const rows = await sql<EndingColumns[]>`
    select w.organization_id, w.endpoint_id, count(*)::int as count, min(w.ends_at) as ends_at
    from (
      select d.organization_id, d.endpoint_id, d.due_at,
        (id_day(d.id) + ${bounds.keptDays}::int + 1)::timestamp at time zone 'UTC' as ends_at
      from deliveries d where d.due_at is not null and d.id < ${dayStart(sql, last)}
    ) w
    join endpoints e on e.id = w.endpoint_id
    where e.deleted_at is null and (e.state <> 'active' or w.due_at >= w.ends_at)
    group by 1, 2 order by 1, 2`;
  return rows.map((row) => ({
    organizationId: asId<"org">(row.organization_id),
    endpointId: asId<"ep">(row.endpoint_id),
    count: row.count,
    endsAt: row.ends_at,
  }));
}

interface EndingColumns {
  organization_id: string;
  endpoint_id: string;
  count: number;
  ends_at: Date;
}

/** Rows of each table outside of every day's partition, counted up to `limit`. */
export async function countDefaultRows(
  sql: Sql,
  limit: number,
): Promise<Record<PartitionedTable, number>> {
  const count = (table: PartitionedTable) =>
    sql`(select count(*)::int from (select from ${sql(`${table}_default`)} limit ${limit}) r)`;
  const [row] = await sql<Record<PartitionedTable, number>[]>`
    select ${count("events")} as events, ${count("deliveries")} as deliveries,
      ${count("attempts")} as attempts`;
  return row ?? { events: 0, deliveries: 0, attempts: 0 };
}

/** The same end for rows that no day's partition holds; at most `limit` a table and call, answers how many. */
export async function deleteOldDefaultRows(
  sql: Sql,
  bounds: { readonly keptDays: number; readonly limit: number },
): Promise<number> {
  const end = dayStart(sql, firstKeptDay(sql, bounds.keptDays));
  const rows = await sql<{ count: number }[]>`
    with old_events as (
      delete from events_default where id in (
        select id from events_default e where id < ${end} and not exists (
          select from deliveries d where d.event_id = e.id and d.state in ('pending', 'leased')
            and d.id between ${timeOf(sql, "0")} and ${timeOf(sql, "f")})
        limit ${bounds.limit}) returning 1),
    old_deliveries as (
      delete from deliveries_default where id in (
        select id from deliveries_default where id < ${end} and state not in ('pending', 'leased')
        limit ${bounds.limit}) returning 1),
    old_attempts as (
      delete from attempts_default where delivery_id in (
        select delivery_id from attempts_default where delivery_id < ${end}
        limit ${bounds.limit}) returning 1)
    select ((select count(*) from old_events) + (select count(*) from old_deliveries)
      + (select count(*) from old_attempts))::int as count`;
  return rows[0]?.count ?? 0;
}

type Fragment = ReturnType<typeof firstKeptDay>;

/** Deliveries share the time bits of their event: the range of their ids is as narrow as a millisecond. */
function timeOf(sql: Sql, fill: "0" | "f") {
  return sql`overlay(e.id::text placing ${`${fill.repeat(4)}-${fill.repeat(4)}-${fill.repeat(12)}`} from 15)::uuid`;
}

function firstKeptDay(sql: Sql, keptDays: number) {
  return sql`(current_date - ${keptDays}::int)`;
}

/** The smallest id of a day (sessions live in UTC). */
function dayStart(sql: Sql, day: Fragment) {
  return sql`uuid_floor((${day})::timestamp at time zone 'UTC')`;
}
