import * as z from "zod";
import { formatId, parseId } from "../domain/id.ts";
import { findUrlProblem } from "../domain/outbox-url.ts";
import { ApiError, invalidRequest } from "../errors.ts";
import { addOutbox } from "../outbox/add.ts";
import {
  deleteOutbox,
  findOutbox,
  listOutboxes,
  type OutboxId,
  type OutboxRecord,
} from "../store/outboxes.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  givenName,
  idBeginning,
  pageOf,
  pageParameters,
  pathId,
  storableText,
  timestamp,
} from "./schemas.ts";

const URL_LENGTH_MAX = 2_048;

const outboxObject = z
  .object({
    id: z.string(),
    name: z.string(),
    /** User, host, port and database; never the password. */
    address: z.string(),
    /** `waiting`: no worker node has taken it yet. `failing`: `failure` says why. */
    status: z.enum(["waiting", "relaying", "failing"]),
    failure: z.string().nullable(),
    /** Null before the first look. Counted up to 100,000. */
    waitingRows: z.int().nullable(),
    /** Rows that can never become events; `posthorn outbox dead` lists them with their reasons. */
    deadRows: z.int().nullable(),
    /** When the row that waits longest was emitted; null when none waits. */
    oldestAt: timestamp.nullable(),
    /** When a relay looked last. */
    reportedAt: timestamp.nullable(),
    createdAt: timestamp,
  })
  .meta({ id: "Outbox" });

const create = route({
  method: "POST",
  path: "/api/outboxes",
  action: "outboxes.create",
  audience: "operator",
  summary: "Makes an outbox known: a database in which transactions emit events.",
  body: z.strictObject({
    name: givenName.optional(),
    databaseUrl: storableText.min(1).max(URL_LENGTH_MAX),
  }),
  status: 201,
  response: outboxObject,
  async handle({ services, body }) {
    const { databaseUrl: url, name } = body;
    const message = findUrlProblem(url);
    if (message !== undefined) {
      throw invalidRequest([{ pointer: "/databaseUrl", code: "malformed", message }]);
    }
    const outbox = showOutbox(await addOutbox(services, { name: name ?? "Outbox", url }));
    services.followOutboxes();
    return { body: outbox, headers: { location: `/api/outboxes/${outbox.id}` } };
  },
});

const { limit, cursor, sort } = pageParameters;

const list = route({
  method: "GET",
  path: "/api/outboxes",
  action: "outboxes.read",
  audience: "operator",
  summary: "Lists the outboxes with what their relays saw last, the newest first.",
  query: z.strictObject({ id: idBeginning("obx"), limit, cursor, sort }),
  status: 200,
  response: pageOf(outboxObject),
  async handle({ services, query }) {
    const filter = "outboxes";
    const rows = await listOutboxes(services.sql, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showOutbox) };
  },
});

const read = route({
  method: "GET",
  path: "/api/outboxes/:id",
  action: "outboxes.read",
  audience: "operator",
  summary: "Shows an outbox: whether it is relayed, what waits in it and for how long.",
  params: pathId,
  status: 200,
  response: outboxObject,
  async handle({ services, params }) {
    const outbox = await findOutbox(services.sql, outboxId(params));
    if (!outbox) throw new ApiError("not_found");
    return { body: showOutbox(outbox) };
  },
});

const remove = route({
  method: "DELETE",
  path: "/api/outboxes/:id",
  action: "outboxes.delete",
  audience: "operator",
  summary: "Forgets an outbox; its relay ends within seconds, and its rows stay where they are.",
  params: pathId,
  status: 204,
  async handle({ services, params }) {
    if (!(await deleteOutbox(services.sql, outboxId(params)))) throw new ApiError("not_found");
    services.followOutboxes();
    return {};
  },
});

export const outboxRoutes: readonly Route[] = [create, list, read, remove];

function outboxId({ id }: { readonly id: string }): OutboxId {
  const found = parseId("obx", id);
  if (found === undefined) throw new ApiError("not_found");
  return found;
}

function showOutbox({ id, report, ...outbox }: OutboxRecord): z.output<typeof outboxObject> {
  return {
    id: formatId("obx", id),
    name: outbox.name,
    address: outbox.address,
    status: statusOf({ relayNode: outbox.relayNode, report }),
    failure: report?.failure ?? null,
    waitingRows: report?.waitingRows ?? null,
    deadRows: report?.deadRows ?? null,
    oldestAt: report?.oldestAt?.toISOString() ?? null,
    reportedAt: report?.reportedAt.toISOString() ?? null,
    createdAt: outbox.createdAt.toISOString(),
  };
}

function statusOf({ relayNode, report }: Pick<OutboxRecord, "relayNode" | "report">) {
  if (relayNode === null) return "waiting";
  return report?.failure ? "failing" : "relaying";
}
