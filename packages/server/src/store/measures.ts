import type { Sql } from "../db/pool.ts";
import { CLAIM_ENDPOINTS_MAX, COUNTED_ROWS_MAX, NODE_DEAD_AFTER_MS } from "../limits.ts";
import { isAllPaused } from "./deliveries-pause.ts";
import { findDeliveriesRate } from "./deliveries-rate.ts";
import { measureReceipts } from "./receipt-claims.ts";
import { countDefaultRows, listDays, type PartitionedTable } from "./retention.ts";

/** What the database says about itself and about the work that waits in it. */
export interface Measures {
  readonly oldestDueSeconds: number;
  /** Counted up to `COUNTED_ROWS_MAX`, like `held`. */
  readonly waiting: number;
  readonly held: number;
  /** All deliveries of the installation wait. */
  readonly isAllPaused: boolean;
  readonly ratePerSecond: number | null;
  readonly receiptsWaiting: number;
  readonly receiptsOldestSeconds: number;
  readonly deadTuples: Readonly<Record<string, number>>;
  readonly oldestTransactionSeconds: number;
  readonly oldestSnapshotTransactions: number;
  readonly partitionsAheadDays: number;
  readonly oldestDayAgeDays: number;
  readonly defaultRows: Readonly<Record<PartitionedTable, number>>;
  readonly nodes: readonly { readonly role: string; readonly count: number }[];
  readonly sessions: readonly {
    readonly pool: string;
    readonly state: string;
    readonly count: number;
  }[];
}

/** Reads all of them, one short statement after the other. */
export async function readMeasures(sql: Sql): Promise<Measures> {
  const receipts = await measureReceipts(sql);
  return {
    receiptsWaiting: receipts.waiting,
    receiptsOldestSeconds: receipts.oldestSeconds,
    ...(await measureWork(sql)),
    ...(await measureServer(sql)),
    ...(await measureDays(sql)),
    deadTuples: await countDeadTuples(sql),
    defaultRows: await countDefaultRows(sql, COUNTED_ROWS_MAX),
    nodes: await countNodes(sql),
    sessions: await countSessions(sql),
  };
}

/*
 * A skip scan over deliveries_due, as claiming does it, so that a backlog of one endpoint costs one descent; the
 * counts stop at a bound. Endpoints that may not be sent to have no lag: nobody waits for us.
 */
async function measureWork(sql: Sql) {
  const [row] = await sql<
    { oldest: number | null; waiting: number; held: number; is_all_paused: boolean }[]
  >`
    with recursive skipped as (
      (select endpoint_id from deliveries where due_at is not null order by endpoint_id limit 1)
      union all
      select (select d.endpoint_id from deliveries d
              where d.due_at is not null and d.endpoint_id > s.endpoint_id order by d.endpoint_id limit 1)
      from skipped s where s.endpoint_id is not null
    ),
    waiting as materialized (
      select s.endpoint_id, e.state = 'active' and not ${isAllPaused(sql)} and not exists (
        select from endpoint_state p where p.endpoint_id = s.endpoint_id and p.hold_until > now()) as is_open
      from (select endpoint_id from skipped where endpoint_id is not null limit ${CLAIM_ENDPOINTS_MAX}) s
      join endpoints e on e.id = s.endpoint_id and e.deleted_at is null
    )
    select ${isAllPaused(sql)} as is_all_paused,
      (select extract(epoch from now() - min(first.due_at))::float8 from waiting w cross join lateral (
         select d.due_at from deliveries d where d.due_at is not null and d.endpoint_id = w.endpoint_id
           and d.state = 'pending' order by d.due_at limit 1) first
       where w.is_open) as oldest,
      (select count(*)::int from (
         select from deliveries d where d.due_at is not null and d.state = 'pending' limit ${COUNTED_ROWS_MAX}) c) as waiting,
      (select count(*)::int from (
         select from waiting w join deliveries d on d.due_at is not null and d.endpoint_id = w.endpoint_id and d.state = 'pending'
         where not w.is_open limit ${COUNTED_ROWS_MAX}) c) as held`;
  return {
    oldestDueSeconds: Math.max(row?.oldest ?? 0, 0),
    waiting: row?.waiting ?? 0,
    held: row?.held ?? 0,
    isAllPaused: row?.is_all_paused ?? false,
    ratePerSecond: await findDeliveriesRate(sql),
  };
}

/** Sessions of other users hide their times from us, unless we have `pg_read_all_stats`. */
async function measureServer(sql: Sql) {
  const [row] = await sql<{ transaction: number | null; snapshot: number | null }[]>`
    select extract(epoch from now() - min(xact_start))::float8 as transaction,
      greatest(max(age(backend_xmin)), (select max(age(xmin)) from pg_replication_slots)) as snapshot
    from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'`;
  return {
    oldestTransactionSeconds: Math.max(row?.transaction ?? 0, 0),
    oldestSnapshotTransactions: row?.snapshot ?? 0,
  };
}

async function measureDays(sql: Sql) {
  const days = await listDays(sql);
  const [row] = await sql<{ ahead: number; oldest: number }[]>`
    select count(*) filter (where day > current_date)::int as ahead,
      coalesce(current_date - min(day), 0)::int as oldest
    from (select to_date(d, 'YYYYMMDD') as day from unnest(${days}::text[]) as d) days`;
  return { partitionsAheadDays: row?.ahead ?? 0, oldestDayAgeDays: row?.oldest ?? 0 };
}

async function countDeadTuples(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql<{ name: string; count: number }[]>`
    select parent.relname as name, sum(pg_stat_get_dead_tuples(i.inhrelid))::float8 as count
    from pg_inherits i join pg_class parent on parent.oid = i.inhparent
    where i.inhparent in ('events'::regclass, 'deliveries'::regclass, 'attempts'::regclass) group by 1`;
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

async function countNodes(sql: Sql) {
  const rows = await sql<{ role: string; count: number }[]>`
    select role, count(*)::int as count from nodes
    where heartbeat_at > now() - ${NODE_DEAD_AFTER_MS} * interval '1 millisecond' group by 1`;
  return rows.map(({ role, count }) => ({ role, count }));
}

async function countSessions(sql: Sql) {
  const rows = await sql<{ pool: string; state: string; count: number }[]>`
    select substr(application_name, 10) as pool, coalesce(state, 'unknown') as state, count(*)::int as count
    from pg_stat_activity
    where datname = current_database() and application_name ~ '^posthorn [a-z]+$' group by 1, 2`;
  return rows.map(({ pool, state, count }) => ({ pool, state, count }));
}
