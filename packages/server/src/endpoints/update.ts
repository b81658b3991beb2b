import type { Sql } from "../db/pool.ts";
import type { RateLimit } from "../domain/rate-limit.ts";
import { distinctAddresses } from "../domain/mail-address.ts";
import { ApiError, type FieldError } from "../errors.ts";
import { assert } from "../platform/assert.ts";
import type { CompiledFormat } from "../platforms.ts";
import {
  findEndpoint,
  forgetFailures,
  updateEndpoint,
  type EndpointOrdering,
  type EndpointRow,
  type EndpointSettings,
} from "../store/endpoints.ts";
import { announceDisabled } from "../store/announcements.ts";
import { closeHeededNotices } from "../store/deprecation-notices.ts";
import { closeFailingNotice } from "../store/notices.ts";
import { bumpRoutingVersion, findOrganization } from "../store/organizations.ts";
import { trimPreviousSecrets } from "../store/signing-secrets.ts";
import { auditEndpoint } from "./audit.ts";
import { requireVersion } from "../if-match.ts";
import { getLocked, writeEndpoint, type EndpointAddress, type EndpointContext } from "./context.ts";
import { mergeHeaders, openHeaders, sealHeaders } from "./headers.ts";
import { canSignWith, judgeSettings, requireFormat } from "./rules.ts";
import { previousSecretsMax } from "./roll.ts";
import { openSecrets } from "./secret.ts";

/** Changes to an endpoint as a JSON merge patch (RFC 7396); what is absent stays. */
export interface EndpointPatch {
  readonly url?: string | undefined;
  readonly events?: readonly string[] | undefined;
  /** Replaced as a whole, because null within a filter is a value to compare with; null removes it. */
  readonly filter?: unknown;
  readonly resource?: string | null | undefined;
  /** Replaced as a whole. */
  readonly rateLimit?: RateLimit | null | undefined;
  readonly ordering?: EndpointOrdering | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean | undefined;
  readonly headers?: Readonly<Record<string, string | null>> | null | undefined;
  readonly wireFormat?: string | undefined;
  readonly alertEmails?: readonly string[] | undefined;
}

/** Why an endpoint is disabled when a person wanted it so. */
export const DISABLED_BY_PERSON = "person";

/**
 * Changes an endpoint. `ifMatch` names the version that the caller has seen, or null for any.
 * Throws `not_found`, `version_conflict` or `invalid_request`.
 */
export async function patchEndpoint(
  context: EndpointContext,
  address: EndpointAddress,
  change: { readonly patch: EndpointPatch; readonly ifMatch: string | null },
): Promise<EndpointRow> {
  return changeEndpoint(context, address, async (tx, endpoint) => {
    requireVersion(endpoint, change.ifMatch);
    const isEmpty = Object.values(change.patch).every((value) => value === undefined);
    return isEmpty ? undefined : applyPatch(context, tx, { endpoint, patch: change.patch });
  });
}

/** Stops deliveries; events go on being accepted and wait. Throws `conflict` for a disabled one. */
export async function pauseEndpoint(
  context: EndpointContext,
  address: EndpointAddress,
): Promise<EndpointRow> {
  return changeEndpoint(context, address, async (_tx, endpoint) => {
    if (endpoint.state === "disabled") {
      throw new ApiError("conflict", { detail: "The webhook is disabled, which holds it too." });
    }
    return endpoint.state === "paused" ? undefined : { ...endpoint, state: "paused" };
  });
}

/** Makes the endpoint active, whatever stopped it; what it holds goes out. */
export async function resumeEndpoint(
  context: EndpointContext,
  address: EndpointAddress,
): Promise<EndpointRow> {
  return changeEndpoint(context, address, async (_tx, endpoint) =>
    endpoint.state === "active"
      ? undefined
      : { ...endpoint, state: "active", disabledReason: null },
  );
}

/** Locks, decides, writes. `decide` answers the new settings, or undefined to leave all as it is. */
async function changeEndpoint(
  context: EndpointContext,
  address: EndpointAddress,
  decide: (tx: Sql, endpoint: EndpointRow) => Promise<EndpointSettings | undefined>,
): Promise<EndpointRow> {
  const changed = await writeEndpoint(context, address.id, async (tx) => {
    const before = await getLocked(tx, address);
    const settings = await decide(tx, before);
    if (settings === undefined) return { before, after: before };
    await updateEndpoint(tx, address.id, settings);
    // A new start: an old run of failures must not disable it again at the first hiccup.
    if (isStarted(before, settings)) {
      await forgetFailures(tx, address.id);
      await closeFailingNotice(tx, address.id);
    }
    if (before.state !== "disabled" && settings.state === "disabled") {
      const { organizationId } = before;
      const fact = { organizationId, endpointId: address.id, reason: DISABLED_BY_PERSON };
      await announceDisabled(tx, fact);
    }
    await closeHeededNotices(tx, before.organizationId);
    await bumpRoutingVersion(tx, before.organizationId);
    const after = await findEndpoint(tx, address.id, address.scope);
    assert(after, "a locked endpoint is there");
    await auditEndpoint(context, tx, { action: "endpoints.update", before, after });
    return { before, after };
  });
  if (isStarted(changed.before, changed.after)) context.wake();
  return changed.after;
}

function isStarted(before: Pick<EndpointRow, "state">, after: Pick<EndpointRow, "state">): boolean {
  return before.state !== "active" && after.state === "active";
}

async function applyPatch(
  context: EndpointContext,
  tx: Sql,
  { endpoint, patch }: { readonly endpoint: EndpointRow; readonly patch: EndpointPatch },
): Promise<EndpointSettings> {
  const organization = await findOrganization(tx, endpoint.organizationId);
  assert(organization, "an endpoint has an organization");
  const format = requireFormat(context, organization, patch.wireFormat ?? endpoint.wireFormat);
  const isOtherFormat = format.id !== endpoint.wireFormat;
  const before = openHeaders(context.vault, endpoint);
  const headers = patch.headers === undefined ? before : mergeHeaders(before, patch.headers);
  const problems = isOtherFormat ? await changeFormat(context, tx, { endpoint, format }) : [];
  const { catalogue } = context.platforms.get(organization.profile);
  const url = judgeSettings(
    context,
    { format, catalogue, problems },
    {
      // What nobody touches is judged again only where another format brings other rules.
      ...(patch.url !== undefined || isOtherFormat ? { url: patch.url ?? endpoint.url } : {}),
      ...(patch.events === undefined ? {} : { events: patch.events }),
      filter: patch.filter,
      ...(patch.headers !== undefined || isOtherFormat ? { headers } : {}),
      ...(patch.alertEmails === undefined ? {} : { alertEmails: patch.alertEmails }),
    },
  );
  return {
    url: url ?? endpoint.url,
    description: patch.description === undefined ? endpoint.description : (patch.description ?? ""),
    events: patch.events === undefined ? endpoint.events : [...new Set(patch.events)],
    filter: patch.filter === undefined ? endpoint.filter : patch.filter,
    resource: patch.resource === undefined ? endpoint.resource : patch.resource,
    rateLimit: patch.rateLimit === undefined ? endpoint.rateLimit : patch.rateLimit,
    ordering: patch.ordering ?? endpoint.ordering,
    wireFormat: format.id,
    headersSealed: sealHeaders(context.vault, endpoint, headers),
    alertEmails: distinctAddresses(patch.alertEmails ?? endpoint.alertEmails),
    ...stateAfter(endpoint, patch.enabled),
  };
}

/** A paused endpoint is enabled: `enabled: true` in a form that was read before leaves it paused. */
function stateAfter(
  { state, disabledReason }: EndpointRow,
  enabled: boolean | undefined,
): Pick<EndpointSettings, "state" | "disabledReason"> {
  if (enabled === false && state !== "disabled") {
    return { state: "disabled", disabledReason: DISABLED_BY_PERSON };
  }
  if (enabled === true && state === "disabled") return { state: "active", disabledReason: null };
  return { state, disabledReason };
}

/** The secrets must be keys for the new format too, and no more than it can sign with. */
async function changeFormat(
  { vault, clock }: EndpointContext,
  tx: Sql,
  { endpoint, format }: { readonly endpoint: EndpointRow; readonly format: CompiledFormat },
): Promise<FieldError[]> {
  const now = new Date(clock.now());
  await trimPreviousSecrets(tx, endpoint.id, { kept: previousSecretsMax(format), now });
  const secrets = await openSecrets(tx, vault, endpoint);
  if (secrets.every(({ text }) => canSignWith(format, text))) return [];
  const message = "This wire format cannot sign with the webhook's secret; roll it first.";
  return [{ pointer: "/wireFormat", code: "secret_invalid", message }];
}
