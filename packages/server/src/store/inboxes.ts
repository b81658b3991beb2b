import type { Pool, Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import type { PageBounds } from "./page.ts";

export interface Inbox {
  readonly id: Id<"ibx">;
  readonly organizationId: OrganizationId;
  readonly name: string;
  readonly token: string;
  readonly behavior: unknown;
  readonly requestCount: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** One request that an inbox received. */
export interface InboxRequest {
  readonly id: Id<"ibr">;
  readonly number: number;
  readonly receivedAt: Date;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Empty when the request named none. */
  readonly messageId: string | null;
  readonly answeredStatus: number;
}

type Scope = OrganizationId | "all";

interface InboxColumns {
  id: string;
  organization_id: string;
  name: string;
  token: string;
  behavior: unknown;
  request_count: number;
  created_at: Date;
  expires_at: Date;
}

export async function insertInbox(
  sql: Sql,
  inbox: Pick<Inbox, "id" | "organizationId" | "name" | "token" | "behavior">,
): Promise<void> {
  const { id, organizationId, name, token, behavior } = inbox;
  await sql`
    insert into inboxes (id, organization_id, name, token, behavior)
    values (${id}, ${organizationId}, ${name}, ${token}, ${JSON.stringify(behavior)}::text::jsonb)`;
}

export async function countInboxes(sql: Sql, organizationId: OrganizationId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from inboxes where organization_id = ${organizationId}`;
  return rows[0]?.count ?? 0;
}

export async function findInbox(sql: Sql, id: Id<"ibx">, scope: Scope): Promise<Inbox | undefined> {
  const rows = await sql<InboxColumns[]>`
    select * from inboxes where id = ${id} and ${inScope(sql, scope)} and expires_at > now()`;
  return rows.map(toInbox)[0];
}

export async function listInboxes(sql: Sql, scope: Scope, page: PageBounds): Promise<Inbox[]> {
  const rows = await sql<InboxColumns[]>`
    select * from inboxes where ${inScope(sql, scope)} and expires_at > now() and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toInbox);
}

export async function updateInbox(
  sql: Sql,
  id: Id<"ibx">,
  change: { readonly name: string; readonly behavior: unknown },
): Promise<void> {
  await sql`
    update inboxes set name = ${change.name}, behavior = ${JSON.stringify(change.behavior)}::text::jsonb
    where id = ${id}`;
}

export async function deleteInbox(sql: Sql, id: Id<"ibx">): Promise<void> {
  await sql`delete from inboxes where id = ${id}`;
}

/** Inboxes live seven days; their requests go with them. */
export async function deleteExpiredInboxes(sql: Sql): Promise<void> {
  await sql`delete from inboxes where expires_at < now()`;
}

/** By the secret part of its URL; expired ones are gone. */
export async function findInboxByToken(sql: Sql, token: string): Promise<Inbox | undefined> {
  const rows = await sql<InboxColumns[]>`
    select * from inboxes where token = ${token} and expires_at > now()`;
  return rows.map(toInbox)[0];
}

/** How many requests with this id the inbox has seen. */
export async function countWithMessageId(
  sql: Sql,
  id: Id<"ibx">,
  messageId: string,
): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from inbox_requests where inbox_id = ${id} and message_id = ${messageId}`;
  return rows[0]?.count ?? 0;
}

/**
 * Stores a request under the next number and forgets those beyond `keptMax`, in one transaction that holds the
 * inbox's row: two requests at once get two numbers.
 */
export async function insertInboxRequest(
  pool: Pool,
  inboxId: Id<"ibx">,
  request: Omit<InboxRequest, "number" | "receivedAt"> & { readonly keptMax: number },
): Promise<void> {
  const { id, method, path, headers, body, messageId, answeredStatus, keptMax } = request;
  await pool.begin(async (tx) => {
    const rows = await tx<{ number: number }[]>`
      update inboxes set request_count = request_count + 1 where id = ${inboxId} returning request_count as number`;
    const number = rows[0]?.number;
    if (number === undefined) return;
    await tx`
      insert into inbox_requests (id, inbox_id, number, method, path, headers, body, message_id, answered_status)
      values (${id}, ${inboxId}, ${number}, ${method}, ${path}, ${JSON.stringify(headers)}::text::jsonb, ${body},
        ${messageId}, ${answeredStatus})`;
    await tx`delete from inbox_requests where inbox_id = ${inboxId} and number <= ${number - keptMax}`;
  });
}

/** Requests of one inbox, newest first unless asked otherwise. */
export async function listInboxRequests(
  sql: Sql,
  inboxId: Id<"ibx">,
  page: PageBounds,
): Promise<InboxRequest[]> {
  const rows = await sql<RequestColumns[]>`
    select * from inbox_requests where inbox_id = ${inboxId} and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toRequest);
}

/** The first request of an inbox with the same id, by number: what a later one is a duplicate of. */
export async function listFirstNumbers(sql: Sql, inboxId: Id<"ibx">): Promise<Map<string, number>> {
  const rows = await sql<{ message_id: string; number: number }[]>`
    select message_id, min(number) as number from inbox_requests
    where inbox_id = ${inboxId} and message_id is not null group by message_id`;
  return new Map(rows.map((row) => [row.message_id, row.number]));
}

/** The secrets that may have signed what arrives at a URL, still sealed, with the format of their endpoint. */
export interface UrlSecret {
  readonly endpointId: string;
  readonly wireFormat: string;
  readonly secretId: string;
  readonly secretSealed: Buffer;
  readonly dataKeySealed: Buffer;
}

export async function listSecretsOfUrl(
  sql: Sql,
  organizationId: OrganizationId,
  url: string,
): Promise<UrlSecret[]> {
  return sql<UrlSecret[]>`
    select e.id as "endpointId", e.wire_format as "wireFormat", k.id as "secretId",
      k.secret_sealed as "secretSealed", o.data_key_sealed as "dataKeySealed"
    from endpoints e
    join organizations o on o.id = e.organization_id
    join signing_secrets k on k.endpoint_id = e.id
    where e.organization_id = ${organizationId} and e.url = ${url} and e.deleted_at is null
    order by e.id, k.created_at desc`;
}

function inScope(sql: Sql, scope: Scope) {
  return scope === "all" ? sql`true` : sql`organization_id = ${scope}`;
}

function afterPage(sql: Sql, { after, isDescending }: PageBounds) {
  if (after === null) return sql`true`;
  return isDescending ? sql`id < ${after}` : sql`id > ${after}`;
}

function toInbox(row: InboxColumns): Inbox {
  return {
    id: asId<"ibx">(row.id),
    organizationId: asId<"org">(row.organization_id),
    name: row.name,
    token: row.token,
    behavior: row.behavior,
    requestCount: row.request_count,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

interface RequestColumns {
  id: string;
  number: number;
  received_at: Date;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  message_id: string | null;
  answered_status: number;
}

function toRequest(row: RequestColumns): InboxRequest {
  return {
    id: asId<"ibr">(row.id),
    number: row.number,
    receivedAt: row.received_at,
    method: row.method,
    path: row.path,
    headers: row.headers,
    body: row.body,
    messageId: row.message_id,
    answeredStatus: row.answered_status,
  };
}
