/** What the database says about attempts. */
import type { Pool } from "../../packages/server/src/db/pool.ts";
import type { Lane } from "./lane.ts";

export interface AttemptRow {
  readonly deliveryId: string;
  readonly number: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly code: string | null;
  readonly durationMs: number;
  readonly startedAt: number;
  readonly bodyBytes: number;
}

/** All attempts of a lane, in the order of their starts. */
export async function attemptsOf(sql: Pool, lane: Lane): Promise<AttemptRow[]> {
  const rows = await sql<Columns[]>`
    select a.delivery_id, a.number, a.outcome, a.status, a.error_code, a.duration_ms, a.started_at,
      coalesce(octet_length(a.response_body), 0) as body_bytes
    from all_attempts a join deliveries d on d.id = a.delivery_id
    where d.endpoint_id = ${lane.endpointUuid} order by a.started_at, a.number`;
  return rows.map((row) => ({
    deliveryId: row.delivery_id,
    number: row.number,
    outcome: row.outcome,
    status: row.status,
    code: row.error_code,
    durationMs: row.duration_ms ?? 0,
    startedAt: row.started_at.getTime(),
    bodyBytes: row.body_bytes,
  }));
}

interface Columns {
  delivery_id: string;
  number: number;
  outcome: string;
  status: number | null;
  error_code: string | null;
  duration_ms: number | null;
  started_at: Date;
  body_bytes: number;
}

/** Deliveries of a lane by their stored state. */
export async function statesOf(sql: Pool, lane: Lane): Promise<Readonly<Record<string, number>>> {
  const rows = await sql<{ state: string; count: number }[]>`
    select state::text as state, count(*)::int as count from deliveries
    where endpoint_id = ${lane.endpointUuid} group by 1`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
