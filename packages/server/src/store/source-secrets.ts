import type { Sql } from "../db/pool.ts";
import type { Id } from "../domain/id.ts";
import type { SourceId } from "./sources.ts";

/** The current secret of a source; there must be none. */
export async function insertSourceSecret(
  sql: Sql,
  secret: { readonly id: Id<"sec">; readonly sourceId: SourceId; readonly sealed: Buffer },
): Promise<void> {
  const { id, sourceId, sealed } = secret;
  await sql`
    insert into source_secrets (id, source_id, state, secret_sealed)
    values (${id}, ${sourceId}, 'current', ${sealed})`;
}

/** The current secret is accepted on, for so many seconds, in the place of the one that was replaced before. */
export async function retireSourceSecret(
  sql: Sql,
  sourceId: SourceId,
  seconds: number,
): Promise<void> {
  await sql`delete from source_secrets where source_id = ${sourceId} and state = 'previous'`;
  await sql`
    update source_secrets set state = 'previous', expires_at = now() + ${seconds} * interval '1 second'
    where source_id = ${sourceId} and state = 'current'`;
}

/** Nothing that was signed with them is accepted any more. */
export async function deleteSourceSecrets(sql: Sql, sourceId: SourceId): Promise<void> {
  await sql`delete from source_secrets where source_id = ${sourceId}`;
}

/** Those whose time is over; they are not accepted before either. */
export async function deleteExpiredSourceSecrets(sql: Sql): Promise<void> {
  await sql`delete from source_secrets where expires_at <= now()`;
}
