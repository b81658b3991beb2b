import { sealedPlace } from "../delivery/endpoints.ts";
import { asId } from "../domain/id.ts";
import { checkSecret, generateSecret } from "../domain/secret.ts";
import { ApiError, fieldError, invalidRequest, type FieldError } from "../errors.ts";
import { ENDPOINTS_PER_ORGANIZATION_MAX } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import type { CompiledFormat } from "../platforms.ts";
import {
  countEndpoints,
  findEndpoint,
  insertEndpoint,
  type EndpointRow,
} from "../store/endpoints.ts";
import { bumpRoutingVersion, type OrganizationRow } from "../store/organizations.ts";
import { insertSecret } from "../store/signing-secrets.ts";
import { writeEndpoint, type EndpointContext } from "./context.ts";
import { sealHeaders } from "./headers.ts";
import { judgeSettings, type JudgedSettings } from "./rules.ts";

/** An endpoint as somebody asks for it. */
export interface NewEndpoint extends JudgedSettings {
  readonly description: string;
  /** False: it is made disabled, and holds its events until somebody enables it. */
  readonly isEnabled: boolean;
  /** Undefined: one is generated. */
  readonly secret: string | undefined;
  /** Undefined: the format of the organization's profile. */
  readonly wireFormat: string | undefined;
}

export interface CreatedEndpoint {
  readonly endpoint: EndpointRow;
  /** Shown now; later it takes a reveal, which is logged. */
  readonly secret: string;
}

/** Why an endpoint is disabled when a person wanted it so. */
export const DISABLED_BY_PERSON = "person";

/**
 * Makes an endpoint that gets every event accepted after this resolves. Throws `invalid_request` with all problems,
 * or `limit_reached`.
 */
export async function createEndpoint(
  context: EndpointContext,
  organization: OrganizationRow,
  asked: NewEndpoint,
): Promise<CreatedEndpoint> {
  const format = requireFormat(context, organization, asked.wireFormat);
  const { catalogue } = context.platforms.get(organization.profile);
  const { url, problems } = judgeSettings(context, { format, catalogue }, asked);
  const refusals = [...problems, ...secretProblems(format, asked.secret)];
  if (refusals.length > 0) throw invalidRequest(refusals);
  const secret = asked.secret ?? newSecret(format);
  const id = asId<"ep">(newUuid());
  const { id: organizationId, dataKeySealed } = organization;
  const sealer = context.vault.open(organizationId, dataKeySealed);
  const owner = { id, organizationId, dataKeySealed };
  const endpoint = await writeEndpoint(context, id, async (tx) => {
    // Takes the organization's row: of two requests at the limit the second one counts the first.
    await bumpRoutingVersion(tx, organizationId);
    requireRoom(await countEndpoints(tx, organizationId));
    await insertEndpoint(tx, {
      id,
      organizationId,
      url,
      description: asked.description,
      events: [...new Set(asked.events)],
      wireFormat: format.id,
      headersSealed: sealHeaders(context.vault, owner, asked.headers),
      state: asked.isEnabled ? "active" : "disabled",
      disabledReason: asked.isEnabled ? null : DISABLED_BY_PERSON,
    });
    const secretId = asId<"sec">(newUuid());
    const secretSealed = sealer.seal(sealedPlace.secret(secretId), secret);
    await insertSecret(tx, {
      id: secretId,
      organizationId,
      endpointId: id,
      secretSealed,
      state: "current",
    });
    return findEndpoint(tx, id, organizationId);
  });
  assert(endpoint, "an endpoint that was just made is there");
  return { endpoint, secret };
}

/** The named wire format, or that of the organization's profile; throws `wire_format_unknown`. */
export function requireFormat(
  { platforms }: Pick<EndpointContext, "platforms">,
  organization: Pick<OrganizationRow, "profile">,
  name: string | undefined,
): CompiledFormat {
  const own = platforms.get(organization.profile).wireFormat;
  const format = name === undefined ? own : platforms.findFormat(name);
  if (!format) throw invalidRequest([fieldError("/wireFormat", "wire_format_unknown", own.id)]);
  return format;
}

/** A secret as the format generates it. */
export function newSecret(format: CompiledFormat): string {
  return generateSecret(format, randomBytes(format.secret.generatedBytes));
}

export function secretProblems(format: CompiledFormat, secret: string | undefined): FieldError[] {
  const problem = secret === undefined ? undefined : checkSecret(format, secret);
  return problem ? [problem] : [];
}

function requireRoom(count: number): void {
  if (count < ENDPOINTS_PER_ORGANIZATION_MAX) return;
  const detail = `An organization has at most ${ENDPOINTS_PER_ORGANIZATION_MAX} webhooks.`;
  const extra = { limit: ENDPOINTS_PER_ORGANIZATION_MAX };
  throw new ApiError("limit_reached", { detail, extra });
}
