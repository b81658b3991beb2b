import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type DeliveryId, type EventId, type OrganizationId } from "../domain/id.ts";
import { idsBetween, type TimeRange } from "./id-range.ts";
import { afterPage } from "./page.ts";

/** What tells whether an endpoint wants an event, but for its data. */
export interface ScannedEvent {
  readonly id: EventId;
  readonly type: string;
  readonly resource: string | null;
  readonly isPurged: boolean;
}

/**
 * Events of an organization from a time, the oldest first, without test events: `limit` rows are read at most, however
 * few of them anybody wants. Relies on events_by_organization.
 */
export async function scanEvents(
  sql: Sql,
  organizationId: OrganizationId,
  page: { readonly time: TimeRange; readonly after: string | null; readonly limit: number },
): Promise<ScannedEvent[]> {
  const { first, last } = idsBetween(page.time);
  const rows = await sql<ScannedColumns[]>`
    select id, type, resource, purged_at is not null as is_purged from events
    where organization_id = ${organizationId} and id between ${first}::uuid and ${last}::uuid and not is_test
      and ${afterPage(sql, { ...page, isDescending: false })}
    order by id limit ${page.limit}`;
  return rows.map((row) => ({
    id: asId<"evt">(row.id),
    type: row.type,
    resource: row.resource,
    isPurged: row.is_purged,
  }));
}

interface ScannedColumns {
  id: string;
  type: string;
  resource: string | null;
  is_purged: boolean;
}

/** Those of the deliveries that exist. Relies on the primary key. */
export async function listKnownDeliveries(
  sql: Sql,
  ids: readonly DeliveryId[],
): Promise<ReadonlySet<string>> {
  const rows = await sql<{ id: string }[]>`
    select id from deliveries where id = any(${plainArray(ids)}::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}

/** The payloads of events that still have one, by event. */
export async function loadPayloads(
  sql: Sql,
  ids: readonly EventId[],
): Promise<ReadonlyMap<string, Buffer>> {
  const rows = await sql<{ id: string; data: Buffer }[]>`
    select id, data from events where id = any(${plainArray(ids)}::uuid[]) and purged_at is null`;
  return new Map(rows.map(({ id, data }) => [id, data]));
}
