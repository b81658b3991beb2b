import * as z from "zod";
import { giveUpQueue, retryFirst, skipFirst } from "../delivery/queue.ts";
import { slowedBy } from "../domain/endpoint-waiting.ts";
import { isOrderingKey } from "../domain/event-fields.ts";
import { fieldError, invalidRequest, ApiError } from "../errors.ts";
import { findDeliveries } from "../store/deliveries.ts";
import { findEndpoint } from "../store/endpoints.ts";
import { listQueueHeads } from "../store/ordering.ts";
import { readWaiting } from "../store/waiting.ts";
import { deliveryAddress, deliveryQuery } from "./delivery-address.ts";
import { deliveryObject, showDelivery } from "./delivery-view.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { route, type Route } from "./route.ts";
import {
  limitParameter,
  organizationParameter,
  pageOf,
  pathId,
  storableText,
  timestamp,
} from "./schemas.ts";

const queueObject = z
  .object({
    orderingKey: z.string(),
    /** Deliveries that wait behind the first one; a longer queue counts as 10,000. */
    waitingCount: z.int(),
    /** What they wait for. */
    first: deliveryObject,
  })
  .meta({ id: "Queue" });

const list = route({
  method: "GET",
  path: "/api/webhooks/:id/queues",
  action: "deliveries.read",
  audience: "organization",
  summary:
    "Lists the ordering keys of a webhook with deliveries that wait for an earlier one, by key.",
  params: pathId,
  query: z.strictObject({
    ...organizationParameter,
    limit: limitParameter,
    cursor: storableText.max(1_000).optional(),
  }),
  status: 200,
  response: pageOf(queueObject),
  async handle({ services, query, ...call }) {
    const { id, scope } = endpointAddress({ ...call, query });
    if (!(await findEndpoint(services.sql, id, scope))) throw new ApiError("not_found");
    const page = { after: readCursor(query.cursor), limit: query.limit };
    const { heads, nextAfter } = await listQueueHeads(services.sql, id, page);
    const ids = heads.map(({ deliveryId }) => deliveryId);
    const found = await findDeliveries(services.sql, ids);
    const deliveries = new Map(found.map((delivery) => [delivery.id, delivery]));
    const data = heads.flatMap(({ key, deliveryId, waiting }) => {
      const first = deliveries.get(deliveryId);
      return first ? [{ orderingKey: key, waitingCount: waiting, first: showDelivery(first) }] : [];
    });
    const nextCursor = nextAfter && Buffer.from(nextAfter).toString("base64url");
    return { body: { data, nextCursor, hasMore: nextCursor !== null } };
  },
});

const waiting = route({
  method: "GET",
  path: "/api/webhooks/:id/waiting",
  action: "deliveries.read",
  audience: "organization",
  summary: "Sums up what waits for a webhook, and what keeps it waiting.",
  params: pathId,
  query: endpointQuery,
  status: 200,
  response: z.object({
    /** More count as 10,000. */
    waitingCount: z.int(),
    /** Since when the longest waiting one could have been sent. */
    oldestDueAt: timestamp.nullable(),
    /** When the next one is due of those that are not yet. */
    nextDueAt: timestamp.nullable(),
    slowedBy: z
      .enum([
        "all_paused",
        "paused",
        "disabled",
        "retry_after",
        "failures",
        "all_limited",
        "rate_limit",
      ])
      .nullable()
      .meta({ description: "Null when nothing waits longer than its schedule says." }),
  }),
  async handle({ services, ...call }) {
    const { id, scope } = endpointAddress(call);
    const endpoint = await findEndpoint(services.sql, id, scope);
    if (!endpoint) throw new ApiError("not_found");
    const { count, oldestDueAt, nextDueAt, readAt, ...gates } = await readWaiting(services.sql, id);
    const nowMs = readAt.getTime();
    return {
      body: {
        waitingCount: count,
        oldestDueAt: oldestDueAt?.toISOString() ?? null,
        nextDueAt: nextDueAt?.toISOString() ?? null,
        slowedBy: slowedBy({ ...endpoint, ...gates }, { count, oldestDueAt, nowMs }),
      },
    };
  },
});

/** The key to go on behind. Throws `cursor_invalid`. */
function readCursor(cursor: string | undefined): string {
  if (cursor === undefined) return "";
  const key = Buffer.from(cursor, "base64url").toString();
  const isOurs = isOrderingKey(key) && Buffer.from(key).toString("base64url") === cursor;
  if (!isOurs) throw invalidRequest([fieldError("/cursor", "cursor_invalid")]);
  return key;
}

const skip = route({
  method: "POST",
  path: "/api/deliveries/:id/skip",
  action: "deliveries.cancel",
  audience: "organization",
  summary: "Cancels the first delivery of an ordering key, so that the next one is sent.",
  params: pathId,
  query: deliveryQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 202,
  response: deliveryObject,
  async handle({ services, ...call }) {
    return { body: showDelivery(await skipFirst(services, deliveryAddress(call))) };
  },
});

const retry = route({
  method: "POST",
  path: "/api/deliveries/:id/retry",
  action: "deliveries.redeliver",
  audience: "organization",
  summary: "Sends the first delivery of an ordering key now; its schedule goes on behind that.",
  params: pathId,
  query: deliveryQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 202,
  response: deliveryObject,
  async handle({ services, ...call }) {
    return { body: showDelivery(await retryFirst(services, deliveryAddress(call))) };
  },
});

const giveUp = route({
  method: "POST",
  path: "/api/deliveries/:id/give-up",
  action: "deliveries.cancel",
  audience: "organization",
  summary: "Cancels the first delivery of an ordering key and all that wait behind it.",
  params: pathId,
  query: deliveryQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 202,
  response: z.object({ cancelledCount: z.int(), delivery: deliveryObject }),
  async handle({ services, ...call }) {
    const { delivery, cancelled } = await giveUpQueue(services, deliveryAddress(call));
    return { body: { cancelledCount: cancelled, delivery: showDelivery(delivery) } };
  },
});

export const queueRoutes: readonly Route[] = [list, waiting, skip, retry, giveUp];
