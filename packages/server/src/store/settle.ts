import { bytesArray, plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { DeliveryId, EndpointId } from "../domain/id.ts";
import type { AttemptResult } from "../domain/outcome.ts";
import { RESPONSE_HEADERS_KEPT } from "../domain/response-headers.ts";
import { FIRST_RESPONSE_BODY_BYTES_MAX } from "../limits.ts";
import { recordInterrupted } from "./attempts.ts";

/** The result of one attempt and what follows from it for its delivery. */
export interface Settlement {
  readonly deliveryId: DeliveryId;
  readonly endpointId: EndpointId;
  readonly leaseToken: number;
  readonly generation: number;
  /** Runs on over generations. */
  readonly number: number;
  readonly trigger: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly result: AttemptResult;
  readonly url: string;
  readonly signature: string;
  readonly secretIds: readonly string[];
  readonly customHeaders: readonly string[];
  readonly bodySha256: Buffer | null;
  readonly next:
    | { readonly state: "delivered" | "failed" }
    /** `dueInMs` counts from now, when the statement runs. */
    | { readonly state: "pending"; readonly dueInMs: number };
}

/** What a batch of attempts says about an endpoint; only changes are written. */
export interface EndpointNews {
  readonly endpointId: EndpointId;
  readonly isFailing: boolean;
  readonly holdMs: number | null;
}

/*
 * Attempts and delivery states in one transaction. The delivery changes only while the lease is still ours
 * (lease and token): a late result never overwrites. Its attempt row replaces the `lost` one that the sweeper wrote.
 * Where that first attempt is recorded already, this is a batch that was cut off after its commit.
 * A check of the table ties `lease_node` to the state. Asked for the state itself, the planner may take the index of
 * all leases instead of the primary key, and compare each result with every lease there is.
 * Rows are locked in id order. Relies on the primary keys of deliveries and attempts.
 */
const SETTLE = `
with input as materialized (
  select * from unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::text[], $6::bigint[], $7::int[], $8::text[],
      $9::int[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],
      $18::bytea[], $19::boolean[], $20::bytea[], $21::text[], $22::bigint[])
    as i(delivery_id, lease_token, generation, number, trigger, started_at, duration_ms, outcome,
         status, error_code, error_message, phases, url, signature, secret_ids, custom_headers, response_headers,
         response_body, response_body_truncated, body_sha256, next_state, due_in_ms)
),
changed as (
  update deliveries d set
    state = i.next_state::delivery_state,
    due_at = case when i.next_state = 'pending' then now() + i.due_in_ms * interval '1 millisecond' end,
    trigger = 'schedule',
    lease_until = null,
    lease_node = null,
    is_claimed = false,
    last_outcome = i.outcome,
    last_status = i.status,
    lost_count = case when i.error_code = 'process_lost' then coalesce(d.lost_count, 0) + 1
      -- Not null: what was ever lost stands in deliveries_troubled.
      when i.outcome = 'lost' then coalesce(d.lost_count, 0) else d.lost_count end,
    finished_at = case when i.next_state <> 'pending' then now() end,
    failed_at = case when i.next_state = 'failed' then now() end,
    body_sha256 = coalesce(d.body_sha256, i.body_sha256)
  from input i
  where d.id = i.delivery_id and d.lease_node is not null and d.lease_token = i.lease_token
  returning d.id, d.lease_token
),
recorded as (
  insert into attempts as a (delivery_id, number, generation, trigger, started_at, duration_ms, outcome, status,
      error_code, error_message, phases, url, signature, secret_ids, custom_headers,
      response_headers, response_body, response_body_truncated, node)
  select delivery_id, number, generation, trigger, to_timestamp(started_at / 1000.0), duration_ms, outcome, status,
      error_code, error_message, phases::int[], url, signature, secret_ids::uuid[], custom_headers::text[],
      response_headers, response_body, response_body_truncated, $23
  from input i
  where not (i.number = 1 and exists (
    select from deliveries d where d.id = i.delivery_id and d.first_attempt is not null))
  on conflict (delivery_id, number) do update set
    duration_ms = excluded.duration_ms, outcome = excluded.outcome, status = excluded.status,
    error_code = excluded.error_code, error_message = excluded.error_message, phases = excluded.phases,
    response_headers = excluded.response_headers, response_body = excluded.response_body,
    response_body_truncated = excluded.response_body_truncated, url = excluded.url,
    signature = excluded.signature, secret_ids = excluded.secret_ids, started_at = excluded.started_at
  where a.outcome = 'lost'
),
news as (
  insert into endpoint_state as s (endpoint_id, hold_until, failing_since)
  select endpoint_id, now() + hold_ms * interval '1 millisecond', case when is_failing then now() end
  from unnest($24::uuid[], $25::boolean[], $26::bigint[]) as n(endpoint_id, is_failing, hold_ms)
  -- Most say again what is known: that writes nothing.
  where is_failing or hold_ms is not null or exists (
    select from endpoint_state o where o.endpoint_id = n.endpoint_id and o.failing_since is not null)
  order by endpoint_id
  on conflict (endpoint_id) do update set
    hold_until = coalesce(excluded.hold_until, s.hold_until),
    failing_since = case when excluded.failing_since is null then null
                         else coalesce(s.failing_since, excluded.failing_since) end
  where excluded.hold_until is not null or (s.failing_since is null) <> (excluded.failing_since is null)
)
select i.delivery_id, i.number from input i
where (i.delivery_id, i.lease_token) not in (select id, lease_token from changed)`;

interface Batch {
  readonly settlements: readonly Settlement[];
  readonly news: readonly EndpointNews[];
}

/*
 * What most results are: a first attempt with a 2xx. It is recorded in the row of its delivery, by one heap-only
 * update: no index and no other row is touched. Order, lock and index as above; $5 and $6 are the bounds of the ids, so
 * that only the partitions of those days are opened.
 */
const SETTLE_FIRST = `
with input as materialized (
  select * from unnest($1::uuid[], $2::int[], $3::int[], string_to_array($4::text, E'\\n'))
    as i(delivery_id, lease_token, status, first_attempt)
),
changed as (
  update deliveries d set state = 'delivered', lease_until = null, lease_node = null, is_claimed = false,
    last_outcome = 'delivered', last_status = i.status, finished_at = now(), first_attempt = i.first_attempt
  from input i
  where d.id = i.delivery_id and d.lease_node is not null and d.lease_token = i.lease_token
    and d.id between $5::uuid and $6::uuid
  returning d.id, d.lease_token
)
select i.delivery_id, i.lease_token from input i
where (i.delivery_id, i.lease_token) not in (select id, lease_token from changed)`;

interface Batch {
  readonly settlements: readonly Settlement[];
  readonly news: readonly EndpointNews[];
}

/** Records a batch; answers what came late: a delivery may be in it twice, with a lost lease and with a new one. */
export async function settleAttempts(sql: Sql, batch: Batch, node: number): Promise<Settlement[]> {
  const { news } = batch;
  // The update follows the order of its input, and a bulk cancel locks in id order too: two orders would deadlock.
  const settlements = batch.settlements.toSorted((one, other) =>
    one.deliveryId < other.deliveryId ? -1 : 1,
  );
  const firsts = settlements.filter(isAnsweredAtOnce);
  // In a statement of its own: one that was cut off may have been committed, which only the next one sees.
  const late = firsts.length > 0 ? await settleFirst(sql, firsts, node) : new Set();
  const others = settlements.filter((each) => !isAnsweredAtOnce(each) || late.has(each));
  return others.length + news.length > 0
    ? settleRows(sql, { settlements: others, news }, node)
    : [];
}

/** A long answer has a row of its own, so that deliveries stay short to read. */
function isAnsweredAtOnce({ number, trigger, result }: Settlement): boolean {
  return (
    number === 1 &&
    trigger === "schedule" &&
    result.outcome === "delivered" &&
    result.responseBody.length <= FIRST_RESPONSE_BODY_BYTES_MAX &&
    !result.responseBodyTruncated
  );
}

async function settleFirst(
  sql: Sql,
  settlements: readonly Settlement[],
  node: number,
): Promise<ReadonlySet<Settlement>> {
  const rows = await sql.unsafe<{ delivery_id: string; lease_token: number }[]>(
    SETTLE_FIRST,
    [
      plainArray(settlements.map((each) => each.deliveryId)),
      plainArray(settlements.map((each) => each.leaseToken)),
      plainArray(settlements.map((each) => each.result.status)),
      // JSON has no line breaks of its own.
      settlements.map((each) => firstAttempt(each, node)).join("\n"),
      settlements[0]?.deliveryId ?? null,
      settlements.at(-1)?.deliveryId ?? null,
    ],
    { prepare: true },
  );
  const late = new Set(rows.map((row) => `${row.delivery_id} ${row.lease_token}`));
  return new Set(
    settlements.filter(
      (each) => late.size > 0 && late.has(`${each.deliveryId} ${each.leaseToken}`),
    ),
  );
}

/** The places are those of the view `all_attempts`. */
function firstAttempt(settlement: Settlement, node: number): string {
  const { startedAt, url, signature, secretIds, customHeaders, result } = settlement;
  const { durationMs, status, phases, responseHeaders, responseBody } = result;
  const list: unknown[] = [startedAt, durationMs, status, node, url, signature];
  list.push(plainArray(secretIds), phaseLiteral(phases));
  list.push(customHeaders.length > 0 ? textArray(customHeaders) : null);
  list.push(RESPONSE_HEADERS_KEPT.map((name) => responseHeaders[name] ?? null));
  if (responseBody.length > 0) list.push(responseBody.toString("base64"));
  return JSON.stringify(list);
}

async function settleRows(sql: Sql, batch: Batch, node: number): Promise<Settlement[]> {
  const { settlements, news } = batch;
  const rows = await sql.unsafe<{ delivery_id: string; number: number }[]>(
    SETTLE,
    [
      ...attemptColumns(settlements),
      ...resultColumns(settlements),
      bytesArray(settlements.map((each) => each.bodySha256)),
      textArray(settlements.map((each) => each.next.state)),
      plainArray(
        settlements.map(({ next }) => (next.state === "pending" ? Math.round(next.dueInMs) : 0)),
      ),
      node,
      plainArray(news.map((each) => each.endpointId)),
      plainArray(news.map((each) => each.isFailing)),
      plainArray(news.map((each) => each.holdMs)),
    ],
    { prepare: true },
  );
  if (rows.length === 0) return [];
  const late = new Set(rows.map((row) => `${row.delivery_id} ${row.number}`));
  return settlements.filter(({ deliveryId, number }) => late.has(`${deliveryId} ${number}`));
}

function attemptColumns(settlements: readonly Settlement[]): string[] {
  return [
    plainArray(settlements.map((each) => each.deliveryId)),
    plainArray(settlements.map((each) => each.leaseToken)),
    plainArray(settlements.map((each) => each.generation)),
    plainArray(settlements.map((each) => each.number)),
    textArray(settlements.map((each) => each.trigger)),
    plainArray(settlements.map((each) => each.startedAt)),
    plainArray(settlements.map((each) => each.result.durationMs)),
    textArray(settlements.map((each) => each.result.outcome)),
    plainArray(settlements.map((each) => each.result.status)),
    textArray(settlements.map((each) => each.result.error?.code ?? null)),
    textArray(settlements.map((each) => each.result.error?.message ?? null)),
  ];
}

function resultColumns(settlements: readonly Settlement[]): string[] {
  return [
    textArray(settlements.map(({ result: { phases } }) => phaseLiteral(phases))),
    textArray(settlements.map((each) => each.url)),
    textArray(settlements.map((each) => each.signature)),
    textArray(settlements.map((each) => plainArray(each.secretIds))),
    textArray(
      settlements.map((each) => (each.customHeaders.length ? textArray(each.customHeaders) : null)),
    ),
    textArray(settlements.map((each) => headerLiteral(each.result.responseHeaders))),
    bytesArray(
      settlements.map(({ result }) => (result.responseBody.length ? result.responseBody : null)),
    ),
    plainArray(settlements.map((each) => each.result.responseBodyTruncated)),
  ];
}

/** On a socket that was open already the wait is the whole duration, and 40 bytes a row say nothing new. */
function phaseLiteral({ dnsMs, connectMs, tlsMs, waitMs }: AttemptResult["phases"]): string | null {
  if (dnsMs === undefined && connectMs === undefined && tlsMs === undefined) return null;
  const values = [dnsMs, connectMs, tlsMs, waitMs];
  return plainArray(values.map((ms) => (ms === undefined ? null : Math.round(ms))));
}

function headerLiteral(headers: AttemptResult["responseHeaders"]): string | null {
  for (const _name in headers) return JSON.stringify(headers);
  return null;
}

/**
 * A 2xx that arrived after the lease was lost: the receiver has the event, so the delivery is delivered,
 * unless it ended or began a new generation meanwhile.
 */
export async function settleLateSuccess(
  sql: Sql,
  late: {
    readonly deliveryId: DeliveryId;
    readonly generation: number;
    readonly status: number | null;
  },
): Promise<boolean> {
  const rows = await sql`
    with ended as (
      update deliveries set state = 'delivered', finished_at = now(), failed_at = null, due_at = null,
        lease_until = null, lease_node = null, is_claimed = false, last_outcome = 'delivered', last_status = ${late.status}
      where id = ${late.deliveryId} and generation = ${late.generation} and state in ('pending', 'leased', 'failed')
      returning id, generation, attempts, attempts_total, trigger
    ),
    recorded as (${recordInterrupted(sql)})
    select from ended`;
  return rows.length > 0;
}
