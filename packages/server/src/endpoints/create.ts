import { asId } from "../domain/id.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { distinctAddresses } from "../domain/mail-address.ts";
import { limitsOf, type PlanLimits } from "../domain/plan-limits.ts";
import { ApiError } from "../errors.ts";
import { assert } from "../platform/assert.ts";
import { newUuid } from "../platform/random.ts";
import {
  countEndpoints,
  findEndpoint,
  insertEndpoint,
  type EndpointOrdering,
  type EndpointRow,
} from "../store/endpoints.ts";
import { bumpRoutingVersion, type OrganizationRow } from "../store/organizations.ts";
import { auditEndpoint } from "./audit.ts";
import { writeEndpoint, type EndpointContext } from "./context.ts";
import { sealHeaders } from "./headers.ts";
import { judgeSettings, requireFormat, secretProblems, type JudgedSettings } from "./rules.ts";
import { newSecret, storeSecret } from "./secret.ts";
import { DISABLED_BY_PERSON } from "./update.ts";

/** An endpoint as somebody asks for it. */
export interface NewEndpoint extends JudgedSettings {
  readonly description: string;
  readonly resource: string | null;
  readonly rateLimit: RateLimit | null;
  readonly ordering: EndpointOrdering;
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

/**
 * Makes an endpoint that gets every event accepted after this resolves. Throws `invalid_request`
 * with all problems, or `limit_reached`.
 */
export async function createEndpoint(
  context: EndpointContext,
  organization: OrganizationRow,
  asked: NewEndpoint,
): Promise<CreatedEndpoint> {
  const format = requireFormat(context, organization, asked.wireFormat);
  const { catalogue, profile } = context.platforms.get(organization.profile);
  const problems = secretProblems(format, asked.secret);
  const url = judgeSettings(context, { format, catalogue, problems }, asked);
  assert(url !== undefined, "a URL that was judged is there");
  const secret = asked.secret ?? newSecret(format);
  const id = asId<"ep">(newUuid());
  const { id: organizationId, dataKeySealed } = organization;
  const owner = { id, organizationId, dataKeySealed };
  const endpoint = await writeEndpoint(context, id, async (tx) => {
    // Takes the organization's row: of two requests at the limit the second one counts the first.
    await bumpRoutingVersion(tx, organizationId);
    requireRoom(await countEndpoints(tx, organizationId), limitsOf(organization, profile.access));
    await insertEndpoint(tx, {
      id,
      organizationId,
      url,
      description: asked.description,
      events: [...new Set(asked.events)],
      filter: asked.filter,
      resource: asked.resource,
      rateLimit: asked.rateLimit,
      ordering: asked.ordering,
      wireFormat: format.id,
      headersSealed: sealHeaders(context.vault, owner, asked.headers),
      state: asked.isEnabled ? "active" : "disabled",
      disabledReason: asked.isEnabled ? null : DISABLED_BY_PERSON,
      alertEmails: distinctAddresses(asked.alertEmails),
    });
    await storeSecret(tx, context.vault, { owner, secret, state: "current" });
    const after = (await findEndpoint(tx, id, organizationId)) ?? null;
    await auditEndpoint(context, tx, { action: "endpoints.create", before: null, after });
    return after;
  });
  assert(endpoint, "an endpoint that was just made is there");
  return { endpoint, secret };
}

function requireRoom(count: number, { endpoints: limit }: PlanLimits): void {
  if (count < limit) return;
  const detail = `This organization has at most ${limit} webhooks.`;
  throw new ApiError("limit_reached", { detail, extra: { limit } });
}
