import type { Scope } from "../domain/scope.ts";
import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { DeliveryState, EndpointGate } from "../domain/delivery.ts";
import {
  asId,
  type DeliveryId,
  type EndpointId,
  type EventId,
  type OrganizationId,
} from "../domain/id.ts";
import { ISOLATED_FROM_LOST } from "../limits.ts";
import { isAllPaused } from "./deliveries-pause.ts";
import { recordInterrupted } from "./attempts.ts";
import { queueAgain } from "./ordering.ts";
import { DELIVERY_SCOPE, meets, type DeliveryFilter } from "./delivery-conditions.ts";
import { deliveriesInWindow, findEventWindow } from "./delivery-window.ts";
import { afterPage, inScope, type PageBounds } from "./page.ts";

/** A delivery as it is shown: with what its event, its endpoint and its last attempt say. */
export interface StoredDelivery {
  readonly id: DeliveryId;
  readonly organizationId: OrganizationId;
  readonly eventId: EventId;
  readonly endpointId: EndpointId;
  readonly wireFormat: string;
  readonly state: DeliveryState;
  /** Claimed in this generation, and over all of them. */
  readonly attempts: number;
  readonly attemptsTotal: number;
  readonly maxAttempts: number;
  readonly generation: number;
  readonly leaseToken: number;
  readonly trigger: string;
  /** Null unless it is pending. */
  readonly dueAt: Date | null;
  readonly lastOutcome: string | null;
  readonly lastStatus: number | null;
  /** Of the last recorded attempt. */
  readonly lastDurationMs: number | null;
  readonly lastErrorCode: string | null;
  readonly finishedAt: Date | null;
  readonly cancelReason: string | null;
  readonly isTest: boolean;
  /** Attempts whose process ended over them, or at the same time. */
  readonly lostCount: number;
  /** Of the queue it goes in, and its number there; both null where it waits for no other delivery. */
  readonly queueKey: string | null;
  readonly sequence: number | null;
  /** The first unfinished delivery of its queue, when that is another one. */
  readonly blockedBy: DeliveryId | null;
  /** Null when the event is gone, by retention or on request. */
  readonly event: {
    readonly type: string;
    readonly occurredAt: Date;
    readonly resource: string | null;
    readonly orderingKey: string | null;
    /** Its payload was removed on request: it cannot be sent again. */
    readonly isPurged: boolean;
  } | null;
  /** As it is now; the log names it even when it is deleted. */
  readonly endpoint: EndpointGate & { readonly url: string; readonly isDeleted: boolean };
  /** The database's clock when this was read: due times are its times. */
  readonly readAt: Date;
}

/** `undefined` for one that does not exist or belongs to somebody else. */
export async function findDelivery(
  sql: Sql,
  id: DeliveryId,
  scope: Scope,
): Promise<StoredDelivery | undefined> {
  const rows = await sql<Columns[]>`
    ${selectDeliveries(sql, sql`where d.id = ${id} and ${inScope(sql, scope, DELIVERY_SCOPE)}`)}`;
  return rows.map(toDelivery)[0];
}

/**
 * The same, locked to the end of the caller's transaction. Two statements: the second one sees what the last holder
 * of the lock has written.
 */
export async function lockDelivery(
  sql: Sql,
  id: DeliveryId,
  scope: Scope,
): Promise<StoredDelivery | undefined> {
  await sql`select from deliveries d where d.id = ${id} and ${inScope(sql, scope, DELIVERY_SCOPE)} for update`;
  return findDelivery(sql, id, scope);
}

/**
 * A page by id, which is the time of the event. Relies on deliveries_by_organization, deliveries_by_endpoint, or the
 * primary key. What is asked of events is looked up there first (delivery-window.ts): a type is rare, or its newest
 * events fill the page, and only where other filters leave few of many does the log have to be walked. What the rows are
 * joined with is read for the page alone.
 */
export async function listDeliveries(
  sql: Sql,
  filter: DeliveryFilter,
  page: PageBounds,
): Promise<StoredDelivery[]> {
  const order = page.isDescending ? sql`desc` : sql`asc`;
  const window = await findEventWindow(sql, filter, page);
  if (window) {
    const chosen = deliveriesInWindow(sql, window, { filter, page });
    const rows = await sql<Columns[]>`${selectFrom(sql, chosen)} order by d.id ${order}`;
    // A window that has not filled the page says nothing about what lies behind it.
    if (window.isWhole || rows.length === page.limit) return rows.map(toDelivery);
  }
  const chosen = sql`
    where ${meets(sql, filter)} and ${afterPage(sql, page, "d.id")} order by d.id ${order} limit ${page.limit}`;
  const rows = await sql<Columns[]>`${selectDeliveries(sql, chosen)} order by d.id ${order}`;
  return rows.map(toDelivery);
}

/** Those of `ids` that exist in the scope, in no particular order. */
export async function findDeliveries(
  sql: Sql,
  ids: readonly DeliveryId[],
  scope: Scope = "all",
): Promise<StoredDelivery[]> {
  const chosen = sql`where d.id = any(${plainArray(ids)}::uuid[]) and ${inScope(sql, scope, DELIVERY_SCOPE)}`;
  const rows = await sql<Columns[]>`${selectDeliveries(sql, chosen)}`;
  return rows.map(toDelivery);
}

/** The newest delivery of each of these endpoints, without tests. Relies on deliveries_by_endpoint. */
export async function listLastDeliveries(
  sql: Sql,
  endpointIds: readonly EndpointId[],
): Promise<StoredDelivery[]> {
  const newest = sql`
    join lateral (
      select l.id from deliveries l where l.endpoint_id = i.endpoint_id and not l.is_test order by l.id desc limit 1
    ) l on true`;
  const chosen = sql`
    where d.id = any(array(
      select l.id from unnest(${plainArray(endpointIds)}::uuid[]) as i(endpoint_id) ${newest}))`;
  const rows = await sql<Columns[]>`${selectDeliveries(sql, chosen)}`;
  return rows.map(toDelivery);
}

/** How many a filter chooses, counted up to `limit`. */
export async function countDeliveries(
  sql: Sql,
  filter: DeliveryFilter,
  limit: number,
): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from (select from deliveries d where ${meets(sql, filter)} limit ${limit}) c`;
  return rows[0]?.count ?? 0;
}

/**
 * Starts the schedule of a finished, locked delivery again; attempts go on counting. `maxAttempts` is the length of
 * the schedule as it is now.
 */
export async function startGeneration(
  sql: Sql,
  id: DeliveryId,
  maxAttempts: number,
): Promise<void> {
  await sql`
    with begun as (
    update deliveries set state = 'pending', generation = generation + 1, attempts = 0,
      max_attempts = ${maxAttempts}, trigger = 'manual', due_at = now(),
      lost_count = case when lost_count > ${ISOLATED_FROM_LOST} then ${ISOLATED_FROM_LOST}::int else lost_count end, finished_at = null, failed_at = null, cancel_reason = null
    where id = ${id} and state in ('delivered', 'failed', 'cancelled')
    returning id, endpoint_id, ordering_key, sequence
    )
    ${queueAgain(sql)}`;
}

/** Makes a waiting, locked delivery due now; its schedule goes on behind that. */
export async function expediteDelivery(sql: Sql, id: DeliveryId): Promise<void> {
  await sql`
    update deliveries set due_at = now(), trigger = 'manual' where id = ${id} and state = 'pending'`;
}

/** Ends an unfinished delivery; false when it had ended already. A request that is under way is not called back. */
export async function cancelDelivery(sql: Sql, id: DeliveryId, reason: string): Promise<boolean> {
  const rows = await sql`
    with ended as (
      update deliveries set state = 'cancelled', cancel_reason = ${reason}, finished_at = now(),
        lease_until = null, lease_node = null, is_claimed = false, due_at = null
      where id = ${id} and state in ('pending', 'leased')
      returning id, generation, attempts, attempts_total, trigger
    ),
    recorded as (${recordInterrupted(sql)})
    select from ended`;
  return rows.length > 0;
}

/*
 * `now()` is when the transaction began, which may lie before what the last holder of the lock wrote; the clock of
 * the statement is not.
 * `limit 1` keeps the planner from joining whole partitions: a new day's have no statistics, and it would read them
 * from end to end for a page of twenty rows.
 */
function selectDeliveries(sql: Sql, chosen: ReturnType<typeof inScope>) {
  return selectFrom(sql, sql`select d.* from deliveries d ${chosen}`);
}

function selectFrom(sql: Sql, rows: ReturnType<typeof inScope>) {
  return sql`
    select d.id, d.organization_id, d.event_id, d.endpoint_id, d.wire_format, d.state, d.attempts,
      d.attempts_total, d.max_attempts, d.generation, d.lease_token, d.trigger, d.due_at, d.last_outcome,
      d.last_status, d.finished_at, d.cancel_reason, d.is_test,
      d.lost_count, d.ordering_key as queue_key, d.sequence, w.blocked_by,
      e.type, e.occurred_at, e.resource, e.ordering_key, e.is_purged,
      p.url, p.state as endpoint_state, p.deleted_at is not null as is_deleted, s.hold_until,
      ${isAllPaused(sql)} as is_all_paused,
      a.duration_ms, a.error_code, statement_timestamp() as read_at
    from (${rows}) d
    left join lateral (
      select type, occurred_at, resource, ordering_key, purged_at is not null as is_purged
      from events where id = d.event_id limit 1
    ) e on true
    left join lateral (
      select duration_ms, error_code from all_attempts where delivery_id = d.id order by number desc limit 1
    ) a on true
    left join lateral (
      select b.id as blocked_by from ordering_queue q join deliveries b on b.id = q.delivery_id
      where d.state = 'pending' and q.endpoint_id = d.endpoint_id and q.key = d.ordering_key
        and q.sequence < d.sequence and b.state in ('pending', 'leased')
      order by q.sequence limit 1
    ) w on true
    join endpoints p on p.id = d.endpoint_id
    left join endpoint_state s on s.endpoint_id = d.endpoint_id`;
}

interface Columns {
  id: string;
  organization_id: string;
  event_id: string;
  endpoint_id: string;
  wire_format: string;
  state: DeliveryState;
  attempts: number;
  attempts_total: number;
  max_attempts: number;
  generation: number;
  lease_token: number;
  trigger: string;
  due_at: Date | null;
  last_outcome: string | null;
  last_status: number | null;
  finished_at: Date | null;
  cancel_reason: string | null;
  is_test: boolean;
  lost_count: number | null;
  queue_key: string | null;
  sequence: number | null;
  blocked_by: string | null;
  type: string | null;
  occurred_at: Date | null;
  resource: string | null;
  ordering_key: string | null;
  is_purged: boolean | null;
  url: string;
  endpoint_state: EndpointGate["state"];
  is_deleted: boolean;
  hold_until: Date | null;
  is_all_paused: boolean;
  duration_ms: number | null;
  error_code: string | null;
  read_at: Date;
}

function toDelivery(row: Columns): StoredDelivery {
  return {
    id: asId<"dlv">(row.id),
    organizationId: asId<"org">(row.organization_id),
    eventId: asId<"evt">(row.event_id),
    endpointId: asId<"ep">(row.endpoint_id),
    wireFormat: row.wire_format,
    state: row.state,
    attempts: row.attempts,
    attemptsTotal: row.attempts_total,
    maxAttempts: row.max_attempts,
    generation: row.generation,
    leaseToken: row.lease_token,
    trigger: row.trigger,
    dueAt: row.due_at,
    lastOutcome: row.last_outcome,
    lastStatus: row.last_status,
    lastDurationMs: row.duration_ms,
    lastErrorCode: row.error_code,
    finishedAt: row.finished_at,
    cancelReason: row.cancel_reason,
    isTest: row.is_test,
    lostCount: row.lost_count ?? 0,
    queueKey: row.queue_key,
    sequence: row.sequence,
    blockedBy: row.blocked_by === null ? null : asId<"dlv">(row.blocked_by),
    event: toEvent(row),
    endpoint: {
      url: row.url,
      state: row.endpoint_state,
      holdUntil: row.hold_until,
      isAllPaused: row.is_all_paused,
      isDeleted: row.is_deleted,
    },
    readAt: row.read_at,
  };
}

function toEvent(row: Columns): StoredDelivery["event"] {
  const { type, occurred_at: occurredAt, resource, ordering_key: orderingKey } = row;
  if (type === null || occurredAt === null) return null;
  return { type, occurredAt, resource, orderingKey, isPurged: row.is_purged ?? false };
}
