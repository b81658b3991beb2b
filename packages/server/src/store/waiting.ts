import type { Sql } from "../db/pool.ts";
import type { EndpointId } from "../domain/id.ts";
import { isAllPaused } from "./deliveries-pause.ts";
import { TURNS_FROM, WAITING_COUNTED_MAX } from "./ordering.ts";

/** What waits for an endpoint. */
export interface Waiting {
  /** Up to `WAITING_COUNTED_MAX`. */
  readonly count: number;
  /** Of those whose time has come, and of those whose time has not; null where there is none. */
  readonly oldestDueAt: Date | null;
  readonly nextDueAt: Date | null;
  readonly holdUntil: Date | null;
  /** All deliveries of the installation wait. */
  readonly isAllPaused: boolean;
  /** They go on with a ceiling. */
  readonly isAllLimited: boolean;
  /** The database's clock when this was read. */
  readonly readAt: Date;
}

/** Relies on deliveries_due, of which it reads at most as many entries as it counts. */
export async function readWaiting(sql: Sql, endpointId: EndpointId): Promise<Waiting> {
  const due = () =>
    sql`select due_at from deliveries where endpoint_id = ${endpointId} and due_at is not null`;
  const [row] = await sql<Columns[]>`
    select (select count(*)::int from (${due()} limit ${WAITING_COUNTED_MAX}) d) as count,
      (${due()} and due_at <= statement_timestamp() order by due_at limit 1) as oldest_due_at,
      (${due()} and due_at > statement_timestamp() and due_at < ${TURNS_FROM}::text::timestamptz
       order by due_at limit 1) as next_due_at,
      (select hold_until from endpoint_state where endpoint_id = ${endpointId}) as hold_until,
      ${isAllPaused(sql)} as is_all_paused, exists (select from deliveries_rate) as is_all_limited,
      statement_timestamp() as read_at`;
  return {
    count: row?.count ?? 0,
    oldestDueAt: row?.oldest_due_at ?? null,
    nextDueAt: row?.next_due_at ?? null,
    holdUntil: row?.hold_until ?? null,
    isAllPaused: row?.is_all_paused ?? false,
    isAllLimited: row?.is_all_limited ?? false,
    readAt: row?.read_at ?? new Date(0),
  };
}

interface Columns {
  count: number;
  oldest_due_at: Date | null;
  next_due_at: Date | null;
  hold_until: Date | null;
  is_all_paused: boolean;
  is_all_limited: boolean;
  read_at: Date;
}
