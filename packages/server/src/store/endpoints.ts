import type { Scope } from "../domain/scope.ts";
import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { EndpointState, EndpointStatus } from "../domain/endpoint-health.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { asId, type EndpointId, type OrganizationId } from "../domain/id.ts";
import { OPERATIONAL_TYPES } from "../domain/operational-event.ts";
import { afterPage, inScope, type PageBounds, type ScopedColumns } from "./page.ts";

const ENDPOINT_SCOPE: ScopedColumns = {
  organization: "e.organization_id",
  resource: { kind: "resource", column: "e.resource" },
};

/** `key`: the events of one ordering key go one after the other. */
export type EndpointOrdering = "none" | "key";

/** An endpoint with what people see of its secrets; headers are still sealed. */
export interface EndpointRow {
  readonly id: EndpointId;
  readonly organizationId: OrganizationId;
  readonly url: string;
  readonly description: string;
  readonly events: readonly string[];
  /** Content filter as it was given, null for none; what an organization writes, so of any shape. */
  readonly filter: unknown;
  /** Only events about it; null for events about anything. */
  readonly resource: string | null;
  readonly rateLimit: RateLimit | null;
  readonly ordering: EndpointOrdering;
  readonly wireFormat: string;
  readonly headersSealed: Buffer | null;
  readonly state: EndpointState;
  readonly disabledReason: string | null;
  /** Who hears of trouble with it; empty: the people of the organization. */
  readonly alertEmails: readonly string[];
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly failingSince: Date | null;
  readonly secretCreatedAt: Date;
  readonly hasNextSecret: boolean;
  /** Of the previous secret that lives longest; may have passed. */
  readonly previousSecretExpiresAt: Date | null;
  /** The organization's, for opening the headers. */
  readonly dataKeySealed: Buffer;
}

/** What people decide about an endpoint. */
export type EndpointSettings = Pick<
  EndpointRow,
  | "url"
  | "description"
  | "events"
  | "filter"
  | "resource"
  | "rateLimit"
  | "ordering"
  | "wireFormat"
  | "headersSealed"
  | "state"
  | "disabledReason"
  | "alertEmails"
>;

export interface EndpointFilter {
  readonly scope: Scope;
  /** Any of these; null for all. */
  readonly statuses: readonly EndpointStatus[] | null;
  /** Endpoints that get one of these event types; null for all. */
  readonly types: readonly string[] | null;
  /** A literal part of URL or description, in any case; null for all. */
  readonly text: string | null;
}

interface Columns {
  id: string;
  organization_id: string;
  url: string;
  description: string;
  events: string[];
  filter: unknown;
  resource: string | null;
  rate_limit_count: number | null;
  rate_limit_per: RateLimit["per"] | null;
  ordering: EndpointOrdering;
  wire_format: string;
  headers_sealed: Buffer | null;
  state: EndpointState;
  disabled_reason: string | null;
  alert_emails: string[];
  version: number;
  created_at: Date;
  updated_at: Date;
  failing_since: Date | null;
  secret_created_at: Date | null;
  has_next_secret: boolean | null;
  previous_expires_at: Date | null;
  data_key_sealed: Buffer;
}

/** `undefined` for one that does not exist, is deleted or belongs to somebody else. */
export async function findEndpoint(
  sql: Sql,
  id: EndpointId,
  scope: Scope,
): Promise<EndpointRow | undefined> {
  const rows = await sql<Columns[]>`
    ${selectEndpoints(sql)} and e.id = ${id} and ${inScope(sql, scope, ENDPOINT_SCOPE)}`;
  return rows.map(toEndpoint)[0];
}

/** Those of `ids` that exist in the scope and are not deleted, in no particular order. */
export async function findEndpoints(
  sql: Sql,
  ids: readonly EndpointId[],
  scope: Scope,
): Promise<EndpointRow[]> {
  const rows = await sql<Columns[]>`
    ${selectEndpoints(sql)} and e.id = any(${plainArray(ids)}::uuid[]) and ${inScope(sql, scope, ENDPOINT_SCOPE)}`;
  return rows.map(toEndpoint);
}

/**
 * The same, locked to the end of the caller's transaction: writes to one endpoint come one after the
 * other. Whoever locks more takes the endpoint first, then its organization.
 */
export async function lockEndpoint(
  sql: Sql,
  id: EndpointId,
  scope: Scope,
): Promise<EndpointRow | undefined> {
  // A statement of its own: the next one then sees what the last holder of the lock has written.
  // `no key`: foreign keys of what the engine writes pass, or it and a deletion would wait for each other.
  await sql`select from endpoints where id = ${id} for no key update`;
  return findEndpoint(sql, id, scope);
}

/**
 * A page by id, which is the time of creation. Relies on endpoints_by_organization, or on the
 * primary key for all.
 */
export async function listEndpoints(
  sql: Sql,
  filter: EndpointFilter,
  page: PageBounds,
): Promise<EndpointRow[]> {
  const rows = await sql<Columns[]>`
    ${selectEndpoints(sql)} and ${inScope(sql, filter.scope, ENDPOINT_SCOPE)}
      and ${hasStatus(sql, filter.statuses)} and ${getsType(sql, filter.types)}
      and ${holdsText(sql, filter.text)} and ${afterPage(sql, page, "e.id")}
    order by e.id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toEndpoint);
}

/** The newest `limit` of a scope. */
export async function listEndpointIds(
  sql: Sql,
  scope: Scope,
  limit: number,
): Promise<EndpointId[]> {
  const rows = await sql<{ id: string }[]>`
    select e.id from endpoints e where e.deleted_at is null and ${inScope(sql, scope, ENDPOINT_SCOPE)}
    order by e.id desc limit ${limit}`;
  return rows.map(({ id }) => asId<"ep">(id));
}

/** Without the deleted ones. */
export async function countEndpoints(sql: Sql, organizationId: OrganizationId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from endpoints
    where organization_id = ${organizationId} and deleted_at is null`;
  return rows[0]?.count ?? 0;
}

export async function insertEndpoint(
  sql: Sql,
  endpoint: EndpointSettings & Pick<EndpointRow, "id" | "organizationId">,
): Promise<void> {
  const { id, organizationId, url, description, events, wireFormat, headersSealed } = endpoint;
  const { resource, rateLimit, ordering } = endpoint;
  await sql`
    insert into endpoints (id, organization_id, url, description, events, filter, resource,
      rate_limit_count, rate_limit_per, ordering, wire_format, headers_sealed, state, disabled_reason,
      alert_emails)
    values (${id}, ${organizationId}, ${url}, ${description}, ${textArray(events)}::text[],
      ${filterText(endpoint)}::text::json, ${resource}, ${rateLimit?.count ?? null}, ${rateLimit?.per ?? null},
      ${ordering}, ${wireFormat}, ${headersSealed}, ${endpoint.state}, ${endpoint.disabledReason},
      ${textArray(endpoint.alertEmails)}::text[])`;
}

/** Overwrites the settings of a locked endpoint and counts its version on. */
export async function updateEndpoint(
  sql: Sql,
  id: EndpointId,
  settings: EndpointSettings,
): Promise<void> {
  const { url, description, events, wireFormat, headersSealed, state, disabledReason } = settings;
  const { resource, rateLimit, ordering } = settings;
  await sql`
    update endpoints set url = ${url}, description = ${description},
      events = ${textArray(events)}::text[], filter = ${filterText(settings)}::text::json,
      resource = ${resource}, rate_limit_count = ${rateLimit?.count ?? null},
      rate_limit_per = ${rateLimit?.per ?? null}, ordering = ${ordering},
      wire_format = ${wireFormat}, headers_sealed = ${headersSealed}, state = ${state},
      disabled_reason = ${disabledReason}, alert_emails = ${textArray(settings.alertEmails)}::text[],
      version = version + 1, updated_at = now()
    where id = ${id}`;
}

/** The run of failures and the pause of a Retry-After are over: somebody starts the endpoint afresh. */
export async function forgetFailures(sql: Sql, id: EndpointId): Promise<void> {
  await sql`
    update endpoint_state set failing_since = null, hold_until = null where endpoint_id = ${id}`;
}

/** The row stays for the delivery log; nothing sealed stays in it. */
export async function markEndpointDeleted(sql: Sql, id: EndpointId): Promise<void> {
  await sql`
    update endpoints set deleted_at = now(), headers_sealed = null,
      version = version + 1, updated_at = now()
    where id = ${id}`;
}

/**
 * Disables an active endpoint; answers its organization, or undefined when it is not active any
 * more. With `failingForDays`, only if the present run of failures is that old by the database's
 * clock: another node may have recorded a success that the caller has not heard of.
 */
export async function disableEndpoint(
  sql: Sql,
  id: EndpointId,
  why: { readonly reason: string; readonly failingForDays: number | null },
): Promise<OrganizationId | undefined> {
  const { reason, failingForDays } = why;
  const rows = await sql<{ organization_id: string }[]>`
    update endpoints e set state = 'disabled', disabled_reason = ${reason}, version = version + 1,
      updated_at = now()
    where e.id = ${id} and e.state = 'active' and e.deleted_at is null
      and (${failingForDays}::int is null or exists (
        select from endpoint_state s where s.endpoint_id = e.id
          and s.failing_since <= now() - ${failingForDays}::int * interval '1 day'))
    returning e.organization_id`;
  return rows.map((row) => asId<"org">(row.organization_id))[0];
}

function filterText({ filter }: Pick<EndpointRow, "filter">): string | null {
  return filter === null ? null : JSON.stringify(filter);
}

function selectEndpoints(sql: Sql) {
  return sql`
    select e.id, e.organization_id, e.url, e.description, e.events, e.filter, e.resource,
      e.rate_limit_count, e.rate_limit_per, e.ordering, e.wire_format,
      e.headers_sealed, e.state, e.disabled_reason, e.alert_emails, e.version, e.created_at, e.updated_at,
      o.data_key_sealed, s.failing_since, k.secret_created_at, k.has_next_secret, k.previous_expires_at
    from endpoints e
    join organizations o on o.id = e.organization_id
    left join endpoint_state s on s.endpoint_id = e.id
    left join lateral (
      select max(k.created_at) filter (where k.state = 'current') as secret_created_at,
        bool_or(k.state = 'next') as has_next_secret,
        max(k.expires_at) as previous_expires_at
      from signing_secrets k where k.endpoint_id = e.id
    ) k on true
    where e.deleted_at is null`;
}

/** The SQL form of `shownEndpointStatus`. */
function hasStatus(sql: Sql, statuses: readonly EndpointStatus[] | null) {
  if (statuses === null) return sql`true`;
  const shown = sql`
    case when e.state = 'active' and s.failing_since is not null then 'failing' else e.state end`;
  return sql`${shown} = any(${textArray(statuses)}::text[])`;
}

/** The SQL form of `compileSubscription`. */
function getsType(sql: Sql, types: readonly string[] | null) {
  if (types === null) return sql`true`;
  return sql`exists (
    select from unnest(e.events) as pattern, unnest(${textArray(types)}::text[]) as type
    where pattern = type or (type <> all(${textArray(OPERATIONAL_TYPES)}::text[])
      and (pattern = '*' or (pattern like '%.*' and starts_with(type, left(pattern, -1))))))`;
}

function holdsText(sql: Sql, text: string | null) {
  if (text === null) return sql`true`;
  return sql`strpos(lower(e.url || ' ' || e.description), lower(${text})) > 0`;
}

function toEndpoint(row: Columns): EndpointRow {
  return {
    id: asId<"ep">(row.id),
    organizationId: asId<"org">(row.organization_id),
    url: row.url,
    description: row.description,
    events: row.events,
    filter: row.filter,
    resource: row.resource,
    rateLimit: toRateLimit(row.rate_limit_count, row.rate_limit_per),
    ordering: row.ordering,
    wireFormat: row.wire_format,
    headersSealed: row.headers_sealed,
    state: row.state,
    disabledReason: row.disabled_reason,
    alertEmails: row.alert_emails,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    failingSince: row.failing_since,
    secretCreatedAt: row.secret_created_at ?? row.created_at,
    hasNextSecret: row.has_next_secret ?? false,
    previousSecretExpiresAt: row.previous_expires_at,
    dataKeySealed: row.data_key_sealed,
  };
}

/** A check of the table lets both be null or neither. */
export function toRateLimit(count: number | null, per: RateLimit["per"] | null): RateLimit | null {
  return count === null || per === null ? null : { count, per };
}

/** Why an endpoint is paused whose organization is suspended. */
const SUSPENDED = "suspended";

/** Pauses what is active in an organization; answers which. */
export async function pauseAllEndpoints(
  sql: Sql,
  organizationId: OrganizationId,
): Promise<EndpointId[]> {
  const rows = await sql<{ id: string }[]>`
    update endpoints set state = 'paused', disabled_reason = ${SUSPENDED}, version = version + 1, updated_at = now()
    where organization_id = ${organizationId} and state = 'active' and deleted_at is null returning id`;
  return rows.map(({ id }) => asId<"ep">(id));
}

/** Makes active again what `pauseAllEndpoints` has paused, and nothing that a person has. */
export async function resumeSuspendedEndpoints(
  sql: Sql,
  organizationId: OrganizationId,
): Promise<EndpointId[]> {
  const rows = await sql<{ id: string }[]>`
    update endpoints set state = 'active', disabled_reason = null, version = version + 1, updated_at = now()
    where organization_id = ${organizationId} and state = 'paused' and disabled_reason = ${SUSPENDED}
      and deleted_at is null
    returning id`;
  return rows.map(({ id }) => asId<"ep">(id));
}
