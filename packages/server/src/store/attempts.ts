import type { Sql } from "../db/pool.ts";
import { asId, type DeliveryId } from "../domain/id.ts";
import type { AttemptError, AttemptOutcome, AttemptPhases } from "../domain/outcome.ts";

/** A finished attempt as its row tells it. */
export interface StoredAttempt {
  readonly deliveryId: DeliveryId;
  /** From 1, over all generations. */
  readonly number: number;
  readonly generation: number;
  readonly trigger: "schedule" | "manual" | "replay" | "test";
  readonly startedAt: Date;
  /** Null for an attempt whose end nobody saw. */
  readonly durationMs: number | null;
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  readonly error: AttemptError | null;
  readonly phases: AttemptPhases;
  /** Null, like the signature, when it is not known whether anything was sent. */
  readonly url: string | null;
  readonly signature: string | null;
  /** Names only. */
  readonly customHeaders: readonly string[];
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: Buffer | null;
  readonly responseBodyTruncated: boolean;
}

interface Columns {
  delivery_id: string;
  number: number;
  generation: number;
  trigger: StoredAttempt["trigger"];
  started_at: Date;
  duration_ms: number | null;
  outcome: AttemptOutcome;
  status: number | null;
  error_code: string | null;
  error_message: string | null;
  phases: (number | null)[] | null;
  url: string | null;
  signature: string | null;
  custom_headers: string[] | null;
  response_headers: string | null;
  response_body: Buffer | null;
  response_body_truncated: boolean;
}

/** The latest `limit` attempts of a delivery, the oldest of them first. Relies on the primary key. */
export async function listAttempts(
  sql: Sql,
  deliveryId: DeliveryId,
  limit: number,
): Promise<StoredAttempt[]> {
  const rows = await sql<Columns[]>`
    select ${columns(sql)} from all_attempts
    where delivery_id = ${deliveryId} order by number desc limit ${limit}`;
  return rows.map(toAttempt).toReversed();
}

/** One attempt of a delivery. Relies on the primary key. */
export async function findAttempt(
  sql: Sql,
  deliveryId: DeliveryId,
  number: number,
): Promise<StoredAttempt | undefined> {
  const rows = await sql<Columns[]>`
    select ${columns(sql)} from all_attempts where delivery_id = ${deliveryId} and number = ${number}`;
  return rows.map(toAttempt)[0];
}

function columns(sql: Sql) {
  return sql`
    delivery_id, number, generation, trigger, started_at, duration_ms, outcome, status, error_code,
    error_message, phases, url, signature, custom_headers, response_headers, response_body,
    response_body_truncated`;
}

function toAttempt(row: Columns): StoredAttempt {
  const { error_code: code, error_message: message } = row;
  return {
    deliveryId: asId<"dlv">(row.delivery_id),
    number: row.number,
    generation: row.generation,
    trigger: row.trigger,
    startedAt: row.started_at,
    durationMs: row.duration_ms,
    outcome: row.outcome,
    status: row.status,
    error: code === null ? null : { code, message: message ?? "" },
    phases: toPhases(row.phases ?? []),
    // An attempt that a bug of ours prevented has empty texts here.
    url: row.url || null,
    signature: row.signature || null,
    customHeaders: row.custom_headers ?? [],
    responseHeaders: row.response_headers === null ? {} : JSON.parse(row.response_headers),
    responseBody: row.response_body,
    responseBodyTruncated: row.response_body_truncated,
  };
}

function toPhases([dnsMs, connectMs, tlsMs, waitMs]: readonly (number | null)[]): AttemptPhases {
  return {
    ...(typeof dnsMs === "number" && { dnsMs }),
    ...(typeof connectMs === "number" && { connectMs }),
    ...(typeof tlsMs === "number" && { tlsMs }),
    ...(typeof waitMs === "number" && { waitMs }),
  };
}

/**
 * Gives the attempts that were under way their rows when somebody else ended their deliveries: without one, an attempt
 * whose node dies would be missing from the log for ever. Its holder writes over it. A part of a statement with
 * `ended`, the deliveries that it has changed, so that delivery and attempt are locked in the order of settling.
 */
export function recordInterrupted(sql: Sql) {
  return sql`
    insert into attempts (delivery_id, number, generation, trigger, started_at, outcome, error_code, error_message)
    select id, attempts_total, generation, trigger, now(), 'lost', 'interrupted',
      'The delivery ended before the result of this attempt was recorded.'
    from ended where attempts > 0 on conflict do nothing`;
}
