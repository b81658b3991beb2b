import * as z from "zod";
import {
  changeApiKey,
  createApiKey,
  revokeApiKey,
  rollApiKey,
  type ApiKeyAddress,
} from "../access/api-keys.ts";
import type { Caller } from "../access/authenticate.ts";
import { parseId, type OrganizationId } from "../domain/id.ts";
import { organizationOf } from "../domain/scope.ts";
import { ApiError } from "../errors.ts";
import {
  API_KEY_LIST_MAX,
  API_KEY_OVERLAP_SECONDS_MAX,
  API_KEY_REQUESTS_PER_MINUTE_MAX,
  BULK_IDS_MAX,
  DESCRIPTION_LENGTH_MAX,
  SEARCH_LENGTH_MAX,
} from "../limits.ts";
import {
  findApiKey,
  listApiKeys,
  type ApiKeyFilter,
  type ApiKeySettings,
} from "../store/api-keys.ts";
import {
  apiKeyObject,
  apiKeyStatus,
  apiKeyTag,
  apiKeyWithSecret,
  NO_STORE,
  showApiKey,
} from "./api-key-view.ts";
import { readScope, requireOrganization } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  alternatives,
  duration,
  givenName,
  idBeginning,
  idIn,
  organizationParameter,
  pageOf,
  pageParameters,
  pathId,
  storableText,
  timeParameter,
} from "./schemas.ts";
import type { Services } from "./services.ts";
import { failWith } from "./validate.ts";

const words = z.array(storableText.min(1).max(SEARCH_LENGTH_MAX)).max(API_KEY_LIST_MAX);
const keyQuery = z.strictObject(organizationParameter);

const settings = {
  name: givenName,
  description: storableText.max(DESCRIPTION_LENGTH_MAX),
  environment: storableText.nullable(),
  scopes: words.min(1),
  resources: words,
  addresses: words,
  requestsPerMinute: z.int().min(1).max(API_KEY_REQUESTS_PER_MINUTE_MAX).nullable(),
  enabled: z.boolean(),
  expiresAt: timeParameter.nullable(),
};

const create = route({
  method: "POST",
  path: "/api/keys",
  action: "keys.create",
  audience: "organization",
  summary: "Makes an API key; this answer is the only one that shows it.",
  query: keyQuery,
  body: z.strictObject({
    name: settings.name,
    description: settings.description.default(""),
    environment: settings.environment.optional(),
    scopes: settings.scopes,
    resources: settings.resources.default([]),
    addresses: settings.addresses.default([]),
    requestsPerMinute: settings.requestsPerMinute.default(null),
    enabled: settings.enabled.default(true),
    expiresAt: settings.expiresAt.default(null),
    organizationId: idIn("org").optional(),
  }),
  status: 201,
  response: apiKeyWithSecret,
  async handle({ services, caller, query, body }) {
    const { organizationId = query.organizationId, enabled, ...asked } = body;
    const organization = await requireOrganization(services, caller, organizationId);
    const { environments } = services.platforms.get(organization.profile).profile.keys;
    // The first one of the profile, as the dialog preselects it.
    const environment = asked.environment ?? environments[0] ?? null;
    const given: ApiKeySettings = { ...asked, environment, isEnabled: enabled };
    const { row, key } = await createApiKey(services, { caller, organization, settings: given });
    const shown = showApiKey(row, services.clock.now());
    const headers = { ...NO_STORE, ...apiKeyTag(row), location: `/api/keys/${shown.id}` };
    return { body: { ...shown, key }, headers };
  },
});

const list = route({
  method: "GET",
  path: "/api/keys",
  action: "keys.read",
  audience: "organization",
  summary: "Lists API keys, the newest first; never the keys themselves.",
  query: z.strictObject({
    ...pageParameters,
    id: idBeginning("key"),
    status: alternatives(apiKeyStatus),
    environment: storableText.optional(),
    scope: storableText.optional(),
    q: storableText
      .refine((text) => text.length <= SEARCH_LENGTH_MAX, failWith("search_too_long"))
      .optional(),
  }),
  status: 200,
  response: pageOf(apiKeyObject),
  async handle({ services, caller, query }) {
    const scope = readScope(caller, query.organizationId);
    const filter: ApiKeyFilter = {
      scope,
      statuses: query.status ?? null,
      environment: query.environment ?? null,
      keyScope: query.scope ?? null,
      text: query.q ?? null,
      showsRevoked: await showsRevoked(services, scope),
    };
    const rows = await listApiKeys(services.sql, filter, pageBounds(query, filter));
    const now = services.clock.now();
    return { body: pageReply({ rows, query, filter }, (row) => showApiKey(row, now)) };
  },
});

const read = route({
  method: "GET",
  path: "/api/keys/:id",
  action: "keys.read",
  audience: "organization",
  summary: "Shows an API key, but for the key itself.",
  params: pathId,
  query: keyQuery,
  status: 200,
  response: apiKeyObject,
  async handle({ services, ...call }) {
    const row = await getShownKey(services, keyAddress(call));
    return { body: showApiKey(row, services.clock.now()), headers: apiKeyTag(row) };
  },
});

const change = route({
  method: "PATCH",
  path: "/api/keys/:id",
  action: "keys.update",
  audience: "organization",
  summary: "Changes an API key (JSON merge patch), for every request from now on, on every node.",
  params: pathId,
  query: keyQuery,
  body: z.strictObject(settings).partial(),
  status: 200,
  response: apiKeyObject,
  async handle({ services, caller, body, ifMatch, ...call }) {
    const { enabled, ...asked } = body;
    const patch = { ...asked, isEnabled: enabled };
    const address = keyAddress({ ...call, caller });
    const row = await changeApiKey(services, { caller, address, patch, ifMatch });
    return { body: showApiKey(row, services.clock.now()), headers: apiKeyTag(row) };
  },
});

const revoke = route({
  method: "DELETE",
  path: "/api/keys/:id",
  action: "keys.revoke",
  audience: "organization",
  summary: "Revokes an API key for ever; after the answer no node accepts it.",
  params: pathId,
  query: keyQuery,
  status: 204,
  async handle({ services, ...call }) {
    await revokeApiKey(services, keyAddress(call));
    return {};
  },
});

const revokeMany = route({
  method: "POST",
  path: "/api/keys/bulk-revoke",
  action: "keys.revoke",
  audience: "organization",
  summary: "Revokes several API keys, each on its own, and says for each what came of it.",
  query: keyQuery,
  body: z.strictObject({ ids: z.array(storableText).min(1).max(BULK_IDS_MAX) }),
  status: 200,
  response: z.object({
    data: z.array(z.object({ id: z.string(), status: z.int(), code: z.string().nullable() })),
  }),
  async handle({ services, caller, query, body }) {
    const scope = readScope(caller, query.organizationId);
    const data = [];
    // One after the other: each waits for all nodes, and a flood of them must not starve the pool.
    for (const text of body.ids) data.push(await revokeOne(services, { text, scope }));
    return { body: { data } };
  },
});

const roll = route({
  method: "POST",
  path: "/api/keys/:id/roll",
  action: "keys.create",
  audience: "organization",
  summary: "Makes a key with the same settings; the old one ends at once or after an overlap.",
  params: pathId,
  query: keyQuery,
  body: z.strictObject({
    previousExpiresIn: duration
      .refine((seconds) => seconds <= API_KEY_OVERLAP_SECONDS_MAX, failWith("duration_invalid"))
      .default(0),
  }),
  bodyOptional: true,
  status: 201,
  response: apiKeyWithSecret,
  async handle({ services, caller, body, ...call }) {
    const address = keyAddress({ ...call, caller });
    const overlapMs = body.previousExpiresIn * 1000;
    const { row, key } = await rollApiKey(services, { caller, address, overlapMs });
    const shown = showApiKey(row, services.clock.now());
    const headers = { ...NO_STORE, ...apiKeyTag(row), location: `/api/keys/${shown.id}` };
    return { body: { ...shown, key }, headers };
  },
});

export const apiKeyRoutes: readonly Route[] = [
  create,
  list,
  read,
  change,
  revoke,
  revokeMany,
  roll,
];

export function keyAddress(call: {
  readonly caller: Caller;
  readonly params: { readonly id: string };
  readonly query: { readonly organizationId?: OrganizationId | undefined };
}): ApiKeyAddress {
  const scope = readScope(call.caller, call.query.organizationId);
  const id = parseId("key", call.params.id);
  if (id === undefined) throw new ApiError("not_found");
  return { id, scope };
}

/** The key that a path names; where the profile removes revoked keys, one of them is not found. */
export async function getShownKey(services: Services, { id, scope }: ApiKeyAddress) {
  const row = await findApiKey(services.sql, id, scope);
  if (!row) throw new ApiError("not_found");
  const isRevoked = row.revokedAt !== null && row.revokedAt.getTime() <= services.clock.now();
  if (isRevoked && !(await showsRevoked(services, row.organizationId))) {
    throw new ApiError("not_found");
  }
  return row;
}

/** An operator who looks at all organizations sees everything. */
async function showsRevoked(
  { organizations, platforms }: Services,
  scope: ApiKeyAddress["scope"],
): Promise<boolean> {
  const id = organizationOf(scope);
  if (id === undefined) return true;
  const organization = organizations.known(id) ?? (await organizations.load(id));
  if (!organization) return true;
  return platforms.get(organization.profile).profile.keys.afterRevoke === "show-as-revoked";
}

async function revokeOne(
  services: Services,
  { text, scope }: { readonly text: string; readonly scope: ApiKeyAddress["scope"] },
) {
  const id = parseId("key", text);
  const missing = { id: text, status: 404, code: "not_found" };
  if (id === undefined) return missing;
  try {
    await revokeApiKey(services, { id, scope });
    return { id: text, status: 204, code: null };
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return missing;
    throw error;
  }
}
