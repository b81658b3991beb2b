import * as z from "zod";
import type { Caller } from "../access/authenticate.ts";
import { organizationOf } from "../access/refusals.ts";
import { cancel, redeliver } from "../delivery/redeliver.ts";
import { ApiError } from "../errors.ts";
import { ATTEMPTS_SHOWN_MAX, REDELIVERIES_PER_MINUTE_MAX } from "../limits.ts";
import { listAttempts } from "../store/attempts.ts";
import { findDelivery, listDeliveries } from "../store/deliveries.ts";
import { attemptObject, showAttempt } from "./attempt-view.ts";
import { deliveryAddress, deliveryQuery } from "./delivery-address.ts";
import { deliveryParameters, readDeliveryFilter } from "./delivery-filter.ts";
import { deliveryObject, showDelivery } from "./delivery-view.ts";
import { readScope } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import { idBeginning, pageOf, pageParameters, pathId } from "./schemas.ts";
import type { Services } from "./services.ts";

const list = route({
  method: "GET",
  path: "/api/deliveries",
  action: "deliveries.read",
  audience: "organization",
  summary: "Lists deliveries, the newest first.",
  query: z.strictObject({ ...pageParameters, id: idBeginning("dlv"), ...deliveryParameters }),
  status: 200,
  response: pageOf(deliveryObject),
  async handle({ services, caller, query }) {
    const scope = readScope(caller, query.organizationId);
    const filter = readDeliveryFilter(query, { scope, nowMs: services.clock.now() });
    const rows = await listDeliveries(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showDelivery) };
  },
});

const read = route({
  method: "GET",
  path: "/api/deliveries/:id",
  action: "deliveries.read",
  audience: "organization",
  summary: "Shows a delivery.",
  params: pathId,
  query: deliveryQuery,
  status: 200,
  response: deliveryObject,
  async handle({ services, ...call }) {
    const { id, scope } = deliveryAddress(call);
    const delivery = await findDelivery(services.sql, id, scope);
    if (!delivery) throw new ApiError("not_found");
    return { body: showDelivery(delivery) };
  },
});

const attempts = route({
  method: "GET",
  path: "/api/deliveries/:id/attempts",
  action: "deliveries.read",
  audience: "organization",
  summary: "Lists the attempts of a delivery, the oldest first; of more than 200 the latest ones.",
  params: pathId,
  query: deliveryQuery,
  status: 200,
  response: z.object({ data: z.array(attemptObject) }),
  async handle({ services, ...call }) {
    const { id, scope } = deliveryAddress(call);
    const delivery = await findDelivery(services.sql, id, scope);
    if (!delivery) throw new ApiError("not_found");
    const rows = await listAttempts(services.sql, id, ATTEMPTS_SHOWN_MAX);
    return { body: { data: rows.map((row) => showAttempt(services, delivery, row)) } };
  },
});

const sendAgain = route({
  method: "POST",
  path: "/api/deliveries/:id/redeliver",
  action: "deliveries.redeliver",
  audience: "organization",
  summary:
    "Sends a finished delivery again, or a waiting one now: same id, same body, new signature.",
  params: pathId,
  query: deliveryQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 202,
  response: deliveryObject,
  async handle({ services, ...call }) {
    spend(services, call.caller);
    return { body: showDelivery(await redeliver(services, deliveryAddress(call))) };
  },
});

const end = route({
  method: "POST",
  path: "/api/deliveries/:id/cancel",
  action: "deliveries.cancel",
  audience: "organization",
  summary: "Ends an unfinished delivery; a request that is under way may still arrive.",
  params: pathId,
  query: deliveryQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 202,
  response: deliveryObject,
  async handle({ services, ...call }) {
    return { body: showDelivery(await cancel(services, deliveryAddress(call))) };
  },
});

/** Each makes us send a request to a stranger at somebody's word; the operator's own backend knows what it does. */
function spend({ redeliveries }: Pick<Services, "redeliveries">, caller: Caller): void {
  const organizationId = organizationOf(caller);
  if (organizationId === null) return;
  const retryAfterSeconds = redeliveries.take(organizationId, REDELIVERIES_PER_MINUTE_MAX);
  if (retryAfterSeconds === 0) return;
  const detail = `An organization redelivers ${REDELIVERIES_PER_MINUTE_MAX} a minute one by one; for more there is POST /api/deliveries/redeliver.`;
  throw new ApiError("rate_limited", { detail, retryAfterSeconds });
}

export const deliveryRoutes: readonly Route[] = [list, read, attempts, sendAgain, end];
