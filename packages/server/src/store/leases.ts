import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import {
  asId,
  type DeliveryId,
  type EndpointId,
  type EventId,
  type OrganizationId,
} from "../domain/id.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { ISOLATED_FROM_LOST } from "../limits.ts";
import { recordInterrupted } from "./attempts.ts";
import { toRateLimit } from "./endpoints.ts";

/** A delivery under this node's lease, with what its body is made of. */
export interface LeasedDelivery {
  readonly id: DeliveryId;
  readonly organizationId: OrganizationId;
  readonly endpointId: EndpointId;
  readonly eventId: EventId;
  readonly wireFormat: string;
  readonly leaseToken: number;
  readonly generation: number;
  /** Of the attempt that this lease is for: within its generation, and over all of them. */
  readonly attempt: number;
  readonly attemptNumber: number;
  readonly maxAttempts: number;
  readonly trigger: string;
  readonly isTest: boolean;
  /** Of the first failed attempt's body, or null. */
  readonly bodySha256: Buffer | null;
  /** Of its queue, and its number in it; both null where nothing waits for it. */
  readonly orderingKey: string | null;
  readonly sequence: number | null;
  /** Attempts whose process ended over them, or at the same time. */
  readonly lostCount: number;
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly data: Buffer;
  /** Of the request that published the event; null without a trace. */
  readonly traceparent: string | null;
}

export interface DueEndpoint {
  readonly endpointId: EndpointId;
  readonly organizationId: OrganizationId;
  readonly rateLimit: RateLimit | null;
}

/*
 * Endpoints with something due, in id order after `after`: one index descent per endpoint (skip scan over
 * deliveries_due), however many deliveries wait. The order by `due_at` too gives the longest due of each, and leaves
 * the planner no other index: by that of all deliveries of an endpoint it would read everything that is kept.
 * Held, paused and disabled endpoints are skipped, so nothing has to be moved when they stop and no attempt is spent
 * while they wait.
 */
const WAITING_ENDPOINTS = `
with recursive waiting as (
  (select endpoint_id, due_at from deliveries where due_at is not null and endpoint_id > $1::uuid
   order by endpoint_id, due_at limit 1)
  union all
  select n.endpoint_id, n.due_at from waiting w cross join lateral (
    select d.endpoint_id, d.due_at from deliveries d where d.due_at is not null and d.endpoint_id > w.endpoint_id
    order by d.endpoint_id, d.due_at limit 1) n
)
select w.endpoint_id, e.organization_id, e.rate_limit_count, e.rate_limit_per, e.deleted_at is not null as is_deleted,
  e.state = 'active' and e.deleted_at is null
  and not exists (select from endpoint_state s where s.endpoint_id = w.endpoint_id and s.hold_until > now())
  and w.due_at <= now() as is_due
from (select * from waiting limit $2) w
join endpoints e on e.id = w.endpoint_id
order by w.endpoint_id`;

/** Endpoints with pending deliveries, a page of them. */
export interface WaitingEndpoints {
  /** With a delivery that may be sent now. */
  readonly due: readonly DueEndpoint[];
  /** Deleted while an event was being accepted for them. */
  readonly deleted: readonly EndpointId[];
  /** Continues behind this page; null at the end. */
  readonly nextAfter: string | null;
}

/** Looks at `limit` endpoints with pending deliveries, in id order after `after`. */
export async function listWaitingEndpoints(
  sql: Sql,
  page: { readonly after: string; readonly limit: number },
): Promise<WaitingEndpoints> {
  const rows = await sql.unsafe<WaitingRow[]>(WAITING_ENDPOINTS, [page.after, page.limit], {
    prepare: true,
  });
  const isLastPage = rows.length < page.limit;
  return {
    due: rows
      .filter((row) => row.is_due)
      .map((row) => ({
        endpointId: asId<"ep">(row.endpoint_id),
        organizationId: asId<"org">(row.organization_id),
        rateLimit: toRateLimit(row.rate_limit_count, row.rate_limit_per),
      })),
    deleted: rows.filter((row) => row.is_deleted).map((row) => asId<"ep">(row.endpoint_id)),
    nextAfter: isLastPage ? null : (rows.at(-1)?.endpoint_id ?? null),
  };
}

interface WaitingRow {
  endpoint_id: string;
  organization_id: string;
  rate_limit_count: number | null;
  rate_limit_per: RateLimit["per"] | null;
  is_deleted: boolean;
  is_due: boolean;
}

/*
 * Nothing before the delivery in its queue is unfinished. All of it is seen: what has a smaller number was committed
 * before. Deliveries that wait for their turn are not due, so this looks at heads, and at what was sent again.
 */
const IS_FIRST_OF_QUEUE = `(d.ordering_key is null or not exists (
      select from ordering_queue before join deliveries b on b.id = before.delivery_id
      where before.endpoint_id = d.endpoint_id and before.key = d.ordering_key and before.sequence < d.sequence
        and b.state in ('pending', 'leased')))`;

/*
 * Claims at most a quota per endpoint, the longest due first. The attempt is counted here, in the statement that
 * grants the lease: a crash between claim and send then costs one attempt, never an uncounted request.
 * `skip locked` lets nodes claim side by side; each index scan touches only the rows it takes (deliveries_due).
 */
const CLAIM = `
with quota as materialized (select * from unnest($1::uuid[], $2::int[]) as q(endpoint_id, quota)),
chosen as materialized (
  select c.id, c.due_at from quota q cross join lateral (
    select d.id, d.due_at from deliveries d
    where d.state = 'pending' and d.endpoint_id = q.endpoint_id and d.due_at <= now() and ${IS_FIRST_OF_QUEUE}
    order by d.due_at limit q.quota for update skip locked
  ) c
),
claimed as (
  update deliveries d set state = 'leased', attempts = d.attempts + 1, attempts_total = d.attempts_total + 1,
    lease_token = d.lease_token + 1, lease_node = $3, lease_until = now() + $4 * interval '1 millisecond',
    is_claimed = true, due_at = null
  from chosen where d.id = chosen.id and d.state = 'pending'
  returning d.*, chosen.due_at as was_due_at
)
select c.id, c.organization_id, c.endpoint_id, c.event_id, c.wire_format, c.lease_token, c.generation,
       c.attempts, c.attempts_total, c.max_attempts, c.trigger, c.is_test, c.body_sha256,
       c.ordering_key, c.sequence, c.lost_count, e.type, e.occurred_at, e.data, e.traceparent
from claimed c join events e on e.id = c.event_id
order by c.was_due_at`;

/** Takes leases for due deliveries, at most `quota` per endpoint. */
export async function claimDeliveries(
  sql: Sql,
  quotas: readonly { readonly endpointId: EndpointId; readonly quota: number }[],
  lease: { readonly node: number; readonly leaseMs: number },
): Promise<LeasedDelivery[]> {
  const rows = await sql.unsafe<ClaimedRow[]>(
    CLAIM,
    [
      plainArray(quotas.map((each) => each.endpointId)),
      plainArray(quotas.map((each) => each.quota)),
      lease.node,
      lease.leaseMs,
    ],
    { prepare: true },
  );
  return rows.map(toLeased);
}

interface ClaimedRow {
  id: string;
  organization_id: string;
  endpoint_id: string;
  event_id: string;
  wire_format: string;
  lease_token: number;
  generation: number;
  attempts: number;
  attempts_total: number;
  max_attempts: number;
  trigger: string;
  is_test: boolean;
  body_sha256: Buffer | null;
  ordering_key: string | null;
  sequence: number | null;
  lost_count: number | null;
  type: string;
  occurred_at: Date;
  data: Buffer;
  traceparent: string | null;
}

function toLeased(row: ClaimedRow): LeasedDelivery {
  return {
    id: asId<"dlv">(row.id),
    organizationId: asId<"org">(row.organization_id),
    endpointId: asId<"ep">(row.endpoint_id),
    eventId: asId<"evt">(row.event_id),
    wireFormat: row.wire_format,
    leaseToken: row.lease_token,
    generation: row.generation,
    attempt: row.attempts,
    attemptNumber: row.attempts_total,
    maxAttempts: row.max_attempts,
    trigger: row.trigger,
    isTest: row.is_test,
    bodySha256: row.body_sha256,
    orderingKey: row.ordering_key,
    sequence: row.sequence,
    lostCount: row.lost_count ?? 0,
    type: row.type,
    occurredAt: row.occurred_at.getTime(),
    data: row.data,
    traceparent: row.traceparent,
  };
}

/** A lease that is given back before anything was sent: the attempt is uncounted. */
export interface UnusedLease {
  readonly id: DeliveryId;
  readonly leaseToken: number;
}

/**
 * Gives leases back unused; the deliveries are due at once. Leases that are no longer ours are left alone.
 * Leased is said by `lease_node`, for the reason told at settling: the plan.
 */
export async function releaseLeases(sql: Sql, leases: readonly UnusedLease[]): Promise<void> {
  await sql.unsafe(
    `update deliveries d set state = 'pending', attempts = d.attempts - 1, attempts_total = d.attempts_total - 1,
       lease_until = null, lease_node = null, is_claimed = false, due_at = now()
     from unnest($1::uuid[], $2::int[]) as i(id, lease_token)
     where d.id = i.id and d.lease_node is not null and d.lease_token = i.lease_token`,
    [plainArray(leases.map((each) => each.id)), plainArray(leases.map((each) => each.leaseToken))],
    { prepare: true },
  );
}

const IS_LAST = "(d.attempts >= d.max_attempts)";

/**
 * A node takes everything down that it holds: that makes a delivery suspect, so that it is made apart, and no more. Only
 * a process that made nothing else proves that it is poison; the nodes' deaths would convict whoever was near it.
 */
const SUSPICION = `greatest(coalesce(d.lost_count, 0), least(coalesce(d.lost_count, 0) + 1, ${ISOLATED_FROM_LOST}))`;

/*
 * Leases whose time is over, or whose node has not been heard of for `deadAfterMs`. The interrupted attempt gets a
 * row `lost`: nobody knows whether the receiver has the event. The delivery is due at once, or failed when that was
 * its last attempt. Leases of claims are found by deliveries_claimed. Those of accepting are in no index: each node says
 * from which id on it may have some, and they are looked for by the primary key when the node is dead, or when it says
 * that the oldest of them must have run out. Rows are locked with `skip locked`, so sweepers do not queue up.
 */
const SWEEP = `
with dead as materialized (
  select n.id from nodes n where n.heartbeat_at < now() - $1 * interval '1 millisecond'
),
held as materialized (
  select d.id from deliveries d
  where d.is_claimed and d.lease_node is not null and (d.lease_until < now() or d.lease_node in (select id from dead)
    or not exists (select from nodes n where n.id = d.lease_node))
  union all
  select f.id from nodes n cross join lateral (
    select d.id from deliveries d
    where d.id >= n.fresh_from and d.lease_node = n.id and not d.is_claimed
      and (d.lease_until < now() or n.id in (select id from dead))
    order by d.id limit $2
  ) f
  where n.id in (select id from dead) or n.fresh_since < now() - $3 * interval '1 millisecond'
),
expired as materialized (
  select d.id from deliveries d
  where d.id = any(array(select id from held limit $2)) and d.lease_node is not null
    and (d.lease_until < now() or d.lease_node in (select id from dead)
         or not exists (select from nodes n where n.id = d.lease_node))
  for update skip locked
),
swept as (
  update deliveries d set
    state = case when ${IS_LAST} then 'failed' else 'pending' end::delivery_state,
    finished_at = case when ${IS_LAST} then now() end,
    failed_at = case when ${IS_LAST} then now() end,
    due_at = case when not ${IS_LAST} then now() end,
    lost_count = ${SUSPICION},
    lease_until = null, lease_node = null, is_claimed = false, last_outcome = 'lost', last_status = null
  from expired where d.id = expired.id
  returning d.id, d.generation, d.attempts_total, d.trigger, d.state
),
recorded as (
  insert into attempts (delivery_id, number, generation, trigger, started_at, outcome, error_code, error_message)
  select id, attempts_total, generation, trigger, now(), 'lost', 'node_lost',
         'The process that made this attempt stopped before it could record the result.'
  from swept on conflict do nothing
)
select count(*)::int as count from swept`;

/** Takes expired leases back; answers how many. Call again while it answers `limit`. */
export async function sweepLeases(
  sql: Sql,
  bounds: { readonly deadAfterMs: number; readonly leaseMs: number; readonly limit: number },
): Promise<number> {
  const { deadAfterMs, leaseMs, limit } = bounds;
  const rows = await sql.unsafe<{ count: number }[]>(SWEEP, [deadAfterMs, limit, leaseMs], {
    prepare: true,
  });
  return rows[0]?.count ?? 0;
}

/**
 * What version 0.1 leaves behind when it runs beside this one: it knows neither that `due_at` ends with the wait nor
 * `is_claimed`, so finished deliveries stay in the indexes of what is due and of what is claimed. At most `limit`.
 */
export async function clearFinishedMarks(sql: Sql, limit: number): Promise<number> {
  const result = await sql`
    update deliveries set due_at = null, is_claimed = false
    where state not in ('pending', 'leased') and id = any(array(
      select id from deliveries where due_at is not null and state not in ('pending', 'leased')
      union all
      select id from deliveries where is_claimed and state not in ('pending', 'leased')
      limit ${limit}))`;
  return result.count;
}

/**
 * Ends the leased deliveries of an endpoint and at most `limit` that wait, the longest due first; `reason` is shown
 * (`endpoint_deleted`). Answers how many: call again while it answers `limit` or more. One statement for a huge
 * backlog would run into its time limit, and be undone. What others are working on is left to the next call.
 */
export async function cancelDeliveries(
  sql: Sql,
  endpointId: EndpointId,
  { reason, limit }: { readonly reason: string; readonly limit: number },
): Promise<number> {
  // By ids, each found by an index of its own: by its state it would read every delivery that is kept.
  const rows = await sql<{ count: number }[]>`
    with ended as (
      update deliveries set state = 'cancelled', cancel_reason = ${reason}, finished_at = now(),
        lease_until = null, lease_node = null, is_claimed = false, due_at = null
      where state in ('pending', 'leased') and (
        id = any(array(select id from deliveries where endpoint_id = ${endpointId} and due_at is not null
          order by due_at limit ${limit} for update skip locked))
        or id = any(array(select id from leases where endpoint_id = ${endpointId})))
      returning id, generation, attempts, attempts_total, trigger
    ),
    recorded as (${recordInterrupted(sql)})
    select count(*)::int as count from ended`;
  return rows[0]?.count ?? 0;
}
