import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import type { Scope } from "../domain/scope.ts";
import { assert } from "../platform/assert.ts";
import type { EndpointOrdering } from "./endpoints.ts";
import { afterPage, inScope, type PageBounds, type ScopedColumns } from "./page.ts";

export type ListenerId = Id<"lsn">;

const LISTENER_SCOPE: ScopedColumns = { resource: { kind: "resource", column: "resource" } };

/** A developer's machine that receives events over a connection of its own. */
export interface ListenerRow {
  readonly id: ListenerId;
  readonly organizationId: OrganizationId;
  /** Public id of whoever made it. */
  readonly ownerId: string;
  readonly name: string;
  readonly events: readonly string[];
  /** Content filter that was checked, null for none. */
  readonly filter: unknown;
  readonly resource: string | null;
  readonly ordering: EndpointOrdering;
  readonly wireFormat: string;
  readonly secretSealed: Buffer;
  readonly missedCount: number;
  readonly createdAt: Date;
  readonly connectedAt: Date | null;
  readonly expiresAt: Date;
  /** Events that it has not acknowledged; counted up to a bound. */
  readonly waitingCount: number;
}

interface Columns {
  id: string;
  organization_id: string;
  owner_id: string;
  name: string;
  events: string[];
  filter: unknown;
  resource: string | null;
  ordering: EndpointOrdering;
  wire_format: string;
  secret_sealed: Buffer;
  missed_count: number;
  created_at: Date;
  connected_at: Date | null;
  expires_at: Date;
  waiting_count: number;
}

const COUNTED_MAX = 10_000;

export type NewListener = Omit<
  ListenerRow,
  "missedCount" | "createdAt" | "connectedAt" | "expiresAt" | "waitingCount"
> & { readonly lifeMs: number };

export async function insertListener(sql: Sql, listener: NewListener): Promise<void> {
  const { id, organizationId, ownerId, name, events, filter, resource, ordering } = listener;
  await sql`
    insert into listeners (id, organization_id, owner_id, name, events, filter, resource, ordering, wire_format,
      secret_sealed, expires_at)
    values (${id}, ${organizationId}, ${ownerId}, ${name}, ${textArray(events)}::text[],
      ${filter === null ? null : JSON.stringify(filter)}::text::json, ${resource}, ${ordering},
      ${listener.wireFormat}, ${listener.secretSealed}, ${endAfter(sql, listener.lifeMs)})`;
}

/** Without those whose time is over. */
export async function countListeners(sql: Sql, organizationId: OrganizationId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from listeners
    where organization_id = ${organizationId} and expires_at > now()`;
  return rows[0]?.count ?? 0;
}

export async function findListener(
  sql: Sql,
  id: ListenerId,
  scope: Scope,
): Promise<ListenerRow | undefined> {
  const rows = await sql<Columns[]>`
    select l.*, ${waitingCount(sql)} from listeners l
    where id = ${id} and ${inScope(sql, scope, LISTENER_SCOPE)} and expires_at > now()`;
  return rows.map(toListener)[0];
}

/** A page by id. Relies on listeners_by_organization, or on the primary key for all. */
export async function listListeners(
  sql: Sql,
  scope: Scope,
  page: PageBounds,
): Promise<ListenerRow[]> {
  const rows = await sql<Columns[]>`
    select l.*, ${waitingCount(sql)} from listeners l
    where ${inScope(sql, scope, LISTENER_SCOPE)} and expires_at > now() and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toListener);
}

/** It is connected: its end moves on. False when it is over already. */
export async function touchListener(sql: Sql, id: ListenerId, lifeMs: number): Promise<boolean> {
  const result = await sql`
    update listeners set connected_at = now(), expires_at = ${endAfter(sql, lifeMs)}
    where id = ${id} and expires_at > now()`;
  return result.count > 0;
}

/** With what it has not acknowledged. */
export async function deleteListener(sql: Sql, id: ListenerId): Promise<void> {
  await sql`delete from listener_events where listener_id = ${id}`;
  await sql`delete from listeners where id = ${id}`;
}

const ENDED_AT_ONCE_MAX = 100;

/**
 * Ends listeners whose time is over, forgets what nobody is there for any more, and cuts off what is beyond `waitingMax`
 * of a listener: the newest, which are counted. Bounded by the listeners that there are and by `limit` rows of each.
 */
export async function tidyListeners(
  sql: Sql,
  { waitingMax, limit }: { readonly waitingMax: number; readonly limit: number },
): Promise<void> {
  await sql`
    delete from listeners where id in (
      select id from listeners where expires_at <= now() order by expires_at limit ${ENDED_AT_ONCE_MAX})`;
  await sql`
    delete from listener_events where (listener_id, position) in (
      select listener_id, position from listener_events e
      where not exists (select from listeners l where l.id = e.listener_id) limit ${limit})`;
  await sql`
    with surplus as materialized (
      select e.listener_id, e.position from listeners l cross join lateral (
        select listener_id, position from listener_events where listener_id = l.id
        order by position offset ${waitingMax} limit ${limit}) e
    ),
    gone as (
      delete from listener_events e using surplus s
      where e.listener_id = s.listener_id and e.position = s.position
      returning e.listener_id
    )
    update listeners l set missed_count = missed_count + g.count
    from (select listener_id, count(*) as count from gone group by listener_id) g
    where l.id = g.listener_id`;
}

function waitingCount(sql: Sql) {
  return sql`(select count(*)::int from (
    select from listener_events e where e.listener_id = l.id limit ${COUNTED_MAX}) waiting) as waiting_count`;
}

function endAfter(sql: Sql, lifeMs: number) {
  return sql`now() + ${lifeMs} * interval '1 millisecond'`;
}

function toListener(row: Columns): ListenerRow {
  assert(row.events.length > 0, "a listener asks for something");
  return {
    id: asId<"lsn">(row.id),
    organizationId: asId<"org">(row.organization_id),
    ownerId: row.owner_id,
    name: row.name,
    events: row.events,
    filter: row.filter,
    resource: row.resource,
    ordering: row.ordering,
    wireFormat: row.wire_format,
    secretSealed: row.secret_sealed,
    missedCount: row.missed_count,
    createdAt: row.created_at,
    connectedAt: row.connected_at,
    expiresAt: row.expires_at,
    waitingCount: row.waiting_count,
  };
}
