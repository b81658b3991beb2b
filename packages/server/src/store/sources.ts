import { createHash } from "node:crypto";
import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import type { Mapping } from "../domain/receipt-event.ts";
import type { Scope } from "../domain/scope.ts";
import type { Provider, Scheme, SourceStatus } from "../domain/source.ts";
import { assert } from "../platform/assert.ts";
import { afterPage, inScope, type PageBounds } from "./page.ts";

export type SourceId = Id<"src">;

export interface SourceRow {
  readonly id: SourceId;
  readonly organizationId: OrganizationId;
  /** The operator's own: the organization neither sees nor changes it. */
  readonly isOperators: boolean;
  readonly provider: Provider;
  readonly name: string;
  /** The part of the URL that nobody can guess. */
  readonly token: string;
  readonly status: SourceStatus;
  /** Given for `generic` alone. */
  readonly scheme: Scheme | null;
  readonly mapping: Mapping | null;
  readonly dropsOthers: boolean;
  readonly lastRequestAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly secrets: readonly SecretSummary[];
  /** Of the organization, sealed. */
  readonly dataKeySealed: Buffer;
}

export interface SecretSummary {
  readonly state: "current" | "previous";
  readonly createdAt: string;
  readonly expiresAt: string | null;
}

/** Which sources a caller may see: those of the operator are for operators. */
export interface SourceScope {
  readonly scope: Scope;
  readonly isOperator: boolean;
}

export interface SourceColumns {
  id: string;
  organization_id: string;
  is_operators: boolean;
  provider: Provider;
  name: string;
  token: string;
  status: SourceStatus;
  scheme: Scheme | null;
  mapping: Mapping | null;
  drops_others: boolean;
  last_request_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  secrets: SecretSummary[] | null;
  data_key_sealed: Buffer;
}

export type NewSource = Pick<
  SourceRow,
  | "id"
  | "organizationId"
  | "isOperators"
  | "provider"
  | "name"
  | "token"
  | "scheme"
  | "mapping"
  | "dropsOthers"
>;

const json = (value: unknown) => (value === null ? null : JSON.stringify(value));

/** What the token of a URL is found by. */
export function tokenDigest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

export async function insertSource(sql: Sql, source: NewSource): Promise<void> {
  const { id, organizationId, isOperators, provider, name, token } = source;
  await sql`
    insert into sources (id, organization_id, is_operators, provider, name, token, token_digest, scheme, mapping,
      drops_others)
    values (${id}, ${organizationId}, ${isOperators}, ${provider}, ${name}, ${token}, ${tokenDigest(token)},
      ${json(source.scheme)}::text::json, ${json(source.mapping)}::text::json, ${source.dropsOthers})`;
}

export async function countSources(sql: Sql, organizationId: OrganizationId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from sources
    where organization_id = ${organizationId} and deleted_at is null`;
  return rows[0]?.count ?? 0;
}

const withParts = (sql: Sql) => sql`
  s.*, o.data_key_sealed, (
    select json_agg(json_build_object('state', k.state, 'createdAt', k.created_at, 'expiresAt', k.expires_at))
    from source_secrets k where k.source_id = s.id and (k.expires_at is null or k.expires_at > now())) as secrets`;

/** The condition of what a caller may see. */
export function visibleSources(sql: Sql, { scope, isOperator }: SourceScope) {
  const own = inScope(sql, scope, { organization: "s.organization_id" });
  return sql`${own} and ${isOperator ? sql`true` : sql`not s.is_operators`} and s.deleted_at is null`;
}

export async function findSource(
  sql: Sql,
  id: SourceId,
  scope: SourceScope,
): Promise<SourceRow | undefined> {
  const rows = await sql<SourceColumns[]>`
    select ${withParts(sql)} from sources s join organizations o on o.id = s.organization_id
    where s.id = ${id} and ${visibleSources(sql, scope)}`;
  return rows.map(toSource)[0];
}

/** Those of `ids` that a caller may see, in no particular order. */
export async function findSources(
  sql: Sql,
  ids: readonly SourceId[],
  scope: SourceScope,
): Promise<SourceRow[]> {
  const rows = await sql<SourceColumns[]>`
    select ${withParts(sql)} from sources s join organizations o on o.id = s.organization_id
    where s.id = any(${plainArray(ids)}::uuid[]) and ${visibleSources(sql, scope)}`;
  return rows.map(toSource);
}

/** As `findSource`, locked to the end of the caller's transaction: changes come one after the other. */
export async function lockSource(
  sql: Sql,
  id: SourceId,
  scope: SourceScope,
): Promise<SourceRow | undefined> {
  const rows = await sql<SourceColumns[]>`
    select ${withParts(sql)} from sources s join organizations o on o.id = s.organization_id
    where s.id = ${id} and ${visibleSources(sql, scope)} for update of s`;
  return rows.map(toSource)[0];
}

/** A page by id, which is the time of creation. Relies on sources_by_organization, or on the primary key for all. */
export async function listSources(
  sql: Sql,
  filter: SourceScope & {
    readonly provider: Provider | null;
    readonly status: SourceStatus | null;
  },
  page: PageBounds,
): Promise<SourceRow[]> {
  const { provider, status } = filter;
  const rows = await sql<SourceColumns[]>`
    select ${withParts(sql)} from sources s join organizations o on o.id = s.organization_id
    where ${visibleSources(sql, filter)} and ${afterPage(sql, page, "s.id")}
      and ${provider ? sql`s.provider = ${provider}` : sql`true`}
      and ${status ? sql`s.status = ${status}` : sql`true`}
    order by s.id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toSource);
}

/** Writes the settings of a locked source and counts its version on. */
export async function updateSource(
  sql: Sql,
  source: Pick<SourceRow, "id" | "name" | "status" | "scheme" | "mapping" | "dropsOthers">,
): Promise<void> {
  await sql`
    update sources set name = ${source.name}, status = ${source.status},
      scheme = ${json(source.scheme)}::text::json, mapping = ${json(source.mapping)}::text::json,
      drops_others = ${source.dropsOthers}, version = version + 1, updated_at = now()
    where id = ${source.id}`;
}

/** Counts the version of a locked source on, for what is changed beside its row. */
export async function touchSource(sql: Sql, id: SourceId): Promise<void> {
  await sql`update sources set version = version + 1, updated_at = now() where id = ${id}`;
}

/** Takes a locked source out of sight for ever; its secrets go at once. */
export async function markSourceDeleted(sql: Sql, id: SourceId): Promise<void> {
  await sql`delete from source_secrets where source_id = ${id}`;
  await sql`update sources set deleted_at = now(), updated_at = now() where id = ${id}`;
}

/**
 * Removes up to `limit` receipts of a deleted source, or the source when it has none; answers how many rows. Relies on
 * sources_deleted and receipts_by_source.
 */
export async function removeDeletedSources(sql: Sql, limit: number): Promise<number> {
  const [row] = await sql<{ id: string }[]>`
    select id from sources where deleted_at is not null order by id limit 1`;
  if (!row) return 0;
  const receipts = await sql`
    delete from receipts where id in (
      select id from receipts where source_id = ${row.id} limit ${limit})`;
  if (receipts.count > 0) return receipts.count;
  const result = await sql`delete from sources where id = ${row.id}`;
  return result.count;
}

/** A source as a request to it needs it, with its secrets, sealed. */
export interface ReceivingSource extends Pick<
  SourceRow,
  "id" | "organizationId" | "provider" | "status" | "scheme" | "token" | "dataKeySealed"
> {
  readonly isSuspended: boolean;
  /** The current one first. */
  readonly secrets: readonly { readonly id: Id<"sec">; readonly sealed: Buffer }[];
}

/**
 * By the secret part of its URL; the same one statement, whether there is such a source or not. Relies on the unique
 * index over the digest.
 */
export async function findReceivingSource(
  sql: Sql,
  token: string,
): Promise<ReceivingSource | undefined> {
  const rows = await sql<(SourceColumns & ReceivingColumns)[]>`
    select s.*, o.data_key_sealed, o.suspended_at is not null as is_suspended, k.id as secret_id, k.secret_sealed
    from sources s
    join organizations o on o.id = s.organization_id and o.deleted_at is null
    left join source_secrets k on k.source_id = s.id and (k.expires_at is null or k.expires_at > now())
    where s.token_digest = ${tokenDigest(token)} and s.deleted_at is null
    order by k.state`;
  const [first] = rows;
  if (!first) return undefined;
  return {
    id: asId<"src">(first.id),
    organizationId: asId<"org">(first.organization_id),
    provider: first.provider,
    status: first.status,
    scheme: first.scheme,
    token: first.token,
    dataKeySealed: first.data_key_sealed,
    isSuspended: first.is_suspended,
    secrets: rows.flatMap(({ secret_id: id, secret_sealed: sealed }) =>
      id !== null && sealed !== null ? [{ id: asId<"sec">(id), sealed }] : [],
    ),
  };
}

interface ReceivingColumns {
  is_suspended: boolean;
  secret_id: string | null;
  secret_sealed: Buffer | null;
}

function toSource(row: SourceColumns): SourceRow {
  assert(row.data_key_sealed, "a source is read with the key of its organization");
  return {
    id: asId<"src">(row.id),
    organizationId: asId<"org">(row.organization_id),
    isOperators: row.is_operators,
    provider: row.provider,
    name: row.name,
    token: row.token,
    status: row.status,
    scheme: row.scheme,
    mapping: row.mapping,
    dropsOthers: row.drops_others,
    lastRequestAt: row.last_request_at,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    secrets: row.secrets ?? [],
    dataKeySealed: row.data_key_sealed,
  };
}
