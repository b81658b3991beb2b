import type { Sql } from "../db/pool.ts";
import { asId, type OrganizationId } from "../domain/id.ts";
import { makeSourceSecret } from "../domain/source-secret.ts";
import { PROVIDER_ENTRIES, type Provider, type Scheme } from "../domain/source.ts";
import { fieldError, invalidRequest } from "../errors.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import { sealedPlace } from "../store/sealed-place.ts";
import { insertSourceSecret } from "../store/source-secrets.ts";
import type { SourceId } from "../store/sources.ts";
import type { SourceContext } from "./context.ts";

/** One that the caller has, one of our making, or neither. */
export interface AskedSecret {
  readonly secret: string | undefined;
  readonly generate: boolean;
}

const GENERATED_BYTES = 32;

/**
 * The secret that is asked for, and whether it is of our making: then the caller must be shown it. Throws
 * `invalid_request` for both at once, and where the provider makes its own.
 */
export function chooseSecret(
  source: { readonly provider: Provider; readonly scheme: Scheme | null },
  { secret, generate }: AskedSecret,
): { readonly text: string | undefined; readonly isOurs: boolean } {
  if (!generate) return { text: secret, isOurs: false };
  const entry = PROVIDER_ENTRIES.find(({ id }) => id === source.provider);
  if (secret !== undefined || !entry?.takesOurSecret) {
    const why =
      secret === undefined
        ? `${entry?.title ?? source.provider} makes the secret itself: give that as \`secret\`.`
        : "Give a secret or have one made, not both.";
    throw invalidRequest([{ ...fieldError("/generateSecret", "invalid_value"), message: why }]);
  }
  return { text: makeSourceSecret(source, randomBytes(GENERATED_BYTES)), isOurs: true };
}

/** Seals a secret and stores it as the current one; in the caller's transaction. */
export async function storeSourceSecret(
  tx: Sql,
  { vault }: Pick<SourceContext, "vault">,
  made: {
    readonly source: {
      readonly id: SourceId;
      readonly organizationId: OrganizationId;
      readonly dataKeySealed: Buffer;
    };
    readonly text: string;
  },
): Promise<void> {
  const { source, text } = made;
  const id = asId<"sec">(newUuid());
  const sealer = vault.open(source.organizationId, source.dataKeySealed);
  const sealed = sealer.seal(sealedPlace.sourceSecret(id), text);
  await insertSourceSecret(tx, { id, sourceId: source.id, sealed });
}
