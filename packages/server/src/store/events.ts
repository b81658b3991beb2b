import type { Scope } from "../domain/scope.ts";
import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import {
  asId,
  type DeliveryId,
  type EndpointId,
  type EventId,
  type OrganizationId,
} from "../domain/id.ts";
import { idsBetween, type TimeRange } from "./id-range.ts";
import { afterPage, inScope, type PageBounds, type ScopedColumns } from "./page.ts";

export const EVENT_SCOPE: ScopedColumns = { resource: { kind: "resource", column: "resource" } };

/** An event without its data: lists do not read what may be megabytes. */
export interface EventSummary {
  readonly id: EventId;
  readonly organizationId: OrganizationId;
  readonly type: string;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  /** Among the events with its ordering key, from 1; null without one. */
  readonly sequence: number | null;
  readonly occurredAt: Date;
  readonly isTest: boolean;
  /** When its payload was removed on request; null while it is kept. */
  readonly purgedAt: Date | null;
}

export interface StoredEvent extends EventSummary {
  /** The JSON text that was posted; empty when it was purged. */
  readonly data: Buffer;
  /** The trace it was published in; null without one. */
  readonly traceparent: string | null;
}

interface Columns {
  id: string;
  organization_id: string;
  type: string;
  resource: string | null;
  ordering_key: string | null;
  sequence: number | null;
  occurred_at: Date;
  is_test: boolean;
  purged_at: Date | null;
}

type ColumnsWithData = Columns & { readonly data: Buffer; readonly traceparent: string | null };

/** Null takes all. */
export interface EventFilter {
  readonly scope: Scope;
  readonly types: readonly string[] | null;
  readonly createdAt: TimeRange;
  readonly isTest: boolean | null;
}

export async function findEvent(
  sql: Sql,
  id: EventId,
  scope: Scope,
): Promise<StoredEvent | undefined> {
  const rows = await sql<ColumnsWithData[]>`
    select * from events where id = ${id} and ${inScope(sql, scope, EVENT_SCOPE)}`;
  return rows.map((row) => ({
    ...toSummary(row),
    data: row.data,
    traceparent: row.traceparent,
  }))[0];
}

/** Which of these events there are. Relies on the primary key. */
export async function listKnownEvents(sql: Sql, ids: readonly EventId[]): Promise<Set<EventId>> {
  const rows = await sql<{ id: string }[]>`
    select id from events where id = any(${plainArray(ids)}::uuid[])`;
  return new Set(rows.map(({ id }) => asId<"evt">(id)));
}

/** A page by id, which is the time of acceptance. Relies on events_by_organization, or on the primary key for all. */
export async function listEvents(
  sql: Sql,
  filter: EventFilter,
  page: PageBounds,
): Promise<EventSummary[]> {
  const { scope, types, isTest } = filter;
  const rows = await sql<Columns[]>`
    select id, organization_id, type, resource, ordering_key, sequence, occurred_at, is_test, purged_at from events
    where ${inScope(sql, scope, EVENT_SCOPE)} and ${inTime(sql, filter.createdAt)}
      and ${types === null ? sql`true` : sql`type = any(${textArray(types)}::text[])`}
      and ${isTest === null ? sql`true` : sql`is_test = ${isTest}`}
      and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toSummary);
}

function inTime(sql: Sql, range: TimeRange) {
  if (range.from === null && range.to === null) return sql`true`;
  const { first, last } = idsBetween(range);
  return sql`id between ${first}::uuid and ${last}::uuid`;
}

/** A test event and its one delivery, leased by this node: made and sent in one go. Runs in the caller's transaction. */
export async function insertTestEvent(
  sql: Sql,
  test: {
    readonly event: Pick<StoredEvent, "id" | "organizationId" | "type" | "occurredAt" | "data">;
    readonly deliveryId: DeliveryId;
    readonly endpointId: EndpointId;
    readonly wireFormat: string;
    readonly node: number;
    readonly leaseMs: number;
  },
): Promise<void> {
  const { event, deliveryId, endpointId, wireFormat, node, leaseMs } = test;
  await sql`
    insert into events (id, organization_id, type, occurred_at, is_test, data)
    values (${event.id}, ${event.organizationId}, ${event.type}, ${event.occurredAt}, true, ${event.data})`;
  await sql`
    insert into deliveries (id, organization_id, event_id, endpoint_id, wire_format, max_attempts, trigger,
      state, attempts, attempts_total, is_claimed, lease_until, lease_token, lease_node, is_test)
    values (${deliveryId}, ${event.organizationId}, ${event.id}, ${endpointId}, ${wireFormat}, 1, 'test',
      'leased', 1, 1, true, now() + ${leaseMs} * interval '1 millisecond', 1, ${node}, true)`;
}

function toSummary(row: Columns): EventSummary {
  return {
    id: asId<"evt">(row.id),
    organizationId: asId<"org">(row.organization_id),
    type: row.type,
    resource: row.resource,
    orderingKey: row.ordering_key,
    sequence: row.sequence,
    occurredAt: row.occurred_at,
    isTest: row.is_test,
    purgedAt: row.purged_at,
  };
}
