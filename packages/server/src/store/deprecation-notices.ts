import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type Id, type OrganizationId } from "../domain/id.ts";
import type { Person } from "../domain/mail.ts";
import { peopleOf } from "./alerts.ts";

/** A profile's event type that is deprecated, or is not any more. */
export interface ProfileType {
  readonly profile: string;
  readonly type: string;
}

/** The organizations of a profile with an endpoint that names a type; `*` and `order.*` name none. */
export async function listNamingOrganizations(
  sql: Sql,
  { profile, type }: ProfileType,
): Promise<OrganizationId[]> {
  const rows = await sql<{ id: string }[]>`
    select distinct o.id from organizations o join endpoints e on e.organization_id = o.id
    where o.profile = ${profile} and o.deleted_at is null and e.deleted_at is null
      and ${type} = any(e.events)`;
  return rows.map(({ id }) => asId<"org">(id));
}

/** `bell`: people see it, and a mail is to follow. An open one stays as it is. Relies on notices_open_of_type. */
export async function openDeprecationNotices(
  tx: Sql,
  type: string,
  notices: readonly { readonly id: Id<"ntc">; readonly organizationId: OrganizationId }[],
): Promise<void> {
  const ids = plainArray(notices.map(({ id }) => id));
  const organizations = plainArray(notices.map(({ organizationId }) => organizationId));
  await tx`
    insert into notices (id, organization_id, event_type, kind, first_at, last_at, told_at, told_how)
    select n.id, n.organization_id, ${type}, 'event-type.deprecated', now(), now(), now(), 'bell'
    from unnest(${ids}::uuid[], ${organizations}::uuid[]) as n(id, organization_id)
    on conflict (organization_id, event_type) where resolved_at is null and event_type is not null do nothing`;
}

/** It is not deprecated any more, or gone. Relies on notices_open_of_type. */
export async function closeDeprecationNotices(
  tx: Sql,
  { profile, type }: ProfileType,
): Promise<void> {
  await tx`
    update notices n set resolved_at = now() from organizations o
    where o.profile = ${profile} and n.organization_id = o.id and n.event_type = ${type}
      and n.resolved_at is null`;
}

/**
 * Closes those of an organization about types that none of its endpoints names any more; in the transaction that changes
 * one. Relies on notices_open_of_type.
 */
export async function closeHeededNotices(tx: Sql, organizationId: OrganizationId): Promise<void> {
  await tx`
    update notices n set resolved_at = now()
    where n.organization_id = ${organizationId} and n.event_type is not null and n.resolved_at is null
      and not exists (select from endpoints e where e.organization_id = n.organization_id
        and e.deleted_at is null and n.event_type = any(e.events))`;
}

/** An open notice of a deprecated type that nobody got a mail about. */
export interface UntoldDeprecation {
  readonly id: Id<"ntc">;
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly type: string;
  /** What to use instead, or why. */
  readonly text: string;
  /** Those that name it, the oldest first. */
  readonly endpoints: readonly { readonly description: string; readonly url: string }[];
  readonly people: readonly Person[];
}

/** The oldest first. Relies on notices_open_of_type. */
export async function listUntoldDeprecations(tx: Sql, limit: number): Promise<UntoldDeprecation[]> {
  const rows = await tx<UntoldColumns[]>`
    select n.id, n.organization_id, o.name as organization_name, n.event_type, t.change ->> 'deprecated' as text,
      ${peopleOf(tx)} as people, (
        select json_agg(json_build_object('description', e.description, 'url', e.url) order by e.id)
        from endpoints e where e.organization_id = n.organization_id and e.deleted_at is null
          and n.event_type = any(e.events)
      ) as endpoints
    from notices n
    join organizations o on o.id = n.organization_id
    join event_types t on t.profile = o.profile and t.type = n.event_type
    where n.resolved_at is null and n.event_type is not null and n.told_how = 'bell'
    order by n.id limit ${limit}`;
  return rows.map((row) => ({
    id: asId<"ntc">(row.id),
    organizationId: asId<"org">(row.organization_id),
    organizationName: row.organization_name,
    type: row.event_type,
    text: row.text ?? "",
    endpoints: row.endpoints ?? [],
    people: row.people ?? [],
  }));
}

interface UntoldColumns {
  id: string;
  organization_id: string;
  organization_name: string;
  event_type: string;
  text: string | null;
  endpoints: { description: string; url: string }[] | null;
  people: Person[] | null;
}

/** An endpoint that names a type. */
export interface NamingEndpoint {
  readonly endpointId: EndpointId;
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  readonly description: string;
  readonly url: string;
}

/** The first `limit` endpoints of a profile's organizations that name a type, by organization; and how many there are. */
export async function listNamingEndpoints(
  sql: Sql,
  asked: ProfileType & { readonly limit: number },
): Promise<{
  readonly endpoints: readonly NamingEndpoint[];
  readonly endpointCount: number;
  readonly organizationCount: number;
}> {
  const rows = await sql<NamingColumns[]>`
    with naming as materialized (
      select e.id, e.organization_id, o.name, e.description, e.url
      from organizations o join endpoints e on e.organization_id = o.id
      where o.profile = ${asked.profile} and o.deleted_at is null and e.deleted_at is null
        and ${asked.type} = any(e.events)
    )
    select *, (select count(*)::int from naming) as endpoint_count,
      (select count(distinct organization_id)::int from naming) as organization_count
    from naming order by name, organization_id, id limit ${asked.limit}`;
  return {
    endpoints: rows.map((row) => ({
      endpointId: asId<"ep">(row.id),
      organizationId: asId<"org">(row.organization_id),
      organizationName: row.name,
      description: row.description,
      url: row.url,
    })),
    endpointCount: rows[0]?.endpoint_count ?? 0,
    organizationCount: rows[0]?.organization_count ?? 0,
  };
}

interface NamingColumns {
  id: string;
  organization_id: string;
  name: string;
  description: string;
  url: string;
  endpoint_count: number;
  organization_count: number;
}
