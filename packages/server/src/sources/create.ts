import { asId } from "../domain/id.ts";
import type { Mapping } from "../domain/receipt-event.ts";
import type { Provider, Scheme } from "../domain/source.ts";
import { ApiError } from "../errors.ts";
import { SOURCES_PER_ORGANIZATION_MAX } from "../limits.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import { lockOrganization, type OrganizationRow } from "../store/organizations.ts";
import { countSources, insertSource, type SourceRow } from "../store/sources.ts";
import { auditSource, getSource, type SourceContext } from "./context.ts";
import { judgeSource } from "./rules.ts";
import { chooseSecret, storeSourceSecret, type AskedSecret } from "./secret.ts";
import { TOKEN_BYTES } from "./url.ts";

export interface NewSourceSettings {
  readonly organization: OrganizationRow;
  readonly isOperators: boolean;
  readonly provider: Provider;
  readonly name: string;
  readonly scheme: Scheme | null;
  readonly mapping: Mapping | null;
  readonly dropsOthers: boolean;
  readonly secret: AskedSecret;
  readonly mayPublish: boolean;
}

export interface MadeSource {
  readonly source: SourceRow;
  /** Of our making; shown once. Undefined when there is none of ours. */
  readonly secret: string | undefined;
}

/**
 * Makes a source with a URL that nobody can guess. Without a secret it refuses what arrives until it is given one: many
 * providers show theirs only when they know the URL. Throws `invalid_request` and `limit_reached`.
 */
export async function createSource(
  context: SourceContext,
  asked: NewSourceSettings,
): Promise<MadeSource> {
  const { organization, isOperators, provider, name, scheme, mapping, dropsOthers } = asked;
  const { catalogue } = context.platforms.get(organization.profile);
  const secret = chooseSecret({ provider, scheme }, asked.secret);
  const judged = { provider, scheme, mapping, secret: secret.text };
  judgeSource(judged, { catalogue, mayPublish: asked.mayPublish });
  const id = asId<"src">(newUuid());
  const token = randomBytes(TOKEN_BYTES).toString("base64url");
  const { id: organizationId, dataKeySealed } = organization;
  return context.sql.begin(async (tx) => {
    // Of two requests at the limit the second one counts the first.
    await lockOrganization(tx, organizationId);
    requireRoom(await countSources(tx, organizationId));
    const settings = { provider, name, scheme, mapping, dropsOthers };
    await insertSource(tx, { id, organizationId, isOperators, token, ...settings });
    const source = { id, organizationId, dataKeySealed };
    if (secret.text !== undefined) {
      await storeSourceSecret(tx, context, { source, text: secret.text });
    }
    const after = { name, provider, mapping, secret: secret.text !== undefined };
    await auditSource(context, tx, { action: "sources.create", source, after });
    const row = await getSource(tx, { id, scope: organizationId, isOperator: true });
    return { source: row, secret: secret.isOurs ? secret.text : undefined };
  });
}

function requireRoom(count: number): void {
  if (count < SOURCES_PER_ORGANIZATION_MAX) return;
  const detail = `An organization has at most ${SOURCES_PER_ORGANIZATION_MAX} sources.`;
  throw new ApiError("limit_reached", { detail, extra: { limit: SOURCES_PER_ORGANIZATION_MAX } });
}
