import type { Sql } from "../db/pool.ts";
import { asId, type Id } from "../domain/id.ts";
import { assert } from "../platform/assert.ts";
import { afterPage, type PageBounds } from "./page.ts";

export interface OperatorKeyRow {
  readonly id: Id<"opk">;
  readonly name: string;
  readonly digest: Buffer;
  /** The first letters, for people. */
  readonly prefix: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

interface Columns {
  id: string;
  name: string;
  digest: Buffer;
  prefix: string;
  created_at: Date;
  revoked_at: Date | null;
}

/** By HMAC; revoked keys are found too. */
export async function findOperatorKey(
  sql: Sql,
  digest: Buffer,
): Promise<OperatorKeyRow | undefined> {
  const rows = await sql<Columns[]>`select * from operator_keys where digest = ${digest}`;
  return rows.map(toOperatorKey)[0];
}

/** A page of keys by id (their age), revoked ones among them. */
export async function listOperatorKeys(sql: Sql, page: PageBounds): Promise<OperatorKeyRow[]> {
  const rows = await sql<Columns[]>`
    select * from operator_keys where ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toOperatorKey);
}

type NewOperatorKey = Pick<OperatorKeyRow, "id" | "name" | "digest" | "prefix">;

/** Adds a key that was made just now. */
export async function insertOperatorKey(sql: Sql, key: NewOperatorKey): Promise<OperatorKeyRow> {
  const rows = await sql<Columns[]>`
    insert into operator_keys (id, name, digest, prefix)
    values (${key.id}, ${key.name}, ${key.digest}, ${key.prefix}) returning *`;
  const [row] = rows.map(toOperatorKey);
  assert(row, "an insert answers its row");
  return row;
}

/** Adds a key of the settings; one that is there already stays as it is, also when it was revoked. */
export async function ensureOperatorKey(sql: Sql, key: NewOperatorKey): Promise<void> {
  await sql`
    insert into operator_keys (id, name, digest, prefix)
    values (${key.id}, ${key.name}, ${key.digest}, ${key.prefix})
    on conflict (digest) do nothing`;
}

/**
 * The keys that still work, locked to the end of the caller's transaction: two people who revoke at once must not end
 * with none.
 */
export async function lockActiveOperatorKeys(sql: Sql): Promise<Id<"opk">[]> {
  const rows = await sql<{ id: string }[]>`
    select id from operator_keys where revoked_at is null order by id for update`;
  return rows.map(({ id }) => asId<"opk">(id));
}

export async function revokeOperatorKey(sql: Sql, id: Id<"opk">): Promise<void> {
  await sql`update operator_keys set revoked_at = now() where id = ${id}`;
}

function toOperatorKey(row: Columns): OperatorKeyRow {
  return {
    id: asId<"opk">(row.id),
    name: row.name,
    digest: row.digest,
    prefix: row.prefix,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}
