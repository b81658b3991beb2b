import * as z from "zod";
import { requireReach } from "../access/reach.ts";
import { isEventType } from "../domain/event-fields.ts";
import { createEndpoint } from "../endpoints/create.ts";
import { readHealth } from "../endpoints/health.ts";
import { judgeUrl, requireFormat } from "../endpoints/rules.ts";
import { ApiError } from "../errors.ts";
import { SEARCH_LENGTH_MAX } from "../limits.ts";
import { findEndpoint, listEndpoints } from "../store/endpoints.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import {
  endpointAlertEmails,
  endpointDescription,
  endpointFilter,
  endpointOrdering,
  endpointRateLimit,
  endpointResource,
} from "./endpoint-body.ts";
import { endpointChangeRoutes } from "./endpoint-changes.ts";
import { endpointSecretRoutes } from "./endpoint-secrets.ts";
import {
  endpointObject,
  endpointStatus,
  endpointTag,
  endpointWithSecret,
  showEndpoint,
} from "./endpoint-view.ts";
import { readScope, requireOrganization } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  alternatives,
  idBeginning,
  idIn,
  pageOf,
  pageParameters,
  pathId,
  storableText,
  timestamp,
} from "./schemas.ts";
import { failWith } from "./validate.ts";

const fieldErrorObject = z.object({
  pointer: z.string(),
  code: z.string(),
  message: z.string(),
  fix: z.string().optional(),
});

const create = route({
  method: "POST",
  path: "/api/webhooks",
  action: "endpoints.create",
  audience: "organization",
  summary: "Makes a webhook; its secret is in this answer.",
  query: endpointQuery,
  body: z.strictObject({
    url: z.string(),
    events: z.array(storableText),
    filter: endpointFilter.default(null),
    resource: endpointResource.default(null),
    rateLimit: endpointRateLimit.default(null),
    ordering: endpointOrdering.default("none"),
    description: endpointDescription.default(""),
    enabled: z.boolean().default(true),
    secret: storableText.optional(),
    headers: z.record(storableText, storableText).default({}),
    wireFormat: storableText.optional(),
    alertEmails: endpointAlertEmails.default([]),
    organizationId: idIn("org").optional(),
  }),
  status: 201,
  response: endpointWithSecret,
  async handle({ services, caller, query, body }) {
    const { organizationId = query.organizationId, enabled, ...asked } = body;
    const organization = await requireOrganization(services, caller, organizationId);
    requireReach(caller, asked.resource);
    const { endpoint, secret } = await createEndpoint(services, organization, {
      ...asked,
      isEnabled: enabled,
      secret: asked.secret,
      wireFormat: asked.wireFormat,
    });
    const shown = showEndpoint(services, endpoint);
    const headers = { location: `/api/webhooks/${shown.id}`, ...endpointTag(endpoint) };
    return { body: { ...shown, secret }, headers };
  },
});

const list = route({
  method: "GET",
  path: "/api/webhooks",
  action: "endpoints.read",
  audience: "organization",
  summary: "Lists webhooks, the newest first.",
  query: z.strictObject({
    ...pageParameters,
    id: idBeginning("ep"),
    status: alternatives(endpointStatus),
    event: alternatives(z.string().refine(isEventType, failWith("type_invalid"))),
    q: storableText
      .refine((text) => text.length <= SEARCH_LENGTH_MAX, failWith("search_too_long"))
      .optional(),
  }),
  status: 200,
  response: pageOf(endpointObject),
  async handle({ services, caller, query }) {
    const filter = {
      scope: readScope(caller, query.organizationId),
      statuses: query.status ?? null,
      types: query.event ?? null,
      text: query.q ?? null,
    };
    const rows = await listEndpoints(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, (row) => showEndpoint(services, row)) };
  },
});

const read = route({
  method: "GET",
  path: "/api/webhooks/:id",
  action: "endpoints.read",
  audience: "organization",
  summary: "Shows a webhook.",
  params: pathId,
  query: endpointQuery,
  status: 200,
  response: endpointObject,
  async handle({ services, ...call }) {
    const { id, scope } = endpointAddress(call);
    const endpoint = await findEndpoint(services.sql, id, scope);
    if (!endpoint) throw new ApiError("not_found");
    return { body: showEndpoint(services, endpoint), headers: endpointTag(endpoint) };
  },
});

const checkUrl = route({
  method: "POST",
  path: "/api/webhooks/validate-url",
  action: "endpoints.create",
  audience: "organization",
  summary: "Says whether a webhook may have this URL, without calling it.",
  query: endpointQuery,
  body: z.strictObject({
    url: z.string(),
    wireFormat: storableText.optional(),
    organizationId: idIn("org").optional(),
  }),
  status: 200,
  response: z.object({
    valid: z.boolean(),
    /** As it would be stored. */
    url: z.string().nullable(),
    errors: z.array(fieldErrorObject),
  }),
  async handle({ services, caller, query, body }) {
    const asked = body.organizationId ?? query.organizationId;
    const organization = await requireOrganization(services, caller, asked);
    const format = requireFormat(services, organization, body.wireFormat);
    const judged = judgeUrl(services, format, body.url);
    if ("problem" in judged) {
      return { body: { valid: false, url: null, errors: [judged.problem] } };
    }
    return { body: { valid: true, url: judged.url, errors: [] } };
  },
});

const health = route({
  method: "GET",
  path: "/api/webhooks/:id/health",
  action: "endpoints.read",
  audience: "organization",
  summary: "Sums up how the deliveries of a webhook have gone lately.",
  params: pathId,
  query: endpointQuery,
  status: 200,
  response: z.object({
    healthy: z.boolean(),
    /** Of the last success. */
    lastDelivery: timestamp.nullable(),
    /** 0 to 1, two decimals; null when nothing has settled yet. */
    successRate: z.number().min(0).max(1).nullable(),
  }),
  async handle({ services, ...call }) {
    return { body: await readHealth(services, endpointAddress(call)) };
  },
});

export const endpointRoutes: readonly Route[] = [
  create,
  list,
  read,
  checkUrl,
  health,
  ...endpointChangeRoutes,
  ...endpointSecretRoutes,
];
