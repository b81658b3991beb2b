import * as z from "zod";
import type { DeliveryStatus } from "../domain/delivery.ts";
import { explainNoDelivery, type NoDeliveryReason } from "../domain/explanation.ts";
import { formatId, idTime, parseId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { ENDPOINTS_PER_ORGANIZATION_MAX } from "../limits.ts";
import type { StoredDelivery } from "../store/deliveries.ts";
import { listEndpoints, type EndpointRow } from "../store/endpoints.ts";
import { findEvent, type StoredEvent } from "../store/events.ts";
import { deliveryStatus, statusOf } from "./delivery-view.ts";
import { deliveriesOf, within } from "./events.ts";
import { readScope } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter, pathId } from "./schemas.ts";

const REFUSALS: Readonly<Record<NoDeliveryReason, string>> = {
  test_event: "A test event goes only to the endpoint that it was sent to.",
  created_after_event: "The endpoint was made after the event was accepted.",
  type_not_subscribed: "The endpoint does not ask for this event type.",
  other_resource: "The endpoint asks for events about another resource.",
  filter_does_not_match: "The endpoint's content filter does not match the data of the event.",
  payload_purged: "The payload was removed, so nobody can say whether the content filter matches.",
  changed_since: "The endpoint would get the event today; it was set up differently then.",
};

/** The endpoint wanted the event; what has become of that. */
const ACCOUNTS: Readonly<Record<DeliveryStatus, string>> = {
  pending: "The endpoint wants the event; its first attempt is about to be made.",
  sending: "The endpoint wants the event; a request is under way.",
  retrying: "The endpoint wants the event and has not taken it yet; more attempts follow.",
  held: "The endpoint wants the event, which is held until deliveries to the endpoint go on.",
  delivered: "The endpoint got the event: it answered 2xx.",
  failed: "The endpoint wanted the event and did not take it in all attempts of its schedule.",
  cancelled: "The endpoint wanted the event; its delivery was cancelled before it was taken.",
};

const explanation = z.object({
  data: z.array(
    z.object({
      endpointId: z.string(),
      url: z.string(),
      /** `has_delivery`: it wanted the event, and `status` says how that went; all others: it did not get it. */
      reason: z.enum(["has_delivery", ...Object.keys(REFUSALS)]),
      message: z.string(),
      deliveryId: z.string().nullable(),
      status: deliveryStatus.nullable(),
    }),
  ),
});

const explain = route({
  method: "GET",
  path: "/api/events/:id/explain",
  action: "events.read",
  audience: "organization",
  summary: "Says for each endpoint why it did or did not get the event.",
  params: pathId,
  query: z.strictObject(organizationParameter),
  status: 200,
  response: explanation,
  async handle({ services, caller, params, query }) {
    const id = parseId("evt", params.id);
    const scope = readScope(caller, query.organizationId);
    const event = id && (await findEvent(services.sql, id, scope));
    if (!event) throw new ApiError("not_found");
    const deliveries = await deliveriesOf(services, event, scope);
    const endpoints = await listEndpoints(
      services.sql,
      { scope: within(scope, event), statuses: null, types: null, text: null },
      { limit: ENDPOINTS_PER_ORGANIZATION_MAX, after: null, isDescending: false },
    );
    const owners = new Map(deliveries.map((delivery) => [delivery.endpointId, delivery]));
    const others = endpoints.filter(({ id: endpointId }) => !owners.has(endpointId));
    const entries = [
      // Deleted endpoints too, as long as their deliveries are kept.
      ...deliveries.map(showDelivered),
      ...others.map((endpoint) => showRefused(event, endpoint)),
    ];
    return { body: { data: entries.toSorted(byEndpoint) } };
  },
});

export const explanationRoutes: readonly Route[] = [explain];

type Entry = z.output<typeof explanation>["data"][number];

function byEndpoint({ endpointId: one }: Entry, { endpointId: other }: Entry): number {
  return one < other ? -1 : 1;
}

function showDelivered(delivery: StoredDelivery): Entry {
  const status = statusOf(delivery);
  return {
    endpointId: formatId("ep", delivery.endpointId),
    url: delivery.endpoint.url,
    reason: "has_delivery",
    message: ACCOUNTS[status],
    deliveryId: formatId("dlv", delivery.id),
    status,
  };
}

function showRefused(event: StoredEvent, endpoint: EndpointRow): Entry {
  const reason = explainNoDelivery({
    event: { ...event, acceptedAt: idTime(event.id), isPurged: event.purgedAt !== null },
    endpoint: { ...endpoint, createdAt: endpoint.createdAt.getTime() },
  });
  const message = REFUSALS[reason];
  const { id, url } = endpoint;
  return { endpointId: formatId("ep", id), url, reason, message, deliveryId: null, status: null };
}
