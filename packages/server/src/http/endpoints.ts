import * as z from "zod";
import { isEventType } from "../domain/event-fields.ts";
import { createEndpoint } from "../endpoints/create.ts";
import { ApiError } from "../errors.ts";
import { DESCRIPTION_LENGTH_MAX, SEARCH_LENGTH_MAX } from "../limits.ts";
import { findEndpoint, listEndpoints } from "../store/endpoints.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
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
import { idIn, pageOf, pageParameters, pathId } from "./schemas.ts";
import { failWith } from "./validate.ts";

/** PostgreSQL keeps no NUL, and a lone surrogate is no character. */
const storableText = z
  .string()
  .refine((text) => text.isWellFormed() && !text.includes("\0"), failWith("invalid_value"));

const create = route({
  method: "POST",
  path: "/api/webhooks",
  action: "webhooks.create",
  audience: "operator",
  summary: "Makes a webhook; its secret is in this answer.",
  query: endpointQuery,
  body: z.strictObject({
    url: z.string(),
    events: z.array(z.string()),
    description: storableText.max(DESCRIPTION_LENGTH_MAX).default(""),
    enabled: z.boolean().default(true),
    secret: z.string().optional(),
    headers: z.record(z.string(), z.string()).default({}),
    wireFormat: z.string().optional(),
    organizationId: idIn("org").optional(),
  }),
  status: 201,
  response: endpointWithSecret,
  async handle({ services, caller, query, body }) {
    const { organizationId = query.organizationId, enabled, ...asked } = body;
    const organization = await requireOrganization(services, caller, organizationId);
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

/** Alternatives in one parameter, separated by commas; case makes no difference. */
function alternatives<Item extends string>(item: z.ZodType<Item, string>) {
  return z
    .string()
    .transform((text) => text.toLowerCase().split(","))
    .pipe(z.array(item))
    .optional();
}

const list = route({
  method: "GET",
  path: "/api/webhooks",
  action: "webhooks.read",
  audience: "operator",
  summary: "Lists webhooks, the newest first.",
  query: z.strictObject({
    ...pageParameters,
    status: alternatives(endpointStatus),
    event: alternatives(z.string().refine(isEventType, failWith("type_invalid"))),
    q: storableText.max(SEARCH_LENGTH_MAX, failWith("search_too_long")).optional(),
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
  action: "webhooks.read",
  audience: "operator",
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

export const endpointRoutes: readonly Route[] = [create, list, read];
