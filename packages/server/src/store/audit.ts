import type { Scope } from "../domain/scope.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import { idsBetween, type TimeRange } from "./id-range.ts";
import { afterPage, inScope, type PageBounds } from "./page.ts";

/** Who did it. */
export interface Actor {
  readonly kind: "operator" | "key" | "user" | "system";
  /** Public, such as `key_…`; null for the system. */
  readonly id: string | null;
  /** As it was then. */
  readonly name: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** A change as the code that makes it tells it. */
export interface AuditedChange {
  /** Null for what concerns the installation. */
  readonly organizationId: OrganizationId | null;
  /** An action of the route table, or a word of the system's own. */
  readonly action: string;
  readonly object: { readonly kind: string; readonly id: string } | null;
  /** Only what changed; no secrets. */
  readonly before?: Fields | null;
  readonly after?: Fields | null;
}

/** Writes a change down in its own transaction; bound to who makes it. */
export type Audit = (tx: Sql, change: AuditedChange) => Promise<void>;

export interface NewAuditEntry extends AuditedChange {
  readonly id: Id<"aud">;
  readonly actor: Actor;
  readonly address: string | null;
  readonly requestId: Id<"req"> | null;
  /** `done`, or the code of the refusal. */
  readonly result: string;
}

export interface AuditEntry extends NewAuditEntry {
  readonly at: Date;
}

export async function insertAuditEntry(sql: Sql, entry: NewAuditEntry): Promise<void> {
  const { actor, object } = entry;
  await sql`
    insert into audit_entries (id, organization_id, actor_kind, actor_id, actor_name, address, request_id,
      action, object_kind, object_id, result, before, after)
    values (${entry.id}, ${entry.organizationId}, ${actor.kind}, ${actor.id}, ${actor.name}, ${entry.address},
      ${entry.requestId}, ${entry.action}, ${object?.kind ?? null}, ${object?.id ?? null}, ${entry.result},
      ${json(entry.before)}::text::json, ${json(entry.after)}::text::json)`;
}

function json(fields: Fields | null | undefined): string | null {
  return fields ? JSON.stringify(fields) : null;
}

export interface AuditFilter {
  readonly scope: Scope;
  /** Words before the dot or whole actions: `endpoints`, `keys.revoke`. */
  readonly action: string | null;
  readonly actorId: string | null;
  readonly objectId: string | null;
  readonly isRefused: boolean | null;
  readonly createdAt: TimeRange;
}

interface Columns {
  id: string;
  organization_id: string | null;
  at: Date;
  actor_kind: Actor["kind"];
  actor_id: string | null;
  actor_name: string | null;
  address: string | null;
  request_id: string | null;
  action: string;
  object_kind: string | null;
  object_id: string | null;
  result: string;
  before: Fields | null;
  after: Fields | null;
}

/** A page of entries by id (their age). Relies on audit_entries_by_organization. */
export async function listAuditEntries(
  sql: Sql,
  filter: AuditFilter,
  page: PageBounds,
): Promise<AuditEntry[]> {
  const { action, actorId, objectId, isRefused } = filter;
  const { first, last } = idsBetween(filter.createdAt);
  const rows = await sql<Columns[]>`
    select * from audit_entries where ${inScope(sql, filter.scope)}
      and ${action ? sql`(action = ${action} or split_part(action, '.', 1) = ${action})` : sql`true`}
      and ${actorId ? sql`actor_id = ${actorId}` : sql`true`}
      and ${objectId ? sql`object_id = ${objectId}` : sql`true`}
      and ${isRefused === null ? sql`true` : sql`(result <> 'done') = ${isRefused}`}
      and id between ${first} and ${last} and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toEntry);
}

function toEntry(row: Columns): AuditEntry {
  return {
    id: asId<"aud">(row.id),
    organizationId: row.organization_id === null ? null : asId<"org">(row.organization_id),
    at: row.at,
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    address: row.address,
    requestId: row.request_id === null ? null : asId<"req">(row.request_id),
    action: row.action,
    object: row.object_kind === null ? null : { kind: row.object_kind, id: row.object_id ?? "" },
    result: row.result,
    before: row.before,
    after: row.after,
  };
}

/** Forgets entries older than `days`; at most `limit` a call. */
export async function deleteOldAuditEntries(
  sql: Sql,
  bounds: { readonly days: number; readonly limit: number },
): Promise<number> {
  const result = await sql`
    delete from audit_entries where id in (
      select id from audit_entries where id < uuid_floor(now() - ${bounds.days} * interval '1 day')
      order by id limit ${bounds.limit})`;
  return result.count;
}
