import type { Sql } from "../db/pool.ts";

/** What a request was made with. */
export interface Credential {
  readonly kind: "key" | "operator_key" | "session";
  readonly id: string;
}

/** Whether it is still good: the key is in force, the session is not over. By the primary keys. */
export async function isLive(sql: Sql, { kind, id }: Credential): Promise<boolean> {
  const rows = await rowsOf(sql, kind, id);
  return rows.length > 0;
}

function rowsOf(sql: Sql, kind: Credential["kind"], id: string) {
  switch (kind) {
    case "session":
      return sql`select from sessions where id = ${id}::uuid and expires_at > now()`;
    case "operator_key":
      return sql`select from operator_keys where id = ${id}::uuid and revoked_at is null`;
    case "key":
      return sql`
        select from api_keys where id = ${id}::uuid and revoked_at is null and is_enabled
          and (expires_at is null or expires_at > now())`;
  }
}
