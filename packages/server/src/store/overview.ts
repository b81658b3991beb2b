import type { Sql } from "../db/pool.ts";
import { NODE_DEAD_AFTER_MS } from "../limits.ts";
import { OVERVIEW_EVENTS_MAX, OVERVIEW_LAG_SAMPLE } from "../limits/statistics.ts";
import { idsBetween } from "./id-range.ts";

/** A process on this database. */
export interface LivingNode {
  readonly id: number;
  readonly role: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly heartbeatAgeMs: number;
  /** Since when it is asked to take no more deliveries. */
  readonly drainingSince: Date | null;
  /** As of its last heartbeat, like the three below; null from a node of an older version. */
  readonly inFlight: number | null;
  readonly queued: number | null;
  readonly slowedEndpoints: number | null;
  readonly clockOffsetMs: number | null;
}

/** The living nodes, the oldest first. */
export async function listNodes(sql: Sql): Promise<LivingNode[]> {
  const rows = await sql<NodeColumns[]>`
    select id, role, version, started_at, draining_since, in_flight, queued, slowed_endpoints, clock_offset_ms,
      (extract(epoch from now() - heartbeat_at) * 1000)::int as heartbeat_age_ms
    from nodes where heartbeat_at > now() - ${NODE_DEAD_AFTER_MS} * interval '1 millisecond' order by id`;
  return rows.map((row) => ({
    id: row.id,
    role: row.role,
    version: row.version,
    startedAt: row.started_at,
    heartbeatAgeMs: row.heartbeat_age_ms,
    drainingSince: row.draining_since,
    inFlight: row.in_flight,
    queued: row.queued,
    slowedEndpoints: row.slowed_endpoints,
    clockOffsetMs: row.clock_offset_ms,
  }));
}

interface NodeColumns {
  id: number;
  role: string;
  version: string;
  started_at: Date;
  heartbeat_age_ms: number;
  draining_since: Date | null;
  in_flight: number | null;
  queued: number | null;
  slowed_endpoints: number | null;
  clock_offset_ms: number | null;
}

/** Events of a span of time, counted up to a bound. Relies on the primary key: the time is in the id. */
export async function countEvents(sql: Sql, span: { from: Date; to: Date }): Promise<number> {
  const { first, last } = idsBetween(span);
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from (
      select from events where id between ${first}::uuid and ${last}::uuid limit ${OVERVIEW_EVENTS_MAX}) e`;
  return rows[0]?.count ?? 0;
}

/**
 * How long the newest deliveries of a span took from their event to their end, as the 95th percentile in milliseconds;
 * null without any. Relies on the primary key.
 */
export async function readLag(sql: Sql, span: { from: Date; to: Date }): Promise<number | null> {
  const { first, last } = idsBetween(span);
  const rows = await sql<{ lag: number | null }[]>`
    select percentile_cont(0.95) within group (order by greatest(0, extract(epoch from finished_at) * 1000
        - ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint)) as lag
    from (
      select id, finished_at, state from deliveries where id between ${first}::uuid and ${last}::uuid
      order by id desc limit ${OVERVIEW_LAG_SAMPLE}) d
    where d.state = 'delivered'`;
  const lag = rows[0]?.lag ?? null;
  return lag === null ? null : Math.round(lag);
}

/** Endpoints that fail or were disabled by us, and the size of the database in bytes. Relies on endpoint_state_failing. */
export async function readTrouble(sql: Sql) {
  const [row] = await sql<{ failing: number; disabled: number; bytes: number }[]>`
    select
      (select count(*)::int from endpoint_state s join endpoints e on e.id = s.endpoint_id
       where s.failing_since is not null and e.state = 'active' and e.deleted_at is null) as failing,
      (select count(*)::int from endpoints e
       where e.state = 'disabled' and e.disabled_reason <> 'person' and e.deleted_at is null) as disabled,
      pg_database_size(current_database())::float8 as bytes`;
  return {
    failing: row?.failing ?? 0,
    disabled: row?.disabled ?? 0,
    databaseBytes: row?.bytes ?? 0,
  };
}
