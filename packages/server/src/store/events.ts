import type { Sql } from "../db/pool.ts";
import { asId, type EventId, type OrganizationId } from "../domain/id.ts";
import type { PageBounds } from "./page.ts";

/** A stored event; `data` only where it was asked for. */
export interface StoredEvent {
  readonly id: EventId;
  readonly organizationId: OrganizationId;
  readonly type: string;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly occurredAt: Date;
  readonly isTest: boolean;
  readonly data: Buffer;
}

interface Columns {
  id: string;
  organization_id: string;
  type: string;
  resource: string | null;
  ordering_key: string | null;
  occurred_at: Date;
  is_test: boolean;
  data: Buffer;
}

export async function findEvent(
  sql: Sql,
  id: EventId,
  scope: OrganizationId | "all",
): Promise<StoredEvent | undefined> {
  const rows = await sql<Columns[]>`
    select * from events where id = ${id}
      and (${scope === "all"} or organization_id = ${scope === "all" ? null : scope})`;
  return rows.map(toEvent)[0];
}

/** A page by id, which is the time of acceptance. Relies on events_by_organization, or on the primary key for all. */
export async function listEvents(
  sql: Sql,
  filter: { readonly scope: OrganizationId | "all"; readonly types: readonly string[] | null },
  page: PageBounds,
): Promise<StoredEvent[]> {
  const { scope, types } = filter;
  const rows = await sql<Columns[]>`
    select * from events
    where ${scope === "all" ? sql`true` : sql`organization_id = ${scope}`}
      and ${types === null ? sql`true` : sql`type = any(${sql.array([...types])})`}
      and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toEvent);
}

function afterPage(sql: Sql, { after, isDescending }: PageBounds) {
  if (after === null) return sql`true`;
  return isDescending ? sql`id < ${after}` : sql`id > ${after}`;
}

/** A test event and its one delivery, leased by this node: made and sent in one go. Runs in the caller's transaction. */
export async function insertTestEvent(
  sql: Sql,
  test: {
    readonly event: Pick<StoredEvent, "id" | "organizationId" | "type" | "occurredAt" | "data">;
    readonly deliveryId: string;
    readonly endpointId: string;
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
      state, attempts, attempts_total, due_at, lease_until, lease_token, lease_node, is_test)
    values (${deliveryId}, ${event.organizationId}, ${event.id}, ${endpointId}, ${wireFormat}, 1, 'test',
      'leased', 1, 1, now(), now() + ${leaseMs} * interval '1 millisecond', 1, ${node}, true)`;
}

function toEvent(row: Columns): StoredEvent {
  return {
    id: asId<"evt">(row.id),
    organizationId: asId<"org">(row.organization_id),
    type: row.type,
    resource: row.resource,
    orderingKey: row.ordering_key,
    occurredAt: row.occurred_at,
    isTest: row.is_test,
    data: row.data,
  };
}
