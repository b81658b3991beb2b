import { fieldError, invalidRequest } from "../errors.ts";
import { SOURCE_OVERLAP_SECONDS, SOURCE_OVERLAP_SECONDS_MAX } from "../limits.ts";
import { deleteSourceSecrets, retireSourceSecret } from "../store/source-secrets.ts";
import { touchSource } from "../store/sources.ts";
import {
  auditSource,
  catalogueOf,
  getLockedSource,
  getSource,
  type SourceAddress,
  type SourceContext,
} from "./context.ts";
import type { MadeSource } from "./create.ts";
import { judgeSource, requireSay } from "./rules.ts";
import { chooseSecret, storeSourceSecret, type AskedSecret } from "./secret.ts";

/**
 * Gives a source a secret, its first or another one. What is signed with the one before is accepted for a while, so that
 * the provider can be told in peace; with an overlap of 0 seconds not from the answer on. Throws `not_found` and
 * `invalid_request`.
 */
export function rollSourceSecret(
  context: SourceContext,
  address: SourceAddress,
  asked: AskedSecret & {
    readonly overlapSeconds: number | undefined;
    readonly mayPublish: boolean;
  },
): Promise<MadeSource> {
  const overlapSeconds = asked.overlapSeconds ?? SOURCE_OVERLAP_SECONDS;
  if (overlapSeconds > SOURCE_OVERLAP_SECONDS_MAX) {
    throw invalidRequest([fieldError("/previousExpiresIn", "duration_invalid", "7d")]);
  }
  return context.sql.begin(async (tx) => {
    const known = await getLockedSource(tx, address);
    const { text, isOurs } = chooseSecret(known, asked);
    if (text === undefined) throw invalidRequest([fieldError("/secret", "required")]);
    const { provider, scheme } = known;
    const rules = {
      catalogue: await catalogueOf(context, tx, known),
      mayPublish: asked.mayPublish,
    };
    requireSay(known.mapping, rules);
    judgeSource({ provider, scheme, mapping: null, secret: text }, rules);
    if (overlapSeconds === 0) await deleteSourceSecrets(tx, known.id);
    else await retireSourceSecret(tx, known.id, overlapSeconds);
    await storeSourceSecret(tx, context, { source: known, text });
    await touchSource(tx, known.id);
    const after = { overlapSeconds, generated: isOurs };
    await auditSource(context, tx, { action: "sources.roll-secret", source: known, after });
    const source = await getSource(tx, address);
    return { source, secret: isOurs ? text : undefined };
  });
}
