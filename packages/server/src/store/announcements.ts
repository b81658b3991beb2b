import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import {
  asId,
  type DeliveryId,
  type EndpointId,
  type EventId,
  type OrganizationId,
} from "../domain/id.ts";
import { OPERATIONAL_TYPES } from "../domain/operational-event.ts";

/** An endpoint that something is told about. */
export interface ToldEndpoint {
  readonly endpointId: EndpointId;
  readonly organizationId: OrganizationId;
  readonly url: string;
  readonly description: string;
  readonly wireFormat: string;
  readonly isDeleted: boolean;
}

/** A fact that was written in the transaction in which it happened. */
export interface Announcement extends ToldEndpoint {
  readonly kind: "delivery.exhausted" | "endpoint.disabled";
  readonly occurredAt: Date;
  readonly deliveryId: DeliveryId | null;
  readonly eventId: EventId | null;
  /** Null when the event is no longer kept. */
  readonly eventType: string | null;
  readonly attempts: number | null;
  readonly lastOutcome: string | null;
  readonly lastStatus: number | null;
  readonly reason: string | null;
}

/** Notes that an endpoint was disabled; in the transaction that disables it. Exhausted deliveries note themselves. */
export async function announceDisabled(
  sql: Sql,
  fact: {
    readonly organizationId: OrganizationId;
    readonly endpointId: EndpointId;
    readonly reason: string;
  },
): Promise<void> {
  const { organizationId, endpointId, reason } = fact;
  await sql`
    insert into announcements (organization_id, endpoint_id, kind, reason)
    values (${organizationId}, ${endpointId}, 'endpoint.disabled', ${reason})`;
}

/**
 * Takes facts out, the oldest first, under the lock of `tryLockNotices`: what the caller's transaction makes of them commits with
 * their end. Relies on the primary keys of announcements, endpoints and events.
 */
export async function takeAnnouncements(tx: Sql, limit: number): Promise<Announcement[]> {
  const rows = await tx<AnnouncementColumns[]>`
    with taken as (
      delete from announcements where id = any(array(select id from announcements order by id limit ${limit}))
      returning *
    )
    select t.*, e.url, e.description, e.wire_format, e.deleted_at is not null as is_deleted, v.type as event_type
    from taken t
    join endpoints e on e.id = t.endpoint_id
    left join events v on v.id = t.event_id
    order by t.id`;
  return rows.map((row) => ({
    ...toEndpoint(row),
    kind: row.kind,
    occurredAt: row.occurred_at,
    deliveryId: row.delivery_id === null ? null : asId<"dlv">(row.delivery_id),
    eventId: row.event_id === null ? null : asId<"evt">(row.event_id),
    eventType: row.event_type,
    attempts: row.attempts,
    lastOutcome: row.last_outcome,
    lastStatus: row.last_status,
    reason: row.reason,
  }));
}

/** An endpoint whose run of failures is old and that nobody has told of yet. */
export interface FailingEndpoint extends ToldEndpoint {
  readonly failingSince: Date;
  /** Of the newest delivery that has failed in this run. */
  readonly lastOutcome: string | null;
  readonly lastStatus: number | null;
  /** False: in this run only operational events have failed. */
  readonly hasOwnEvents: boolean;
}

/**
 * Active endpoints that have failed for `afterMs` without an open notice about it. Relies on endpoint_state_failing,
 * and for each found one on deliveries_by_endpoint, of which it looks at the newest `seenMax`.
 */
export async function listFailingEndpoints(
  sql: Sql,
  bounds: {
    readonly afterMs: number;
    readonly seenMax: number;
    readonly limit: number;
    /** Only endpoints that pin one of these. */
    readonly wireFormats: readonly string[];
  },
): Promise<FailingEndpoint[]> {
  const rows = await sql<FailingColumns[]>`
    select s.endpoint_id, e.organization_id, e.url, e.description, e.wire_format, false as is_deleted,
      s.failing_since, f.last_outcome, f.last_status, coalesce(f.has_own, true) as has_own
    from endpoint_state s
    join endpoints e on e.id = s.endpoint_id
    cross join lateral (
      select bool_or(v.type <> all(${textArray(OPERATIONAL_TYPES)}::text[])) as has_own,
        (array_agg(d.last_outcome order by d.id desc))[1] as last_outcome,
        (array_agg(d.last_status order by d.id desc))[1] as last_status
      from (select * from deliveries where endpoint_id = s.endpoint_id order by id desc limit ${bounds.seenMax}) d
      join events v on v.id = d.event_id
      where not d.is_test and d.last_outcome <> 'delivered'
        and (d.state in ('pending', 'leased') or (d.state = 'failed' and d.finished_at >= s.failing_since))
    ) f
    where s.failing_since <= now() - ${bounds.afterMs} * interval '1 millisecond'
      and e.state = 'active' and e.deleted_at is null
      and e.wire_format = any(${textArray(bounds.wireFormats)}::text[])
      and not exists (select from notices n
        where n.endpoint_id = s.endpoint_id and n.kind = 'endpoint.failing' and n.resolved_at is null)
    order by s.failing_since, s.endpoint_id limit ${bounds.limit}`;
  return rows.map((row) => ({
    ...toEndpoint(row),
    failingSince: row.failing_since,
    lastOutcome: row.last_outcome,
    lastStatus: row.last_status,
    hasOwnEvents: row.has_own,
  }));
}

interface EndpointColumns {
  endpoint_id: string;
  organization_id: string;
  url: string;
  description: string;
  wire_format: string;
  is_deleted: boolean;
}

interface AnnouncementColumns extends EndpointColumns {
  kind: Announcement["kind"];
  occurred_at: Date;
  delivery_id: string | null;
  event_id: string | null;
  event_type: string | null;
  attempts: number | null;
  last_outcome: string | null;
  last_status: number | null;
  reason: string | null;
}

interface FailingColumns extends EndpointColumns {
  failing_since: Date;
  last_outcome: string | null;
  last_status: number | null;
  has_own: boolean;
}

function toEndpoint(row: EndpointColumns): ToldEndpoint {
  return {
    endpointId: asId<"ep">(row.endpoint_id),
    organizationId: asId<"org">(row.organization_id),
    url: row.url,
    description: row.description,
    wireFormat: row.wire_format,
    isDeleted: row.is_deleted,
  };
}
