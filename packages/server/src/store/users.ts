import type { Sql } from "../db/pool.ts";
import { asId, type Id, type OrganizationId } from "../domain/id.ts";
import { assert } from "../platform/assert.ts";
import { afterPage, type PageBounds } from "./page.ts";

export type UserId = Id<"usr">;

export interface UserRow {
  readonly id: UserId;
  /** Lower case; null for people whom only the operator's backend knows. */
  readonly email: string | null;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly metadataRole: string | null;
  readonly isOperator: boolean;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

interface Columns {
  id: string;
  email: string | null;
  name: string;
  password_hash: string | null;
  metadata_role: string | null;
  is_operator: boolean;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export async function findUser(sql: Sql, id: UserId): Promise<UserRow | undefined> {
  const rows = await sql<Columns[]>`select * from users where id = ${id}`;
  return rows.map(toUser)[0];
}

export async function findUserByEmail(sql: Sql, email: string): Promise<UserRow | undefined> {
  const rows = await sql<Columns[]>`select * from users where email = lower(${email})`;
  return rows.map(toUser)[0];
}

/** The pair by which somebody else knows a person. */
export interface Subject {
  /** The URL of an identity provider, or `portal` for the operator's backend. */
  readonly issuer: string;
  readonly subject: string;
}

export async function findUserBySubject(
  sql: Sql,
  { issuer, subject }: Subject,
): Promise<UserRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from users where issuer = ${issuer} and subject = ${subject}`;
  return rows.map(toUser)[0];
}

/** Whether an operator has a password, or is known by an identity provider. */
export async function canOperatorSignIn(sql: Sql): Promise<boolean> {
  const rows = await sql`
    select from users where is_operator and (password_hash is not null or issuer is not null) limit 1`;
  return rows.length > 0;
}

/** The operator whom a set-up link has signed in, and who has chosen neither address nor password yet. */
export async function findUnnamedOperator(sql: Sql): Promise<UserRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from users where is_operator and email is null and issuer is null and password_hash is null
    order by id limit 1 for update`;
  return rows.map(toUser)[0];
}

/** Adds a person; undefined when somebody has this address or is known by this pair already. */
export async function insertUser(
  sql: Sql,
  user: Pick<UserRow, "id" | "email" | "name" | "passwordHash" | "metadataRole" | "isOperator"> & {
    readonly subject: Subject | null;
  },
): Promise<UserRow | undefined> {
  const rows = await sql<Columns[]>`
    insert into users (id, email, name, password_hash, metadata_role, is_operator, issuer, subject)
    values (${user.id}, lower(${user.email}), ${user.name}, ${user.passwordHash}, ${user.metadataRole},
      ${user.isOperator}, ${user.subject?.issuer ?? null}, ${user.subject?.subject ?? null})
    on conflict do nothing returning *`;
  return rows.map(toUser)[0];
}

/** Writes what is given; `undefined` leaves it as it is. Fails as `unique` for an address that somebody else has. */
export async function updateUser(
  sql: Sql,
  id: UserId,
  change: {
    readonly name?: string | undefined;
    readonly email?: string | undefined;
    readonly passwordHash?: string | undefined;
    readonly metadataRole?: string | null | undefined;
    readonly subject?: Subject | undefined;
  },
): Promise<UserRow> {
  const { name, email, passwordHash, metadataRole, subject } = change;
  const rows = await sql<Columns[]>`
    update users set name = ${name === undefined ? sql`name` : name},
      email = ${email === undefined ? sql`email` : sql`lower(${email})`},
      password_hash = ${passwordHash === undefined ? sql`password_hash` : passwordHash},
      metadata_role = ${metadataRole === undefined ? sql`metadata_role` : metadataRole},
      issuer = ${subject === undefined ? sql`issuer` : subject.issuer},
      subject = ${subject === undefined ? sql`subject` : subject.subject},
      version = version + 1, updated_at = now()
    where id = ${id} returning *`;
  const [row] = rows.map(toUser);
  assert(row, "a person is changed while they are there");
  return row;
}

/** Makes somebody known by a pair; false when they are known by another one already. */
export async function linkSubject(
  sql: Sql,
  id: UserId,
  { issuer, subject }: Subject,
): Promise<boolean> {
  const result = await sql`
    update users set issuer = ${issuer}, subject = ${subject}, version = version + 1, updated_at = now()
    where id = ${id} and issuer is null`;
  return result.count > 0;
}

/** Removes a person with their memberships and sessions; the audit log keeps their id. */
export async function deleteUser(sql: Sql, id: UserId): Promise<boolean> {
  const result = await sql`delete from users where id = ${id}`;
  return result.count > 0;
}

/** A page of people by id (their age), all of the installation. */
export async function listUsers(
  sql: Sql,
  filter: { readonly text: string | null },
  page: PageBounds,
): Promise<UserRow[]> {
  const pattern = filter.text && `%${filter.text.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await sql<Columns[]>`
    select * from users where ${afterPage(sql, page)}
      and ${pattern ? sql`(email ilike ${pattern} or name ilike ${pattern})` : sql`true`}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toUser);
}

/** Until the transaction ends nobody else changes this person; what refers to them may be added. */
export async function lockUser(sql: Sql, id: UserId): Promise<void> {
  await sql`select from users where id = ${id} for no key update`;
}

/** Until the transaction ends nobody else takes an operator away. */
export async function lockOperators(sql: Sql): Promise<void> {
  await sql`select from users where is_operator order by id for update`;
}

/** How many operators would be left to sign in without this one. */
export async function countOtherOperators(sql: Sql, id: UserId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from users where is_operator and id <> ${id}`;
  return rows[0]?.count ?? 0;
}

export interface Membership {
  readonly organizationId: OrganizationId;
  readonly role: string;
}

/** Where a person belongs; asked for at each request, because a role that is taken away ends at once. */
export async function listMembershipsOf(sql: Sql, id: UserId): Promise<Membership[]> {
  const rows = await sql<{ organization_id: string; role: string }[]>`
    select organization_id, role from memberships where user_id = ${id} order by organization_id`;
  return rows.map(({ organization_id, role }) => ({
    organizationId: asId<"org">(organization_id),
    role,
  }));
}

export function toUser(row: Columns): UserRow {
  return {
    id: asId<"usr">(row.id),
    email: row.email,
    name: row.name,
    passwordHash: row.password_hash,
    metadataRole: row.metadata_role,
    isOperator: row.is_operator,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
