import * as z from "zod";
import { explainDelivery, type DeliveryReason } from "../domain/explanation.ts";
import { formatId, idTime, parseId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { ENDPOINTS_PER_ORGANIZATION_MAX } from "../limits.ts";
import type { StoredDelivery } from "../store/deliveries.ts";
import { listEndpoints, type EndpointRow } from "../store/endpoints.ts";
import { findEvent, type StoredEvent } from "../store/events.ts";
import { deliveryStatus, statusOf } from "./delivery-view.ts";
import { deliveriesOf } from "./events.ts";
import { readScope } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter, pathId } from "./schemas.ts";

const SENTENCES: Readonly<Record<DeliveryReason, string>> = {
  delivered_to: "The endpoint wanted the event and has a delivery of it.",
  test_event: "A test event goes only to the endpoint that it was sent to.",
  created_after_event: "The endpoint was made after the event was accepted.",
  type_not_subscribed: "The endpoint does not ask for this event type.",
  other_resource: "The endpoint asks for events about another resource.",
  filter_does_not_match: "The endpoint's content filter does not match the data of the event.",
  changed_since: "The endpoint would get the event today; it was set up differently then.",
};

const explanation = z.object({
  data: z.array(
    z.object({
      endpointId: z.string(),
      url: z.string(),
      reason: z.enum(Object.keys(SENTENCES)),
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
    const deliveries = await deliveriesOf(services, event);
    const endpoints = await listEndpoints(
      services.sql,
      { scope: event.organizationId, statuses: null, types: null, text: null },
      { limit: ENDPOINTS_PER_ORGANIZATION_MAX, after: null, isDescending: false },
    );
    return { body: { data: endpoints.map((endpoint) => show(event, endpoint, deliveries)) } };
  },
});

export const explanationRoutes: readonly Route[] = [explain];

function show(event: StoredEvent, endpoint: EndpointRow, deliveries: readonly StoredDelivery[]) {
  const delivery = deliveries.find(({ endpointId }) => endpointId === endpoint.id);
  const reason = explainDelivery({
    event: { ...event, acceptedAt: idTime(event.id) },
    endpoint: { ...endpoint, createdAt: endpoint.createdAt.getTime() },
    hasDelivery: delivery !== undefined,
  });
  return {
    endpointId: formatId("ep", endpoint.id),
    url: endpoint.url,
    reason,
    message: SENTENCES[reason],
    deliveryId: delivery ? formatId("dlv", delivery.id) : null,
    status: delivery ? statusOf(delivery) : null,
  };
}
