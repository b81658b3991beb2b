import * as z from "zod";
import { requireReach } from "../access/reach.ts";
import { parseId } from "../domain/id.ts";
import type { EndpointAddress, EndpointContext } from "../endpoints/context.ts";
import { deleteEndpoint } from "../endpoints/delete.ts";
import { patchEndpoint, pauseEndpoint, resumeEndpoint } from "../endpoints/update.ts";
import { ApiError } from "../errors.ts";
import { BULK_IDS_MAX } from "../limits.ts";
import type { EndpointRow } from "../store/endpoints.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import {
  endpointAlertEmails,
  endpointDescription,
  endpointFilter,
  endpointOrdering,
  endpointRateLimit,
  endpointResource,
} from "./endpoint-body.ts";
import { endpointObject, endpointTag, showEndpoint } from "./endpoint-view.ts";
import { readScope } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { pathId, storableText } from "./schemas.ts";

const change = route({
  method: "PATCH",
  path: "/api/webhooks/:id",
  action: "endpoints.update",
  audience: "organization",
  summary: "Changes a webhook (JSON merge patch); applies to every attempt that starts afterwards.",
  params: pathId,
  query: endpointQuery,
  body: z.strictObject({
    url: z.string().optional(),
    events: z.array(storableText).optional(),
    filter: endpointFilter.optional(),
    resource: endpointResource.optional(),
    rateLimit: endpointRateLimit.optional(),
    ordering: endpointOrdering.optional(),
    description: endpointDescription.nullable().optional(),
    enabled: z.boolean().optional(),
    headers: z.record(storableText, storableText.nullable()).nullable().optional(),
    wireFormat: storableText.optional(),
    alertEmails: endpointAlertEmails.optional(),
  }),
  status: 200,
  response: endpointObject,
  async handle({ services, body, ifMatch, ...call }) {
    const address = endpointAddress(call);
    if (body.resource !== undefined) requireReach(call.caller, body.resource);
    const endpoint = await patchEndpoint(services, address, { patch: body, ifMatch });
    return { body: showEndpoint(services, endpoint), headers: endpointTag(endpoint) };
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/webhooks/:id",
  action: "endpoints.delete",
  audience: "organization",
  summary: "Deletes a webhook and cancels its unfinished deliveries; its log stays.",
  params: pathId,
  query: endpointQuery,
  status: 204,
  async handle({ services, ...call }) {
    await deleteEndpoint(services, endpointAddress(call));
    return {};
  },
});

const removeMany = route({
  method: "POST",
  path: "/api/webhooks/bulk-delete",
  action: "endpoints.delete",
  audience: "organization",
  summary: "Deletes several webhooks; one answer for each.",
  query: endpointQuery,
  body: z.strictObject({ ids: z.array(storableText).min(1).max(BULK_IDS_MAX) }),
  status: 200,
  response: z.object({
    data: z.array(
      z.object({ id: z.string(), status: z.literal([204, 404]), code: z.string().nullable() }),
    ),
  }),
  async handle({ services, caller, query, body }) {
    const scope = readScope(caller, query.organizationId);
    const data = [];
    // One after the other: each waits for all nodes, and a flood of them must not starve the pool.
    for (const text of body.ids) data.push(await removeOne(services, { text, scope }));
    return { body: { data } };
  },
});

async function removeOne(
  context: EndpointContext,
  { text, scope }: { readonly text: string; readonly scope: EndpointAddress["scope"] },
) {
  const id = parseId("ep", text);
  const missing = { id: text, status: 404, code: "not_found" };
  if (id === undefined) return missing;
  try {
    await deleteEndpoint(context, { id, scope });
    return { id: text, status: 204, code: null };
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return missing;
    throw error;
  }
}

const pause = stateRoute("pause", {
  summary: "Holds the deliveries of a webhook; events go on being accepted for it.",
  apply: pauseEndpoint,
});

const resume = stateRoute("resume", {
  summary: "Makes a paused or disabled webhook active and sends what it holds.",
  apply: resumeEndpoint,
});

function stateRoute(
  name: "pause" | "resume",
  definition: {
    readonly summary: string;
    readonly apply: (context: EndpointContext, address: EndpointAddress) => Promise<EndpointRow>;
  },
): Route {
  return route({
    method: "POST",
    path: `/api/webhooks/:id/${name}`,
    action: "endpoints.update",
    audience: "organization",
    summary: definition.summary,
    params: pathId,
    query: endpointQuery,
    body: z.strictObject({}),
    bodyOptional: true,
    status: 200,
    response: endpointObject,
    async handle({ services, ...call }) {
      const endpoint = await definition.apply(services, endpointAddress(call));
      return { body: showEndpoint(services, endpoint), headers: endpointTag(endpoint) };
    },
  });
}

export const endpointChangeRoutes: readonly Route[] = [change, remove, removeMany, pause, resume];
