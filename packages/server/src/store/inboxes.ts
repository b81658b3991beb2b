import type { Scope } from "../domain/scope.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type Id, type OrganizationId } from "../domain/id.ts";
import { assert } from "../platform/assert.ts";
import { afterPage, inScope, type PageBounds } from "./page.ts";

export interface InboxRow {
  readonly id: Id<"ibx">;
  readonly organizationId: OrganizationId;
  readonly name: string;
  /** The credential in the URL. */
  readonly token: string;
  /** As it was given to `insertInbox` or `updateInbox`. */
  readonly behavior: unknown;
  /** The last number when the behavior was set. */
  readonly behaviorAfter: number;
  /** Of the newest request; 0 before the first. */
  readonly lastNumber: number;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly expiresAt: Date;
}

interface Columns {
  id: string;
  organization_id: string;
  name: string;
  token: string;
  behavior: unknown;
  behavior_after: number;
  last_number: number;
  version: number;
  created_at: Date;
  updated_at: Date;
  expires_at: Date;
}

export async function insertInbox(
  sql: Sql,
  inbox: Pick<InboxRow, "id" | "organizationId" | "name" | "token" | "behavior">,
): Promise<InboxRow> {
  const { id, organizationId, name, token, behavior } = inbox;
  const rows = await sql<Columns[]>`
    insert into inboxes (id, organization_id, name, token, behavior, expires_at)
    values (${id}, ${organizationId}, ${name}, ${token}, ${JSON.stringify(behavior)}::text::jsonb,
      ${inAWeek(sql)})
    returning *`;
  const [row] = rows.map(toInbox);
  assert(row, "an insert answers its row");
  return row;
}

/** Without those whose time is over. */
export async function countInboxes(sql: Sql, organizationId: OrganizationId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from inboxes
    where organization_id = ${organizationId} and expires_at > now()`;
  return rows[0]?.count ?? 0;
}

/** `undefined` for one that does not exist, belongs to somebody else or has expired. */
export async function findInbox(
  sql: Sql,
  id: InboxRow["id"],
  scope: Scope,
): Promise<InboxRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from inboxes where id = ${id} and ${inScope(sql, scope)} and expires_at > now()`;
  return rows.map(toInbox)[0];
}

/** By the secret part of its URL. */
export async function findInboxByToken(sql: Sql, token: string): Promise<InboxRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from inboxes where token = ${token} and expires_at > now()`;
  return rows.map(toInbox)[0];
}

/** As `findInbox`, locked to the end of the caller's transaction: no request comes in between. */
export async function lockInbox(
  sql: Sql,
  id: InboxRow["id"],
  scope: Scope,
): Promise<InboxRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from inboxes where id = ${id} and ${inScope(sql, scope)} and expires_at > now()
    for update`;
  return rows.map(toInbox)[0];
}

/** A page by id, which is the time of creation. Relies on inboxes_by_organization, or on the primary key for all. */
export async function listInboxes(sql: Sql, scope: Scope, page: PageBounds): Promise<InboxRow[]> {
  const rows = await sql<Columns[]>`
    select * from inboxes
    where ${inScope(sql, scope)} and expires_at > now() and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toInbox);
}

/** Writes the settings of a locked inbox and counts its version on. */
export async function updateInbox(
  sql: Sql,
  inbox: Pick<InboxRow, "id" | "name" | "behavior" | "behaviorAfter">,
): Promise<InboxRow> {
  const { id, name, behavior, behaviorAfter } = inbox;
  const rows = await sql<Columns[]>`
    update inboxes set name = ${name}, behavior = ${JSON.stringify(behavior)}::text::jsonb,
      behavior_after = ${behaviorAfter}, version = version + 1, updated_at = now(),
      expires_at = ${inAWeek(sql)}
    where id = ${id} returning *`;
  const [row] = rows.map(toInbox);
  assert(row, "an inbox is changed while it is locked");
  return row;
}

/** With all that it has received. False when there was none. */
export async function deleteInbox(sql: Sql, id: InboxRow["id"], scope: Scope): Promise<boolean> {
  const result = await sql`
    delete from inboxes where id = ${id} and ${inScope(sql, scope)} and expires_at > now()`;
  return result.count > 0;
}

const INBOXES_DELETED_MAX = 100;
const REQUESTS_DELETED_MAX = 1_000;

/** Ends inboxes and requests whose seven days are over, a bounded number at a time. */
export async function deleteExpiredInboxes(sql: Sql): Promise<void> {
  await sql`
    delete from inboxes where id in (
      select id from inboxes where expires_at <= now() order by expires_at
      limit ${INBOXES_DELETED_MAX})`;
  await sql`
    delete from inbox_requests where id in (
      select id from inbox_requests where received_at <= now() - interval '7 days'
      order by received_at limit ${REQUESTS_DELETED_MAX})`;
}

/** A request that has got its number. */
export interface NumberedRequest extends Pick<InboxRow, "behavior"> {
  readonly number: number;
  /** Of the first request of the same delivery: its own for the first one. */
  readonly firstNumber: number;
  /** Requests of this delivery since the behavior was set, this one included. */
  readonly requestCount: number;
}

/**
 * Gives a request the next number of its inbox and counts it for its delivery. The update locks the inbox's row to
 * the end of the caller's transaction, so that of two requests at once the second one counts the first. `undefined`
 * when the inbox is gone.
 */
export async function numberRequest(
  sql: Sql,
  id: InboxRow["id"],
  deliveryKey: Buffer,
): Promise<NumberedRequest | undefined> {
  const rows = await sql<NumberedRequest[]>`
    with inbox as (
      update inboxes set last_number = last_number + 1, expires_at = ${inAWeek(sql)}
      where id = ${id} and expires_at > now()
      returning id, last_number, behavior, behavior_after
    ),
    seen as (
      insert into inbox_seen as known (inbox_id, delivery_key, first_number, last_number, request_count)
      select id, ${deliveryKey}::bytea, last_number, last_number, 1 from inbox
      on conflict (inbox_id, delivery_key) do update set
        last_number = excluded.last_number,
        request_count = case
          when known.last_number <= (select behavior_after from inbox) then 1
          else known.request_count + 1 end
      returning first_number, request_count
    )
    select inbox.behavior, inbox.last_number as number, seen.first_number as "firstNumber",
      seen.request_count as "requestCount"
    from inbox, seen`;
  return rows[0];
}

/** An endpoint that sends to an inbox, with the secrets that a receiver may know; sealed. */
export interface SigningEndpointRow {
  readonly id: EndpointId;
  readonly organizationId: OrganizationId;
  readonly wireFormat: string;
  readonly dataKeySealed: Buffer;
  readonly secrets: readonly { readonly id: string; readonly secretSealed: Buffer }[];
}

/**
 * The endpoints of an organization whose URL is this one, or continues it with a path or a query. Their secrets are
 * the current, the staged and those previous ones that are still valid at a moment. Relies on
 * endpoints_by_organization.
 */
export async function listSigningEndpoints(
  sql: Sql,
  sender: { readonly organizationId: OrganizationId; readonly url: string; readonly at: Date },
): Promise<SigningEndpointRow[]> {
  const { organizationId, url, at } = sender;
  const rows = await sql<SecretColumns[]>`
    select e.id, e.wire_format, o.data_key_sealed, k.id as secret_id, k.secret_sealed
    from endpoints e
    join organizations o on o.id = e.organization_id
    join signing_secrets k on k.endpoint_id = e.id
    where e.organization_id = ${organizationId} and e.deleted_at is null
      and (e.url = ${url} or starts_with(e.url, ${`${url}/`}) or starts_with(e.url, ${`${url}?`}))
      and (k.expires_at is null or k.expires_at > ${at})
    order by e.id desc, k.id desc`;
  const groups = Map.groupBy(rows, ({ id }) => id);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const secrets = [first, ...others].map(({ secret_id, secret_sealed }) => ({
      id: secret_id,
      secretSealed: secret_sealed,
    }));
    const { wire_format: wireFormat, data_key_sealed: dataKeySealed } = first;
    return [{ id: asId<"ep">(first.id), organizationId, wireFormat, dataKeySealed, secrets }];
  });
}

interface SecretColumns {
  readonly id: string;
  readonly wire_format: string;
  readonly data_key_sealed: Buffer;
  readonly secret_id: string;
  readonly secret_sealed: Buffer;
}

function inAWeek(sql: Sql) {
  return sql`now() + interval '7 days'`;
}

function toInbox(row: Columns): InboxRow {
  return {
    id: asId<"ibx">(row.id),
    organizationId: asId<"org">(row.organization_id),
    name: row.name,
    token: row.token,
    behavior: row.behavior,
    behaviorAfter: row.behavior_after,
    lastNumber: row.last_number,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
  };
}
