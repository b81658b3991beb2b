import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type Id, type OrganizationId } from "../domain/id.ts";
import type { SecretState } from "../domain/secret.ts";

/** A signing secret of an endpoint, sealed. */
export interface SigningSecretRow extends SecretState {
  readonly id: Id<"sec">;
  readonly secretSealed: Buffer;
}

interface Columns {
  id: string;
  state: SigningSecretRow["state"];
  secret_sealed: Buffer;
  expires_at: Date | null;
}

/** All secrets of an endpoint, the newest first. */
export async function listSecrets(sql: Sql, endpointId: EndpointId): Promise<SigningSecretRow[]> {
  const rows = await sql<Columns[]>`
    select id, state, secret_sealed, expires_at from signing_secrets
    where endpoint_id = ${endpointId} order by id desc`;
  return rows.map((row) => ({
    id: asId<"sec">(row.id),
    state: row.state,
    secretSealed: row.secret_sealed,
    expiresAt: row.expires_at,
  }));
}

/** A `current` or `next` secret; there must be none of this state yet. */
export async function insertSecret(
  sql: Sql,
  secret: Pick<SigningSecretRow, "id" | "secretSealed"> & {
    readonly organizationId: OrganizationId;
    readonly endpointId: EndpointId;
    readonly state: "current" | "next";
  },
): Promise<void> {
  const { id, organizationId, endpointId, secretSealed, state } = secret;
  await sql`
    insert into signing_secrets (id, organization_id, endpoint_id, secret_sealed, state)
    values (${id}, ${organizationId}, ${endpointId}, ${secretSealed}, ${state})`;
}

/** The current secret signs on beside its successor until `expiresAt`. */
export async function retireCurrentSecret(
  sql: Sql,
  endpointId: EndpointId,
  expiresAt: Date,
): Promise<void> {
  await sql`
    update signing_secrets set state = 'previous', expires_at = ${expiresAt}
    where endpoint_id = ${endpointId} and state = 'current'`;
}

/** The secret that was retired last signs on until then; older ones end no later than it. */
export async function setPreviousExpiry(
  sql: Sql,
  endpointId: EndpointId,
  { until, now }: { readonly until: Date; readonly now: Date },
): Promise<void> {
  await sql`
    update signing_secrets set expires_at = case
      when id = (
        select id from signing_secrets where endpoint_id = ${endpointId} and state = 'previous'
        order by id desc limit 1) then ${until}::timestamptz
      else least(expires_at, ${until}::timestamptz) end
    where endpoint_id = ${endpointId} and state = 'previous' and expires_at > ${now}`;
}

/**
 * Makes the staged secret the current one; the caller has removed the old one. False when none is
 * staged.
 */
export async function promoteNextSecret(sql: Sql, endpointId: EndpointId): Promise<boolean> {
  const result = await sql`
    update signing_secrets set state = 'current', created_at = now()
    where endpoint_id = ${endpointId} and state = 'next'`;
  return result.count > 0;
}

/** Removes all secrets of the given states; answers how many there were. */
export async function deleteSecrets(
  sql: Sql,
  endpointId: EndpointId,
  states: readonly SigningSecretRow["state"][],
): Promise<number> {
  const result = await sql`
    delete from signing_secrets where endpoint_id = ${endpointId} and state in ${sql(states)}`;
  return result.count;
}

/** Keeps the `kept` previous secrets that were retired last, and none that expired before `now`. */
export async function trimPreviousSecrets(
  sql: Sql,
  endpointId: EndpointId,
  bounds: { readonly kept: number; readonly now: Date },
): Promise<void> {
  await sql`
    delete from signing_secrets where endpoint_id = ${endpointId} and state = 'previous'
      and (expires_at <= ${bounds.now} or id not in (
        select id from signing_secrets where endpoint_id = ${endpointId} and state = 'previous'
        order by id desc limit ${bounds.kept}))`;
}
