import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { DeliveryState, DeliveryStatus } from "../domain/delivery.ts";
import type { EndpointId, EventId } from "../domain/id.ts";
import type { Scope } from "../domain/scope.ts";
import type { Answer } from "../domain/statistics.ts";
import { isAllPaused } from "./deliveries-pause.ts";
import { deliveryIdsOf, idsBetween, type IdRange, type TimeRange } from "./id-range.ts";
import { inScope, type ScopedColumns } from "./page.ts";

export const DELIVERY_SCOPE: ScopedColumns = {
  organization: "d.organization_id",
  resource: { kind: "endpoint", column: "d.endpoint_id" },
};

/** Null takes all. */
export interface DeliveryFilter {
  readonly scope: Scope;
  readonly eventId: EventId | null;
  readonly endpointId: EndpointId | null;
  readonly statuses: readonly DeliveryStatus[] | null;
  readonly types: readonly string[] | null;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly createdAt: TimeRange;
  readonly finishedAt: TimeRange;
  readonly isTest: boolean | null;
  /** How the last attempt ended. */
  readonly responses: readonly Answer[] | null;
  /** Attempts of all generations, at least so many. */
  readonly minAttempts: number | null;
}

/** Takes every delivery of its scope; to be narrowed. */
export const ANY_DELIVERY: Omit<DeliveryFilter, "scope"> = Object.freeze({
  eventId: null,
  endpointId: null,
  statuses: null,
  types: null,
  resource: null,
  orderingKey: null,
  createdAt: { from: null, to: null },
  finishedAt: { from: null, to: null },
  isTest: null,
  responses: null,
  minAttempts: null,
});

/** The condition of a filter on deliveries `d`. */
export function meets(sql: Sql, filter: DeliveryFilter) {
  return sql`
    ${inScope(sql, filter.scope, DELIVERY_SCOPE)} and ${inRanges(sql, filter)} and ${ofEndpoint(sql, filter)}
    and ${hasEndedAs(sql, filter)} and ${hasStatus(sql, filter.statuses)} and ${hasFinished(sql, filter.finishedAt)} and ${ofEvents(sql, filter)}`;
}

function hasFinished(sql: Sql, { from, to }: TimeRange) {
  return sql`${from === null ? sql`true` : sql`d.finished_at >= ${from}`}
    and ${to === null ? sql`true` : sql`d.finished_at <= ${to}`}`;
}

/** The SQL form of `answerOf`, and what follows from it in the words of the index that has the few such deliveries. */
function hasEndedAs(sql: Sql, { responses, minAttempts }: DeliveryFilter) {
  const answer = sql`
    case d.last_outcome when 'delivered' then '2xx' when 'redirect' then '3xx'
      when 'http_error' then case when d.last_status between 400 and 499 then '4xx' else '5xx' end
      else d.last_outcome end`;
  const isTroubled =
    (minAttempts !== null && minAttempts > 1) || (responses !== null && !responses.includes("2xx"));
  return sql`${responses === null ? sql`true` : sql`${answer} = any(${textArray(responses)}::text[])`}
    and ${minAttempts === null ? sql`true` : sql`d.attempts_total >= ${minAttempts}`}
    and ${isTroubled ? sql`(d.body_sha256 is not null or d.lost_count is not null or d.generation > 1)` : sql`true`}`;
}

function inRanges(sql: Sql, { createdAt, eventId }: DeliveryFilter) {
  const { from, to } = createdAt;
  const inTime = from || to ? inRange(sql, idsBetween(createdAt)) : sql`true`;
  if (eventId === null) return inTime;
  return sql`${inTime} and ${inRange(sql, deliveryIdsOf(eventId))} and d.event_id = ${eventId}`;
}

function inRange(sql: Sql, { first, last }: IdRange) {
  return sql`d.id between ${first}::uuid and ${last}::uuid`;
}

function ofEndpoint(sql: Sql, { endpointId, isTest }: DeliveryFilter) {
  const ofOne = endpointId === null ? sql`true` : sql`d.endpoint_id = ${endpointId}`;
  if (isTest === null) return ofOne;
  // Without a parameter, or the index that has the tests alone would not be seen to fit.
  return isTest ? sql`${ofOne} and d.is_test` : sql`${ofOne} and not d.is_test`;
}

/**
 * The SQL form of `shownStatus`. The stored states come first, although they follow from the rest: they cost nothing
 * to compare.
 */
function hasStatus(sql: Sql, statuses: readonly DeliveryStatus[] | null) {
  if (statuses === null) return sql`true`;
  const states = new Set(statuses.map((status) => STORED_STATES[status]));
  const isHeld = sql`(
    ${isAllPaused(sql)} or exists (select from endpoints p where p.id = d.endpoint_id and p.state <> 'active')
    or exists (select from endpoint_state s
      where s.endpoint_id = d.endpoint_id and s.hold_until > greatest(d.due_at, now())))`;
  const shown = sql`
    case when d.state = 'leased' then 'sending' when d.state <> 'pending' then d.state::text
      when ${isHeld} then 'held' when d.attempts = 0 then 'pending' else 'retrying' end`;
  const [only] = states.size === 1 ? states : [];
  return sql`d.state = any(${plainArray([...states])}::delivery_state[]) and ${isListed(sql, only)}
    and ${shown} = any(${textArray(statuses)}::text[])`;
}

/** Says what follows from the state in the words of the index that has all deliveries of the state. */
function isListed(sql: Sql, state: DeliveryState | undefined) {
  if (state === "pending") return sql`d.due_at is not null`;
  if (state === "failed") return sql`d.failed_at is not null`;
  if (state === "cancelled") return sql`d.cancel_reason is not null`;
  if (state === "leased") return sql`d.id = any(array(select id from leases))`;
  return sql`true`;
}

const STORED_STATES: Readonly<Record<DeliveryStatus, DeliveryState>> = {
  pending: "pending",
  retrying: "pending",
  held: "pending",
  sending: "leased",
  delivered: "delivered",
  failed: "failed",
  cancelled: "cancelled",
};

function ofEvents(sql: Sql, { types, resource, orderingKey }: DeliveryFilter) {
  if (types === null && resource === null && orderingKey === null) return sql`true`;
  return sql`exists (
    select from events e where e.id = d.event_id
      and ${types === null ? sql`true` : sql`e.type = any(${textArray(types)}::text[])`}
      and ${resource === null ? sql`true` : sql`e.resource = ${resource}`}
      and ${orderingKey === null ? sql`true` : sql`e.ordering_key = ${orderingKey}`})`;
}
