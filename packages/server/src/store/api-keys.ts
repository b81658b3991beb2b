import type { Scope } from "../domain/scope.ts";
import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import { assert } from "../platform/assert.ts";
import { afterPage, inScope, type PageBounds, type ScopedColumns } from "./page.ts";

/** A limited key sees keys that reach no further than itself. */
const KEY_SCOPE: ScopedColumns = { resource: { kind: "resources", column: "resources" } };

export type ApiKeyId = Id<"key">;

/** What people may say and change about a key. */
export interface ApiKeySettings {
  readonly name: string;
  readonly description: string;
  /** A word of the profile, or null where the profile has no environments. */
  readonly environment: string | null;
  readonly scopes: readonly string[];
  /** Empty: the whole organization. */
  readonly resources: readonly string[];
  /** CIDR blocks; empty: from everywhere. */
  readonly addresses: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly isEnabled: boolean;
  readonly expiresAt: Date | null;
}

export interface ApiKeyRow extends ApiKeySettings {
  readonly id: ApiKeyId;
  readonly organizationId: OrganizationId;
  /** HMAC-SHA-256 of the key under the pepper. */
  readonly digest: Buffer;
  readonly prefix: string;
  readonly lastFour: string;
  /** May lie ahead: the end of a roll's overlap. */
  readonly revokedAt: Date | null;
  readonly replacedBy: ApiKeyId | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedAddress: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface Columns {
  id: string;
  organization_id: string;
  name: string;
  description: string;
  environment: string | null;
  scopes: string[];
  resources: string[];
  addresses: string[];
  requests_per_minute: number | null;
  digest: Buffer;
  prefix: string;
  last_four: string;
  is_enabled: boolean;
  expires_at: Date | null;
  revoked_at: Date | null;
  replaced_by: string | null;
  last_used_at: Date | null;
  last_used_address: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** By HMAC, whatever its state; one look at a unique index. */
export async function findApiKeyByDigest(sql: Sql, digest: Buffer): Promise<ApiKeyRow | undefined> {
  const rows = await sql<Columns[]>`select * from api_keys where digest = ${digest}`;
  return rows.map(toApiKey)[0];
}

export async function findApiKey(
  sql: Sql,
  id: ApiKeyId,
  scope: Scope,
): Promise<ApiKeyRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from api_keys where id = ${id} and ${inScope(sql, scope, KEY_SCOPE)}`;
  return rows.map(toApiKey)[0];
}

/** Those of `ids` that exist in the scope, in no particular order. */
export async function findApiKeys(
  sql: Sql,
  ids: readonly ApiKeyId[],
  scope: Scope,
): Promise<ApiKeyRow[]> {
  const rows = await sql<Columns[]>`
    select * from api_keys where id = any(${plainArray(ids)}::uuid[]) and ${inScope(sql, scope, KEY_SCOPE)}`;
  return rows.map(toApiKey);
}

/** The same, locked to the end of the caller's transaction. */
export async function lockApiKey(
  sql: Sql,
  id: ApiKeyId,
  scope: Scope,
): Promise<ApiKeyRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from api_keys where id = ${id} and ${inScope(sql, scope, KEY_SCOPE)} for update`;
  return rows.map(toApiKey)[0];
}

export type ApiKeyStatus = "active" | "disabled" | "expired" | "revoked";

export interface ApiKeyFilter {
  readonly scope: Scope;
  readonly statuses: readonly ApiKeyStatus[] | null;
  readonly environment: string | null;
  readonly keyScope: string | null;
  /** Part of the name, any case. */
  readonly text: string | null;
  /** False where the profile removes what was revoked. */
  readonly showsRevoked: boolean;
}

/** The word that `status` filters by: revoked before expired before disabled, as `verify` judges. */
const STATUS = `case when revoked_at <= now() then 'revoked' when expires_at <= now() then 'expired'
  when not is_enabled then 'disabled' else 'active' end`;

/** A page of keys by id (their age). Relies on api_keys_by_organization. */
export async function listApiKeys(
  sql: Sql,
  filter: ApiKeyFilter,
  page: PageBounds,
): Promise<ApiKeyRow[]> {
  const { statuses, environment, keyScope, text } = filter;
  const pattern = text && `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await sql<Columns[]>`
    select * from api_keys where ${inScope(sql, filter.scope, KEY_SCOPE)}
      and ${statuses ? sql`${sql.unsafe(STATUS)} = any(${textArray(statuses)}::text[])` : sql`true`}
      and ${filter.showsRevoked ? sql`true` : sql`(revoked_at is null or revoked_at > now())`}
      and ${environment ? sql`environment = ${environment}` : sql`true`}
      and ${keyScope ? sql`${keyScope} = any(scopes)` : sql`true`}
      and ${pattern ? sql`name ilike ${pattern}` : sql`true`}
      and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toApiKey);
}

/** Keys of an organization that still work or will again: revoked and expired ones do not count against the limit. */
export async function countLivingApiKeys(
  sql: Sql,
  organizationId: OrganizationId,
): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from api_keys where organization_id = ${organizationId}
      and (revoked_at is null or revoked_at > now()) and (expires_at is null or expires_at > now())`;
  return rows[0]?.count ?? 0;
}

type NewApiKey = ApiKeySettings &
  Pick<ApiKeyRow, "id" | "organizationId" | "digest" | "prefix" | "lastFour">;

export async function insertApiKey(sql: Sql, key: NewApiKey): Promise<ApiKeyRow> {
  const rows = await sql<Columns[]>`
    insert into api_keys (id, organization_id, digest, prefix, last_four, name, description, environment,
      scopes, resources, addresses, requests_per_minute, is_enabled, expires_at)
    values (${key.id}, ${key.organizationId}, ${key.digest}, ${key.prefix}, ${key.lastFour}, ${key.name},
      ${key.description}, ${key.environment}, ${textArray(key.scopes)}::text[], ${textArray(key.resources)}::text[],
      ${textArray(key.addresses)}::text[], ${key.requestsPerMinute}, ${key.isEnabled}, ${key.expiresAt})
    returning *`;
  return only(rows);
}

/** Writes the settings of a locked key and counts its version up. */
export async function updateApiKey(
  sql: Sql,
  id: ApiKeyId,
  key: ApiKeySettings,
): Promise<ApiKeyRow> {
  const rows = await sql<Columns[]>`
    update api_keys set name = ${key.name}, description = ${key.description}, environment = ${key.environment},
      scopes = ${textArray(key.scopes)}::text[], resources = ${textArray(key.resources)}::text[],
      addresses = ${textArray(key.addresses)}::text[], requests_per_minute = ${key.requestsPerMinute},
      is_enabled = ${key.isEnabled}, expires_at = ${key.expiresAt}, version = version + 1, updated_at = now()
    where id = ${id} returning *`;
  return only(rows);
}

/** Ends a locked key after `afterMs`, by the database's clock; an end that comes sooner stays. */
export async function endApiKey(
  sql: Sql,
  id: ApiKeyId,
  end: { readonly afterMs: number; readonly replacedBy: ApiKeyId | null },
): Promise<ApiKeyRow> {
  const rows = await sql<Columns[]>`
    update api_keys set
      revoked_at = least(revoked_at, now() + ${end.afterMs} * interval '1 millisecond'),
      replaced_by = coalesce(${end.replacedBy}::uuid, replaced_by), version = version + 1, updated_at = now()
    where id = ${id} returning *`;
  return only(rows);
}

function only(rows: readonly Columns[]): ApiKeyRow {
  const [row] = rows.map(toApiKey);
  assert(row, "a write of a key answers its row");
  return row;
}

function toApiKey(row: Columns): ApiKeyRow {
  return {
    id: asId<"key">(row.id),
    organizationId: asId<"org">(row.organization_id),
    name: row.name,
    description: row.description,
    environment: row.environment,
    scopes: row.scopes,
    resources: row.resources,
    addresses: row.addresses,
    requestsPerMinute: row.requests_per_minute,
    digest: row.digest,
    prefix: row.prefix,
    lastFour: row.last_four,
    isEnabled: row.is_enabled,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    replacedBy: row.replaced_by === null ? null : asId<"key">(row.replaced_by),
    lastUsedAt: row.last_used_at,
    lastUsedAddress: row.last_used_address,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
