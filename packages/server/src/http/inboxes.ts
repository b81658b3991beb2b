import { isUtf8 } from "node:buffer";
import * as z from "zod";
import { asId, formatId, parseId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { DEFAULT_BEHAVIOR } from "../inboxes/behavior.ts";
import { listVerifiers, verifyRequest, type RequestVerification } from "../inboxes/verification.ts";
import { INBOXES_PER_ORGANIZATION_MAX } from "../limits.ts";
import { newUuid, randomBytes } from "../platform/random.ts";
import {
  countInboxes,
  deleteInbox,
  findInbox,
  insertInbox,
  listFirstNumbers,
  listInboxes,
  listInboxRequests,
  updateInbox,
  type Inbox,
  type InboxRequest,
} from "../store/inboxes.ts";
import { behaviorSchema, readBehavior } from "./inbox-behavior.ts";
import { readScope, requireOrganization, type Scope } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  idIn,
  organizationParameter,
  pageOf,
  pageParameters,
  pathId,
  timestamp,
} from "./schemas.ts";
import type { Services } from "./services.ts";

const name = z.string().trim().min(1).max(80);

const inboxSchema = z.object({
  id: z.string(),
  organizationId: z.string(),
  name: z.string(),
  url: z.string(),
  behavior: behaviorSchema,
  requestCount: z.int(),
  createdAt: timestamp,
  expiresAt: timestamp,
});

const requestSchema = z.object({
  id: z.string(),
  number: z.int(),
  receivedAt: timestamp,
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  bodyEncoding: z.enum(["utf-8", "base64"]),
  size: z.int(),
  answeredStatus: z.int(),
  verification: z.object({
    verified: z.boolean(),
    wireFormat: z.string().nullable(),
    steps: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() })),
  }),
});

/** Test inboxes: made with one call, they record what arrives and answer as they are told. */
export const inboxRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/api/inboxes",
    action: "inboxes.write",
    audience: "operator",
    summary: "Make a test inbox: a receiver on this server that records requests.",
    body: z.strictObject({
      name: name.default("Test inbox"),
      behavior: behaviorSchema.default(DEFAULT_BEHAVIOR),
      organizationId: idIn("org").optional(),
    }),
    bodyOptional: true,
    status: 201,
    response: inboxSchema,
    async handle({ services, caller, body }) {
      const organization = await requireOrganization(services, caller, body.organizationId);
      const count = await countInboxes(services.sql, organization.id);
      if (count >= INBOXES_PER_ORGANIZATION_MAX) {
        throw new ApiError("limit_reached", { extra: { limit: INBOXES_PER_ORGANIZATION_MAX } });
      }
      const id = asId<"ibx">(newUuid());
      const token = randomBytes(16).toString("base64url");
      await insertInbox(services.sql, { ...body, id, token, organizationId: organization.id });
      const inbox = await getInbox(services, formatId("ibx", id), organization.id);
      return { body: present(services, inbox) };
    },
  }),
  route({
    method: "GET",
    path: "/api/inboxes",
    action: "inboxes.read",
    audience: "operator",
    summary: "List test inboxes.",
    query: z.strictObject(pageParameters),
    status: 200,
    response: pageOf(inboxSchema),
    async handle({ services, caller, query }) {
      const scope = readScope(caller, query.organizationId);
      const rows = await listInboxes(services.sql, scope, pageBounds(query, scope));
      return { body: pageReply({ rows, query, filter: scope }, (row) => present(services, row)) };
    },
  }),
  route({
    method: "GET",
    path: "/api/inboxes/:id",
    action: "inboxes.read",
    audience: "operator",
    summary: "Show a test inbox.",
    params: pathId,
    query: z.strictObject(organizationParameter),
    status: 200,
    response: inboxSchema,
    async handle({ services, caller, params, query }) {
      const scope = readScope(caller, query.organizationId);
      return { body: present(services, await getInbox(services, params.id, scope)) };
    },
  }),
  route({
    method: "PATCH",
    path: "/api/inboxes/:id",
    action: "inboxes.write",
    audience: "operator",
    summary: "Rename a test inbox or change how it answers.",
    params: pathId,
    query: z.strictObject(organizationParameter),
    body: z.strictObject({ name: name.optional(), behavior: behaviorSchema.optional() }),
    status: 200,
    response: inboxSchema,
    async handle({ services, caller, params, query, body }) {
      const scope = readScope(caller, query.organizationId);
      const inbox = await getInbox(services, params.id, scope);
      const change = { name: body.name ?? inbox.name, behavior: body.behavior ?? inbox.behavior };
      await updateInbox(services.sql, inbox.id, change);
      return { body: present(services, { ...inbox, ...change }) };
    },
  }),
  route({
    method: "DELETE",
    path: "/api/inboxes/:id",
    action: "inboxes.write",
    audience: "operator",
    summary: "Delete a test inbox and what it recorded.",
    params: pathId,
    query: z.strictObject(organizationParameter),
    status: 204,
    async handle({ services, caller, params, query }) {
      const scope = readScope(caller, query.organizationId);
      const inbox = await getInbox(services, params.id, scope);
      await deleteInbox(services.sql, inbox.id);
      return {};
    },
  }),
  route({
    method: "GET",
    path: "/api/inboxes/:id/requests",
    action: "inboxes.read",
    audience: "operator",
    summary: "List what a test inbox received, newest first, with the signature check in steps.",
    params: pathId,
    query: z.strictObject(pageParameters),
    status: 200,
    response: pageOf(requestSchema),
    async handle({ services, caller, params, query }) {
      const inbox = await getInbox(services, params.id, readScope(caller, query.organizationId));
      const rows = await listInboxRequests(services.sql, inbox.id, pageBounds(query, inbox.id));
      const firstNumbers = await listFirstNumbers(services.sql, inbox.id);
      const verifiers = await listVerifiers(services, inbox, inboxUrl(services, inbox));
      return {
        body: pageReply({ rows, query, filter: inbox.id }, (row) => {
          const firstNumber = row.messageId === null ? undefined : firstNumbers.get(row.messageId);
          return presentRequest(row, verifyRequest(row, { verifiers, firstNumber }));
        }),
      };
    },
  }),
];

/** `id` is the public one, from the path. */
async function getInbox(services: Services, id: string, scope: Scope): Promise<Inbox> {
  const inboxId = parseId("ibx", id);
  const inbox = inboxId && (await findInbox(services.sql, inboxId, scope));
  if (!inbox) throw new ApiError("not_found");
  return inbox;
}

function inboxUrl({ config }: Services, inbox: Inbox): string {
  return `${config.publicUrl}/in/${inbox.token}`;
}

function present(services: Services, inbox: Inbox) {
  return {
    id: formatId("ibx", inbox.id),
    organizationId: formatId("org", inbox.organizationId),
    name: inbox.name,
    url: inboxUrl(services, inbox),
    behavior: readBehavior(inbox),
    requestCount: inbox.requestCount,
    createdAt: inbox.createdAt.toISOString(),
    expiresAt: inbox.expiresAt.toISOString(),
  };
}

function presentRequest(request: InboxRequest, verification: RequestVerification) {
  const { number, method, path, headers, body, answeredStatus } = request;
  const isText = isUtf8(body);
  return {
    id: formatId("ibr", request.id),
    number,
    receivedAt: request.receivedAt.toISOString(),
    method,
    path,
    headers,
    body: body.toString(isText ? "utf8" : "base64"),
    bodyEncoding: isText ? "utf-8" : "base64",
    size: body.length,
    answeredStatus,
    verification,
  };
}
