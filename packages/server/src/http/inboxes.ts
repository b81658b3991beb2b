import * as z from "zod";
import { parseId, type OrganizationId } from "../domain/id.ts";
import type { Caller } from "../access/authenticate.ts";
import { ApiError } from "../errors.ts";
import { DEFAULT_BEHAVIOR } from "../inboxes/behavior.ts";
import { requireReach } from "../access/reach.ts";
import { createInbox } from "../inboxes/create.ts";
import { endInbox } from "../inboxes/delete.ts";
import { patchInbox, type InboxAddress } from "../inboxes/update.ts";
import { findInboxRequest, listInboxRequests, summarizeRequests } from "../store/inbox-requests.ts";
import { findInbox, listInboxes, type InboxRow } from "../store/inboxes.ts";
import {
  behaviorObject,
  inboxObject,
  inboxRequestObject,
  inboxTag,
  showInbox,
  showInboxRequest,
} from "./inbox-view.ts";
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
} from "./schemas.ts";
import type { Services } from "./services.ts";

/** The query of routes below `/api/inboxes/:id`: an operator may pin the organization. */
const inboxQuery = z.strictObject(organizationParameter);

const create = route({
  method: "POST",
  path: "/api/inboxes",
  action: "inboxes.create",
  audience: "organization",
  summary: "Makes a test inbox: a URL on this server that keeps what arrives.",
  query: inboxQuery,
  body: z.strictObject({
    name: givenName.default("Test inbox"),
    behavior: behaviorObject.default(DEFAULT_BEHAVIOR),
    organizationId: idIn("org").optional(),
  }),
  bodyOptional: true,
  status: 201,
  response: inboxObject,
  async handle({ services, caller, query, body }) {
    const { organizationId = query.organizationId, name, behavior } = body;
    const organization = await requireOrganization(services, caller, organizationId);
    requireReach(caller, null);
    const row = await createInbox(services, { organizationId: organization.id, name, behavior });
    const shown = showInbox(services, row, undefined);
    return { body: shown, headers: { location: `/api/inboxes/${shown.id}`, ...inboxTag(row) } };
  },
});

const list = route({
  method: "GET",
  path: "/api/inboxes",
  action: "inboxes.read",
  audience: "organization",
  summary: "Lists test inboxes, the newest first.",
  query: z.strictObject({ ...pageParameters, id: idBeginning("ibx") }),
  status: 200,
  response: pageOf(inboxObject),
  async handle({ services, caller, query }) {
    const filter = readScope(caller, query.organizationId);
    const rows = await listInboxes(services.sql, filter, pageBounds(query, filter));
    const ids = rows.map(({ id }) => id);
    const summaries = await summarizeRequests(services.sql, ids);
    const show = (row: InboxRow) => showInbox(services, row, summaries.get(row.id));
    return { body: pageReply({ rows, query, filter }, show) };
  },
});

const read = route({
  method: "GET",
  path: "/api/inboxes/:id",
  action: "inboxes.read",
  audience: "organization",
  summary: "Shows a test inbox.",
  params: pathId,
  query: inboxQuery,
  status: 200,
  response: inboxObject,
  async handle({ services, ...call }) {
    return singleInbox(services, await getInbox(services, inboxAddress(call)));
  },
});

const change = route({
  method: "PATCH",
  path: "/api/inboxes/:id",
  action: "inboxes.update",
  audience: "organization",
  summary: "Renames a test inbox or sets how it answers from now on.",
  params: pathId,
  query: inboxQuery,
  body: z.strictObject({ name: givenName.optional(), behavior: behaviorObject.optional() }),
  status: 200,
  response: inboxObject,
  async handle({ services, body, ifMatch, ...call }) {
    const { name, behavior } = body;
    const row = await patchInbox(services, inboxAddress(call), { name, behavior, ifMatch });
    return singleInbox(services, row);
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/inboxes/:id",
  action: "inboxes.delete",
  audience: "organization",
  summary: "Deletes a test inbox and all that it has received.",
  params: pathId,
  query: inboxQuery,
  status: 204,
  async handle({ services, ...call }) {
    await endInbox(services, inboxAddress(call));
    return {};
  },
});

const requests = route({
  method: "GET",
  path: "/api/inboxes/:id/requests",
  action: "inboxes.read",
  audience: "organization",
  summary: "Lists what a test inbox has received, each with its signature check in steps.",
  params: pathId,
  query: z.strictObject({ ...pageParameters, id: idBeginning("ibr") }),
  status: 200,
  response: pageOf(inboxRequestObject),
  async handle({ services, query, ...call }) {
    const { id: filter } = await getInbox(services, inboxAddress({ ...call, query }));
    const rows = await listInboxRequests(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showInboxRequest) };
  },
});

const request = route({
  method: "GET",
  path: "/api/inboxes/:id/requests/:requestId",
  action: "inboxes.read",
  audience: "organization",
  summary: "Shows one request that a test inbox has received.",
  params: z.object({ id: z.string(), requestId: z.string() }),
  query: inboxQuery,
  status: 200,
  response: inboxRequestObject,
  async handle({ services, ...call }) {
    const { id } = await getInbox(services, inboxAddress(call));
    const requestId = parseId("ibr", call.params.requestId);
    const row = requestId && (await findInboxRequest(services.sql, id, requestId));
    if (!row) throw new ApiError("not_found");
    return { body: showInboxRequest(row) };
  },
});

export const inboxRoutes: readonly Route[] = [
  create,
  list,
  read,
  change,
  remove,
  requests,
  request,
];

/** The inbox that a path names; throws `not_found` for a text that is no id of one. */
function inboxAddress(call: {
  readonly caller: Caller;
  readonly params: { readonly id: string };
  readonly query: { readonly organizationId?: OrganizationId | undefined };
}): InboxAddress {
  const scope = readScope(call.caller, call.query.organizationId);
  const id = parseId("ibx", call.params.id);
  if (id === undefined) throw new ApiError("not_found");
  return { id, scope };
}

async function getInbox({ sql }: Services, { id, scope }: InboxAddress): Promise<InboxRow> {
  const row = await findInbox(sql, id, scope);
  if (!row) throw new ApiError("not_found");
  return row;
}

async function singleInbox(services: Services, row: InboxRow) {
  const summaries = await summarizeRequests(services.sql, [row.id]);
  return { body: showInbox(services, row, summaries.get(row.id)), headers: inboxTag(row) };
}
