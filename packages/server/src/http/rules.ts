import * as z from "zod";
import { ENDPOINTS_PER_ORGANIZATION_MAX } from "../limits.ts";
import type { Platform } from "../platforms.ts";
import { listResources } from "../store/resources.ts";
import { requireOrganization } from "./organization.ts";
import { resourceObject } from "./resources.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter } from "./schemas.ts";

const query = z.strictObject(organizationParameter);

const keyRulesObject = z
  .object({
    environments: z.array(z.string()),
    scopes: z.array(
      z.object({
        scope: z.string(),
        /** Words of the actions that it opens; `*` for all that keys may have. */
        grants: z.array(z.string()),
      }),
    ),
    /** `organization`, or the levels of the resources that every key must name. */
    resourceLevels: z.array(z.string()),
    resources: z.array(resourceObject),
    expiry: z.enum(["none", "optional"]),
    afterRevoke: z.enum(["show-as-revoked", "remove"]),
    /** The statuses that the document's list can be filtered by. */
    statuses: z.array(z.string()),
    /** How a request carries a key, the preferred way first. */
    headers: z.array(z.string()),
  })
  .meta({ id: "KeyRules" });

const forKeys = route({
  method: "GET",
  path: "/api/key-rules",
  action: "keys.read",
  audience: "organization",
  summary: "What an API key of an organization can be: environments, scopes, resources, expiry.",
  query,
  status: 200,
  response: keyRulesObject,
  async handle({ services, caller, query: { organizationId } }) {
    const organization = await requireOrganization(services, caller, organizationId);
    const { keys } = services.platforms.get(organization.profile).profile;
    const body: z.output<typeof keyRulesObject> = {
      environments: [...keys.environments],
      scopes: keys.scopes.map((scope) => ({ scope, grants: [...(keys.scopeGrants[scope] ?? [])] })),
      resourceLevels: [...keys.resourceLevels],
      resources: await listResources(services.sql, organization.id),
      expiry: keys.expiry,
      afterRevoke: keys.afterRevoke,
      statuses: [...keys.statusFilter],
      headers: [...keys.headers],
    };
    return { body };
  },
});

const wireFormatObject = z
  .object({
    id: z.string(),
    title: z.string(),
    headers: z.array(z.string()),
    signature: z.object({
      scheme: z.string(),
      /** The header that carries it. */
      header: z.string(),
      /** What is signed: `{body}`, with `{timestamp}` and `{event.id}` or `{delivery.id}`. */
      content: z.string(),
      encoding: z.enum(["hex", "base64"]),
      /** One signature in the header, around `{sig}`. */
      each: z.string(),
      /** What of the secret is the key. */
      keyBytes: z.enum(["utf8", "base64-after-prefix"]),
      /** Distance of the timestamp from now that receivers accept; 0 when none is signed. */
      toleranceSeconds: z.int(),
    }),
    secret: z.object({
      /** Whether one's own secret may be given. */
      supplied: z.enum(["never", "optional"]),
      roll: z.object({
        mode: z.enum(["immediate", "staged", "overlap"]),
        /** Of the overlap, unless another one is chosen. */
        overlapSeconds: z.int(),
        choices: z.array(z.int()),
      }),
    }),
    timeoutSeconds: z.int(),
    /** Before each attempt, from the end of the one before it. */
    delaysSeconds: z.array(z.int()),
    https: z.string(),
  })
  .meta({ id: "WireFormat" });

const endpointRulesObject = z
  .object({
    /** Of new endpoints. */
    wireFormat: z.string(),
    wireFormats: z.array(wireFormatObject),
    endpointsMax: z.int(),
    mode: z.enum(["development", "production"]),
  })
  .meta({ id: "EndpointRules" });

const forEndpoints = route({
  method: "GET",
  path: "/api/endpoint-rules",
  action: "endpoints.read",
  audience: "organization",
  summary: "What an endpoint of an organization can be: wire formats, their secrets and schedules.",
  query,
  status: 200,
  response: endpointRulesObject,
  async handle({ services, caller, query: { organizationId } }) {
    const organization = await requireOrganization(services, caller, organizationId);
    const { platforms, config } = services;
    const body: z.output<typeof endpointRulesObject> = {
      wireFormat: platforms.get(organization.profile).wireFormat.id,
      wireFormats: platforms.list().map(showFormat),
      endpointsMax: ENDPOINTS_PER_ORGANIZATION_MAX,
      mode: config.mode,
    };
    return { body };
  },
});

function showFormat({ profile, wireFormat }: Platform): z.output<typeof wireFormatObject> {
  const { secret, delivery } = profile;
  const { mode, overlapSeconds, choices } = secret.roll;
  return {
    id: wireFormat.id,
    title: profile.title,
    headers: profile.wire.headers.map(({ name }) => name),
    signature: showSignature(profile),
    secret: { supplied: secret.supplied, roll: { mode, overlapSeconds, choices: [...choices] } },
    timeoutSeconds: delivery.timeoutSeconds,
    delaysSeconds: [...delivery.delaysSeconds],
    https: delivery.https,
  };
}

function showSignature({ wire }: Platform["profile"]) {
  const { scheme, content, encoding, each, keyBytes, toleranceSeconds } = wire.signature;
  const header = wire.headers.find(({ from }) => from === "signature")?.name ?? "";
  return { scheme, header, content, encoding, each, keyBytes, toleranceSeconds };
}

export const ruleRoutes: readonly Route[] = [forKeys, forEndpoints];
