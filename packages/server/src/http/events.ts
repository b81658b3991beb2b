import * as z from "zod";
import { isEventType } from "../domain/event-fields.ts";
import { formatId, parseId } from "../domain/id.ts";
import type { Scope } from "../domain/scope.ts";
import { ApiError } from "../errors.ts";
import { LIST_LIMIT_MAX } from "../limits.ts";
import { listDeliveries, type StoredDelivery } from "../store/deliveries.ts";
import { ANY_DELIVERY } from "../store/delivery-conditions.ts";
import {
  findEvent,
  listEvents,
  type EventFilter,
  type EventSummary,
  type StoredEvent,
} from "../store/events.ts";
import { createdAt, deliveryStatus, statusOf } from "./delivery-view.ts";
import { readScope } from "./organization.ts";
import { pageBounds, pageReply } from "./page.ts";
import { route, type Route } from "./route.ts";
import {
  alternatives,
  booleanParameter,
  idBeginning,
  organizationParameter,
  pageOf,
  pageParameters,
  pathId,
  timestamp,
} from "./schemas.ts";
import type { Services } from "./services.ts";
import { readTimeRange, timeRangeParameters } from "./time-range.ts";
import { failWith } from "./validate.ts";

export const eventSummary = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    type: z.string(),
    resource: z.string().nullable(),
    orderingKey: z.string().nullable(),
    /** Among the events with its ordering key, from 1; null without a key. */
    sequence: z.int().nullable(),
    occurredAt: timestamp,
    createdAt: timestamp,
    isTest: z.boolean(),
    /** When its payload was removed on request; null while it is kept. */
    purgedAt: timestamp.nullable(),
  })
  .meta({ id: "EventSummary" });

const eventObject = eventSummary
  .extend({
    deliveries: z.array(
      z.object({ id: z.string(), endpointId: z.string(), status: deliveryStatus }),
    ),
    /** Of the request that published it (W3C Trace Context); null without one. */
    traceparent: z.string().nullable(),
    /** The very bytes that were posted; null when they were purged. */
    data: z.unknown(),
  })
  .meta({ id: "Event" });

const list = route({
  method: "GET",
  path: "/api/events",
  action: "events.read",
  audience: "organization",
  summary: "Lists events without their data, the newest first.",
  query: z.strictObject({
    ...pageParameters,
    id: idBeginning("evt"),
    ...timeRangeParameters,
    type: alternatives(z.string().refine(isEventType, failWith("type_invalid"))),
    isTest: booleanParameter.optional(),
  }),
  status: 200,
  response: pageOf(eventSummary),
  async handle({ services, caller, query }) {
    const filter: EventFilter = {
      scope: readScope(caller, query.organizationId),
      types: query.type ?? null,
      createdAt: readTimeRange(query, services.clock.now()),
      isTest: query.isTest ?? null,
    };
    const rows = await listEvents(services.sql, filter, pageBounds(query, filter));
    return { body: pageReply({ rows, query, filter }, showSummary) };
  },
});

const read = route({
  method: "GET",
  path: "/api/events/:id",
  action: "events.read",
  audience: "organization",
  summary: "Shows an event with its data and what became of its deliveries.",
  params: pathId,
  query: z.strictObject(organizationParameter),
  status: 200,
  response: eventObject,
  async handle({ services, caller, params, query }) {
    const scope = readScope(caller, query.organizationId);
    const id = parseId("evt", params.id);
    const event = id && (await findEvent(services.sql, id, scope));
    if (!event) throw new ApiError("not_found");
    const deliveries = await deliveriesOf(services, event, scope);
    const headers = { "content-type": "application/json; charset=utf-8" };
    return { body: showEvent(event, deliveries), headers };
  },
});

export const eventRoutes: readonly Route[] = [list, read];

/** All of them: an organization has fewer endpoints than a page has rows. */
export function deliveriesOf({ sql }: Pick<Services, "sql">, event: StoredEvent, scope: Scope) {
  const filter = { ...ANY_DELIVERY, scope: within(scope, event), eventId: event.id };
  return listDeliveries(sql, filter, { limit: LIST_LIMIT_MAX, after: null, isDescending: false });
}

/** Of an event that an operator looks at: its organization. */
export function within(scope: Scope, { organizationId }: StoredEvent): Scope {
  return scope === "all" ? organizationId : scope;
}

export function showSummary(event: EventSummary): z.output<typeof eventSummary> {
  return {
    id: formatId("evt", event.id),
    organizationId: formatId("org", event.organizationId),
    type: event.type,
    resource: event.resource,
    orderingKey: event.orderingKey,
    sequence: event.sequence,
    occurredAt: event.occurredAt.toISOString(),
    createdAt: createdAt(event.id),
    isTest: event.isTest,
    purgedAt: event.purgedAt?.toISOString() ?? null,
  };
}

/**
 * The answer as JSON text. The data is put in as it is: parsed and written again, 9007199254740993 would become
 * another number, and a repeated key would vanish.
 */
function showEvent(event: StoredEvent, deliveries: readonly StoredDelivery[]): Buffer {
  const rest = JSON.stringify({
    ...showSummary(event),
    deliveries: deliveries.map((delivery) => ({
      id: formatId("dlv", delivery.id),
      endpointId: formatId("ep", delivery.endpointId),
      status: statusOf(delivery),
    })),
    traceparent: event.traceparent,
  });
  const data = event.purgedAt === null ? event.data : Buffer.from("null");
  return Buffer.concat([Buffer.from(`${rest.slice(0, -1)},"data":`), data, Buffer.from("}")]);
}
