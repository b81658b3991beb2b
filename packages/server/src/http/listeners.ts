import * as z from "zod";
import { nameCaller, type Caller } from "../access/authenticate.ts";
import { requireReach } from "../access/reach.ts";
import { parseId, type OrganizationId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { LISTENER_WINDOW } from "../limits.ts";
import { createListener } from "../listeners/create.ts";
import { endListener } from "../listeners/end.ts";
import { openListener } from "../listeners/open.ts";
import { findEndpoint } from "../store/endpoints.ts";
import { findEvent } from "../store/events.ts";
import { acknowledge } from "../store/listener-events.ts";
import {
  findListener,
  listListeners,
  type ListenerId,
  type ListenerRow,
} from "../store/listeners.ts";
import { findOrganization } from "../store/organizations.ts";
import { endpointFilter, endpointOrdering, endpointResource } from "./endpoint-body.ts";
import { streamEvents } from "./listener-stream.ts";
import {
  heardObject,
  listenerObject,
  listenerWithSecret,
  showHeard,
  showListener,
} from "./listener-view.ts";
import { readScope, requireOrganization } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
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

const listenerQuery = z.strictObject(organizationParameter);

const newListener = z.strictObject({
  name: givenName.default("posthorn listen"),
  events: z.array(storableText).optional(),
  filter: endpointFilter.optional(),
  resource: endpointResource.optional(),
  ordering: endpointOrdering.optional(),
  wireFormat: storableText.optional(),
  secret: storableText.optional(),
  /** What is not said is taken from this webhook. */
  webhookId: idIn("ep").optional(),
  /** Events from then on are sent first. */
  since: timeParameter.optional(),
  organizationId: idIn("org").optional(),
});

const create = route({
  method: "POST",
  path: "/api/listeners",
  action: "listeners.create",
  audience: "organization",
  summary:
    "Makes a listener: events are kept for it until it acknowledges them; its secret is in this answer.",
  query: listenerQuery,
  body: newListener,
  bodyOptional: true,
  status: 201,
  response: listenerWithSecret,
  async handle({ services, caller, query, body }) {
    const { organizationId = query.organizationId, name, secret: given, since = null } = body;
    const organization = await requireOrganization(services, caller, organizationId);
    const wanted = await readWanted(services, body, readScope(caller, organization.id));
    requireReach(caller, wanted.resource);
    const ownerId = nameCaller(caller);
    const asked = { ...wanted, ownerId, name, secret: given, since };
    const { id, secret } = await createListener(services, organization, asked);
    const row = await findListener(services.sql, id, organization.id);
    if (!row) throw new ApiError("not_found");
    const shown = showListener(row);
    return { body: { ...shown, secret }, headers: { location: `/api/listeners/${shown.id}` } };
  },
});

const list = route({
  method: "GET",
  path: "/api/listeners",
  action: "listeners.read",
  audience: "organization",
  summary: "Lists listeners, the newest first.",
  query: z.strictObject({ ...pageParameters, id: idBeginning("lsn") }),
  status: 200,
  response: pageOf(listenerObject),
  async handle({ services, caller, query }) {
    const filter = readScope(caller, query.organizationId);
    const rows = await listListeners(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showListener) };
  },
});

const read = route({
  method: "GET",
  path: "/api/listeners/:id",
  action: "listeners.read",
  audience: "organization",
  summary: "Shows a listener.",
  params: pathId,
  query: listenerQuery,
  status: 200,
  response: listenerObject,
  async handle({ services, ...call }) {
    return { body: showListener(await getListener(services, listenerAddress(call))) };
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/listeners/:id",
  action: "listeners.delete",
  audience: "organization",
  summary: "Ends a listener; what waits for it is forgotten.",
  params: pathId,
  query: listenerQuery,
  status: 204,
  async handle({ services, ...call }) {
    const address = listenerAddress(call);
    await endListener(services, address);
    services.listenerHub.heard(new Set([address.id]));
    return {};
  },
});

const stream = route({
  method: "GET",
  path: "/api/listeners/:id/stream",
  action: "listeners.receive",
  audience: "organization",
  isStream: true,
  summary:
    "Sends the listener's events as server-sent events, signed; what is not acknowledged is sent again.",
  params: pathId,
  query: listenerQuery,
  status: 200,
  async handle({ services, ...call }) {
    const listener = await getOwn(services, call);
    const sign = await signerOf(services, listener);
    const stay = services.listenerHub.enter(listener.id);
    const { identifyAgain } = call;
    return {
      body: streamEvents({ services, identifyAgain, listener, sign, stay }),
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        // nginx would keep what we say until its buffer is full.
        "x-accel-buffering": "no",
      },
    };
  },
});

const acknowledged = route({
  method: "POST",
  path: "/api/listeners/:id/acknowledgements",
  action: "listeners.receive",
  audience: "organization",
  summary: "Says which events were handed on; they are not sent again.",
  params: pathId,
  query: listenerQuery,
  body: z.strictObject({ positions: z.array(z.int()).min(1).max(LISTENER_WINDOW) }),
  status: 200,
  response: z.object({ acknowledged: z.int() }),
  async handle({ services, body, ...call }) {
    const listener = await getOwn(services, call);
    const count = await acknowledge(services.sql, listener.id, body.positions);
    services.listenerHub.heard(new Set([listener.id]));
    return { body: { acknowledged: count } };
  },
});

const sign = route({
  method: "GET",
  path: "/api/listeners/:id/events/:eventId",
  action: "listeners.receive",
  audience: "organization",
  summary:
    "Signs an event for the listener once more: an old signature may be refused for its age.",
  params: z.object({ id: z.string(), eventId: z.string() }),
  query: listenerQuery,
  status: 200,
  response: heardObject,
  async handle({ services, ...call }) {
    const listener = await getOwn(services, call);
    const scope = readScope(call.caller, listener.organizationId);
    const id = parseId("evt", call.params.eventId);
    const event = id && (await findEvent(services.sql, id, scope));
    if (!event) throw new ApiError("not_found");
    if (event.purgedAt !== null) throw new ApiError("payload_purged");
    const signer = await signerOf(services, listener);
    return { body: showHeard(event, signer(event, services.clock.now())) };
  },
});

export const listenerRoutes: readonly Route[] = [
  create,
  list,
  read,
  remove,
  stream,
  acknowledged,
  sign,
];

/** What is said, and for the rest what the webhook says that is named. */
async function readWanted(
  { sql }: Services,
  body: z.output<typeof newListener>,
  scope: ReturnType<typeof readScope>,
) {
  const { webhookId, events, filter, resource, ordering, wireFormat } = body;
  const model = webhookId && (await findEndpoint(sql, webhookId, scope));
  if (webhookId && !model) throw new ApiError("not_found", { detail: "No webhook has this id." });
  return {
    events: events ?? model?.events ?? ["*"],
    filter: filter === undefined ? (model?.filter ?? null) : filter,
    resource: resource === undefined ? (model?.resource ?? null) : resource,
    ordering: ordering ?? model?.ordering ?? "none",
    wireFormat: wireFormat ?? model?.wireFormat,
  };
}

interface ListenerCall {
  readonly caller: Caller;
  readonly params: { readonly id: string };
  readonly query: { readonly organizationId?: OrganizationId | undefined };
}

/** The listener that a path names; throws `not_found` for a text that is no id of one. */
function listenerAddress(call: ListenerCall) {
  const scope = readScope(call.caller, call.query.organizationId);
  const id = parseId("lsn", call.params.id);
  if (id === undefined) throw new ApiError("not_found");
  return { id, scope };
}

async function getListener(
  { sql }: Services,
  { id, scope }: { readonly id: ListenerId; readonly scope: ReturnType<typeof readScope> },
): Promise<ListenerRow> {
  const row = await findListener(sql, id, scope);
  if (!row) throw new ApiError("not_found");
  return row;
}

/** Through a listener of somebody else nobody receives: its events would be lost for whoever waits for them. */
async function getOwn(services: Services, call: ListenerCall): Promise<ListenerRow> {
  const row = await getListener(services, listenerAddress(call));
  if (row.ownerId !== nameCaller(call.caller)) throw new ApiError("not_found");
  return row;
}

async function signerOf(services: Services, listener: ListenerRow) {
  const organization = await findOrganization(services.sql, listener.organizationId);
  if (!organization) throw new ApiError("not_found");
  return openListener(services, listener, organization.dataKeySealed);
}
