import type { Sql } from "../db/pool.ts";
import { plainArray } from "../db/array.ts";
import { asId, type EndpointId, type Id, type OrganizationId } from "../domain/id.ts";
import type { Person } from "../domain/mail.ts";
import type { AlertKind, ToldHow } from "./notices.ts";

/** Notices of one endpoint that its owners have not been told of. */
export interface Alert {
  readonly endpointId: EndpointId;
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly url: string;
  readonly description: string;
  readonly alertEmails: readonly string[];
  /** Members of the organization who have an address, those who belong to it longest first. */
  readonly people: readonly Person[];
  /** The oldest first. */
  readonly notices: readonly UntoldNotice[];
}

export interface UntoldNotice {
  readonly id: Id<"ntc">;
  readonly kind: AlertKind;
  /** Exhausted deliveries since people were last told. */
  readonly newCount: number;
  readonly deliveryCount: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly lastOutcome: string | null;
  readonly lastStatus: number | null;
  readonly reason: string | null;
  /** It is over before anybody was told. */
  readonly isResolved: boolean;
}

/**
 * Under the lock of `tryLockNotices`: endpoints with something untold whose owners got no mail within `everyMs`; those that wait the longest come first.
 * Relies on notices_untold and notices_by_endpoint.
 */
export async function listAlerts(
  tx: Sql,
  bounds: { readonly everyMs: number; readonly limit: number },
): Promise<Alert[]> {
  const rows = await tx<AlertColumns[]>`
    with chosen as materialized (
      select n.endpoint_id from notices n
      where n.told_at is null or n.told_count < n.delivery_count
      group by n.endpoint_id
      having not exists (select from notices t where t.endpoint_id = n.endpoint_id and t.told_how = 'mail' and t.kind <> 'secret.ending'
        and t.told_at > now() - ${bounds.everyMs} * interval '1 millisecond')
      order by min(n.last_at), n.endpoint_id limit ${bounds.limit}
    )
    select n.id, n.endpoint_id, n.organization_id, o.name, e.url, e.description, e.alert_emails,
      ${peopleOf(tx)} as people, n.kind,
      n.delivery_count - n.told_count as new_count, n.delivery_count, n.first_at, n.last_at, n.last_outcome,
      n.last_status, n.reason, n.resolved_at is not null as is_resolved
    from chosen c
    join notices n on n.endpoint_id = c.endpoint_id and (n.told_at is null or n.told_count < n.delivery_count)
    join endpoints e on e.id = n.endpoint_id
    join organizations o on o.id = n.organization_id
    order by n.endpoint_id, n.id`;
  return [...Map.groupBy(rows, (row) => row.endpoint_id).values()].flatMap(toAlert);
}

/** The members of a notice's organization who have an address, as JSON; null for none. A part of a query with `notices n`. */
export function peopleOf(tx: Sql) {
  return tx`(
    select json_agg(json_build_object('address', u.email, 'role', m.role) order by m.created_at, u.id)
    from memberships m join users u on u.id = m.user_id
    where m.organization_id = n.organization_id and u.email is not null
  )`;
}

/** Notes that people know what these notices say by now, and how they were told. */
export async function markNoticesTold(
  tx: Sql,
  ids: readonly Id<"ntc">[],
  told: { readonly how: ToldHow; readonly recipientCount: number },
): Promise<void> {
  await tx`
    update notices set told_at = now(), told_count = delivery_count, told_how = ${told.how},
      recipient_count = ${told.recipientCount}
    where id = any(${plainArray(ids)}::uuid[])`;
}

interface AlertColumns {
  id: string;
  endpoint_id: string;
  organization_id: string;
  name: string;
  url: string;
  description: string;
  alert_emails: string[];
  people: Person[] | null;
  kind: AlertKind;
  new_count: number;
  delivery_count: number;
  first_at: Date;
  last_at: Date;
  last_outcome: string | null;
  last_status: number | null;
  reason: string | null;
  is_resolved: boolean;
}

function toAlert(rows: readonly AlertColumns[]): Alert[] {
  const [first] = rows;
  if (!first) return [];
  return [
    {
      endpointId: asId<"ep">(first.endpoint_id),
      organizationId: asId<"org">(first.organization_id),
      organizationName: first.name,
      url: first.url,
      description: first.description,
      alertEmails: first.alert_emails,
      people: first.people ?? [],
      notices: rows.map((row) => ({
        id: asId<"ntc">(row.id),
        kind: row.kind,
        newCount: row.new_count,
        deliveryCount: row.delivery_count,
        firstAt: row.first_at,
        lastAt: row.last_at,
        lastOutcome: row.last_outcome,
        lastStatus: row.last_status,
        reason: row.reason,
        isResolved: row.is_resolved,
      })),
    },
  ];
}
