import type { Sql } from "../db/pool.ts";
import { asId, type Id } from "../domain/id.ts";

export interface OperatorKeyRow {
  readonly id: Id<"opk">;
  readonly digest: Buffer;
  readonly revokedAt: Date | null;
}

/** By HMAC; revoked keys are found too. */
export async function findOperatorKey(
  sql: Sql,
  digest: Buffer,
): Promise<OperatorKeyRow | undefined> {
  const rows = await sql<{ id: string; digest: Buffer; revoked_at: Date | null }[]>`
    select id, digest, revoked_at from operator_keys where digest = ${digest}`;
  const [row] = rows;
  return row && { id: asId<"opk">(row.id), digest: row.digest, revokedAt: row.revoked_at };
}

/** Adds a key; one that is there already stays as it is, also when it was revoked. */
export async function insertOperatorKey(
  sql: Sql,
  key: { id: Id<"opk">; name: string; digest: Buffer; prefix: string },
): Promise<void> {
  await sql`
    insert into operator_keys (id, name, digest, prefix)
    values (${key.id}, ${key.name}, ${key.digest}, ${key.prefix})
    on conflict (digest) do nothing`;
}
