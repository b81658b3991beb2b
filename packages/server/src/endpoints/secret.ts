import type { Sql } from "../db/pool.ts";
import { asId, formatId } from "../domain/id.ts";
import { generateSecret } from "../domain/secret.ts";
import { ApiError } from "../errors.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import type { Vault } from "../platform/vault.ts";
import type { CompiledFormat } from "../platforms.ts";
import { findEndpoint, type EndpointRow } from "../store/endpoints.ts";
import { sealedPlace } from "../store/sealed-place.ts";
import { insertSecret, listSecrets, type SigningSecretRow } from "../store/signing-secrets.ts";
import type { EndpointAddress, EndpointContext } from "./context.ts";

type Owner = Pick<EndpointRow, "id" | "organizationId" | "dataKeySealed">;

export interface OpenedSecret extends Pick<SigningSecretRow, "id" | "state" | "expiresAt"> {
  readonly text: string;
}

/** A secret as the format generates it. */
export function newSecret(format: CompiledFormat): string {
  return generateSecret(format, randomBytes(format.secret.generatedBytes));
}

/** Seals a secret and stores it; in the caller's transaction. */
export async function storeSecret(
  tx: Sql,
  vault: Vault,
  made: { readonly owner: Owner; readonly secret: string; readonly state: "current" | "next" },
): Promise<void> {
  const { owner, secret, state } = made;
  const { id: endpointId, organizationId, dataKeySealed } = owner;
  const id = asId<"sec">(newUuid());
  const sealer = vault.open(organizationId, dataKeySealed);
  const secretSealed = sealer.seal(sealedPlace.secret(id), secret);
  await insertSecret(tx, { id, organizationId, endpointId, secretSealed, state });
}

/** All secrets of an endpoint, opened, the newest first. */
export async function openSecrets(sql: Sql, vault: Vault, owner: Owner): Promise<OpenedSecret[]> {
  const sealer = vault.open(owner.organizationId, owner.dataKeySealed);
  const rows = await listSecrets(sql, owner.id);
  return rows.map(({ id, state, expiresAt, secretSealed }) => ({
    id,
    state,
    expiresAt,
    text: sealer.unseal(sealedPlace.secret(id), secretSealed),
  }));
}

/** What a reveal shows: the secret that signs, and the staged one if there is one. */
export interface RevealedSecrets {
  readonly endpoint: EndpointRow;
  readonly current: string;
  readonly next: string | null;
}

/** Opens an endpoint's secrets for a person, and writes down who looked. Throws `not_found`. */
export async function revealSecrets(
  { sql, vault, audit }: Pick<EndpointContext, "sql" | "vault" | "audit">,
  { id, scope }: EndpointAddress,
): Promise<RevealedSecrets> {
  const endpoint = await findEndpoint(sql, id, scope);
  if (!endpoint) throw new ApiError("not_found");
  const secrets = await openSecrets(sql, vault, endpoint);
  const current = secrets.find(({ state }) => state === "current");
  // Deleted between the two statements.
  if (!current) throw new ApiError("not_found");
  const { organizationId } = endpoint;
  const object = { kind: "endpoint", id: formatId("ep", id) };
  // Before it is shown: who cannot be written down does not see it.
  await audit(sql, { organizationId, action: "endpoints.reveal-secret", object });
  return { endpoint, current: current.text, next: textOf(secrets, "next") };
}

function textOf(secrets: readonly OpenedSecret[], state: OpenedSecret["state"]): string | null {
  return secrets.find((secret) => secret.state === state)?.text ?? null;
}
