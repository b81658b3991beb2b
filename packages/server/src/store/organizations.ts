import type { Sql } from "../db/pool.ts";
import { assert } from "../platform/assert.ts";
import { asId, type OrganizationId } from "../domain/id.ts";
import type { PageBounds } from "./page.ts";

export interface OrganizationRow {
  readonly id: OrganizationId;
  readonly name: string;
  readonly profile: string;
  readonly plan: string | null;
  readonly dataKeySealed: Buffer;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface Columns {
  id: string;
  name: string;
  profile: string;
  plan: string | null;
  data_key_sealed: Buffer;
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
  const rows = await sql<Columns[]>`select * from organizations where id = ${id}`;
  return rows.map(toOrganization)[0];
}

/** The same, locked to the end of the caller's transaction: changes come one after the other. */
export async function lockOrganization(
  sql: Sql,
  id: OrganizationId,
): Promise<OrganizationRow | undefined> {
  const rows = await sql<Columns[]>`select * from organizations where id = ${id} for update`;
  return rows.map(toOrganization)[0];
}

/** Writes name and plan, and counts the version up. */
export async function updateOrganization(
  sql: Sql,
  { id, name, plan }: Pick<OrganizationRow, "id" | "name" | "plan">,
): Promise<OrganizationRow> {
  const rows = await sql<Columns[]>`
    update organizations set name = ${name}, plan = ${plan}, version = version + 1, updated_at = now()
    where id = ${id} returning *`;
  const [row] = rows.map(toOrganization);
  assert(row, "an organization is changed while it is locked");
  return row;
}

/** The one organization of this installation; `undefined` when there is none or more than one. */
export async function findOnlyOrganization(sql: Sql): Promise<OrganizationRow | undefined> {
  const rows = await sql<Columns[]>`select * from organizations order by id limit 2`;
  return rows.length === 1 ? rows.map(toOrganization)[0] : undefined;
}

/** The organization made first: it is named on the ready line. */
export async function findFirstOrganization(sql: Sql): Promise<OrganizationRow | undefined> {
  const rows = await sql<Columns[]>`select * from organizations order by id limit 1`;
  return rows.map(toOrganization)[0];
}

/** A page of organizations by id (their age); `after` continues behind an id. */
export async function listOrganizations(sql: Sql, page: PageBounds): Promise<OrganizationRow[]> {
  const { limit, after, isDescending } = page;
  const rows = isDescending
    ? await sql<Columns[]>`
        select * from organizations where ${after}::uuid is null or id < ${after}::uuid
        order by id desc limit ${limit}`
    : await sql<Columns[]>`
        select * from organizations where ${after}::uuid is null or id > ${after}::uuid
        order by id limit ${limit}`;
  return rows.map(toOrganization);
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
    dataKeySealed: row.data_key_sealed,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
