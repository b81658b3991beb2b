import type { Sql } from "../db/pool.ts";
import { assert } from "../platform/assert.ts";
import { asId, type OrganizationId } from "../domain/id.ts";
import type { OwnLimits } from "../domain/plan-limits.ts";
import { afterPage, type PageBounds } from "./page.ts";

export interface OrganizationRow {
  readonly id: OrganizationId;
  readonly name: string;
  readonly profile: string;
  readonly plan: string | null;
  /** Instead of those of its plan. */
  readonly limits: OwnLimits;
  readonly dataKeySealed: Buffer;
  /** Its keys and people are refused, and its endpoints hold. */
  readonly suspendedAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface Columns {
  id: string;
  name: string;
  profile: string;
  plan: string | null;
  limits: OwnLimits;
  data_key_sealed: Buffer;
  suspended_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export async function insertOrganization(
  sql: Sql,
  organization: Pick<OrganizationRow, "id" | "name" | "profile" | "plan" | "dataKeySealed">,
): Promise<OrganizationRow> {
  const { id, name, profile, plan, dataKeySealed } = organization;
  const rows = await sql<Columns[]>`
    insert into organizations (id, name, profile, plan, data_key_sealed)
    values (${id}, ${name}, ${profile}, ${plan}, ${dataKeySealed}) returning *`;
  const [row] = rows.map(toOrganization);
  assert(row, "an insert answers its row");
  return row;
}

export async function findOrganization(
  sql: Sql,
  id: OrganizationId,
): Promise<OrganizationRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from organizations where id = ${id} and deleted_at is null`;
  return rows.map(toOrganization)[0];
}

/** The same, locked to the end of the caller's transaction: changes come one after the other. */
export async function lockOrganization(
  sql: Sql,
  id: OrganizationId,
): Promise<OrganizationRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from organizations where id = ${id} and deleted_at is null for update`;
  return rows.map(toOrganization)[0];
}

/** Writes name, plan and limits, and counts the version up. */
export async function updateOrganization(
  sql: Sql,
  { id, name, plan, limits }: Pick<OrganizationRow, "id" | "name" | "plan" | "limits">,
): Promise<OrganizationRow> {
  const rows = await sql<Columns[]>`
    update organizations set name = ${name}, plan = ${plan},
      limits = ${JSON.stringify(limits)}::text::json, version = version + 1, updated_at = now()
    where id = ${id} returning *`;
  const [row] = rows.map(toOrganization);
  assert(row, "an organization is changed while it is locked");
  return row;
}

/** The one organization of this installation; `undefined` when there is none or more than one. */
export async function findOnlyOrganization(sql: Sql): Promise<OrganizationRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from organizations where deleted_at is null order by id limit 2`;
  return rows.length === 1 ? rows.map(toOrganization)[0] : undefined;
}

/** The organization made first: it is named on the ready line. */
export async function findFirstOrganization(sql: Sql): Promise<OrganizationRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from organizations where deleted_at is null order by id limit 1`;
  return rows.map(toOrganization)[0];
}

/** A page of organizations by id (their age); `after` continues behind an id. */
export async function listOrganizations(sql: Sql, page: PageBounds): Promise<OrganizationRow[]> {
  const rows = await sql<Columns[]>`
    select * from organizations where deleted_at is null and ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toOrganization);
}

/** Suspends a locked organization, or lets it go on. */
export async function setSuspended(
  sql: Sql,
  id: OrganizationId,
  isSuspended: boolean,
): Promise<OrganizationRow> {
  const rows = await sql<Columns[]>`
    update organizations set suspended_at = case when ${isSuspended} then coalesce(suspended_at, now()) end,
      version = version + 1, updated_at = now()
    where id = ${id} returning *`;
  const [row] = rows.map(toOrganization);
  assert(row, "an organization is changed while it is locked");
  return row;
}

/** Takes a locked organization out of sight for ever. */
export async function markOrganizationDeleted(sql: Sql, id: OrganizationId): Promise<void> {
  await sql`update organizations set deleted_at = now(), updated_at = now() where id = ${id}`;
}

/** How many there are besides this one. */
export async function countOtherOrganizations(sql: Sql, id: OrganizationId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from organizations where deleted_at is null and id <> ${id}`;
  return rows[0]?.count ?? 0;
}

/** Marks that events may now go elsewhere; in the transaction of the change itself. */
export async function bumpRoutingVersion(sql: Sql, id: OrganizationId): Promise<void> {
  await sql`update organizations set routing_version = routing_version + 1 where id = ${id}`;
}

function toOrganization(row: Columns): OrganizationRow {
  return {
    id: asId<"org">(row.id),
    name: row.name,
    profile: row.profile,
    plan: row.plan,
    limits: row.limits,
    dataKeySealed: row.data_key_sealed,
    suspendedAt: row.suspended_at,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
