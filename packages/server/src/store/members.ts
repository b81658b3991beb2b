import type { Sql } from "../db/pool.ts";
import { asId, type OrganizationId } from "../domain/id.ts";
import type { UserId } from "./users.ts";

/** A person in an organization. */
export interface MemberRow {
  readonly userId: UserId;
  readonly email: string | null;
  readonly name: string;
  readonly role: string;
  readonly metadataRole: string | null;
  readonly createdAt: Date;
}

interface Columns {
  user_id: string;
  email: string | null;
  name: string;
  role: string;
  metadata_role: string | null;
  created_at: Date;
}

/** Everybody of an organization, by name. */
export async function listMembers(sql: Sql, organizationId: OrganizationId): Promise<MemberRow[]> {
  const rows = await sql<Columns[]>`
    select m.user_id, u.email, u.name, m.role, u.metadata_role, m.created_at
    from memberships m join users u on u.id = m.user_id
    where m.organization_id = ${organizationId} order by u.name, u.id`;
  return rows.map((row) => ({
    userId: asId<"usr">(row.user_id),
    email: row.email,
    name: row.name,
    role: row.role,
    metadataRole: row.metadata_role,
    createdAt: row.created_at,
  }));
}

/** The role of a person, or undefined. */
export async function findMemberRole(
  sql: Sql,
  { organizationId, userId }: { organizationId: OrganizationId; userId: UserId },
): Promise<string | undefined> {
  const rows = await sql<{ role: string }[]>`
    select role from memberships where organization_id = ${organizationId} and user_id = ${userId}`;
  return rows[0]?.role;
}

export async function upsertMember(
  sql: Sql,
  member: { organizationId: OrganizationId; userId: UserId; role: string },
): Promise<void> {
  await sql`
    insert into memberships (organization_id, user_id, role)
    values (${member.organizationId}, ${member.userId}, ${member.role})
    on conflict (organization_id, user_id) do update set role = excluded.role, updated_at = now()`;
}

export async function deleteMember(
  sql: Sql,
  { organizationId, userId }: { organizationId: OrganizationId; userId: UserId },
): Promise<boolean> {
  const result = await sql`
    delete from memberships where organization_id = ${organizationId} and user_id = ${userId}`;
  return result.count > 0;
}

/** Owners besides this person. The caller holds the organization's row, so that two cannot leave at once. */
export async function countOtherOwners(
  sql: Sql,
  { organizationId, userId }: { organizationId: OrganizationId; userId: UserId },
): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from memberships
    where organization_id = ${organizationId} and role = 'owner' and user_id <> ${userId}`;
  return rows[0]?.count ?? 0;
}

/** People of an organization, and those who are invited and have not come yet. */
export async function countMembers(sql: Sql, organizationId: OrganizationId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select ((select count(*) from memberships where organization_id = ${organizationId})
      + (select count(*) from links where organization_id = ${organizationId} and kind = 'invitation'
          and expires_at > now()))::int as count`;
  return rows[0]?.count ?? 0;
}
