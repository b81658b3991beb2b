import * as z from "zod";
import { formatId } from "../domain/id.ts";
import type { HeardRequest } from "../listeners/open.ts";
import type { StoredEvent } from "../store/events.ts";
import type { ListenerRow } from "../store/listeners.ts";
import { endpointFilter, endpointOrdering, endpointResource } from "./endpoint-body.ts";
import { timestamp } from "./schemas.ts";

/** A listener as the API shows it, without its secret. */
export const listenerObject = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    /** Of the key or the person that made it: nobody else receives through it. */
    ownerId: z.string(),
    name: z.string(),
    events: z.array(z.string()),
    filter: endpointFilter,
    resource: endpointResource,
    ordering: endpointOrdering,
    wireFormat: z.string(),
    /** Events that it has not acknowledged yet, counted up to 10,000. */
    waitingCount: z.int(),
    /** Events that were not kept because too many waited. */
    missedCount: z.int(),
    createdAt: timestamp,
    /** Null as long as nothing was received. */
    connectedAt: timestamp.nullable(),
    expiresAt: timestamp,
  })
  .meta({ id: "Listener" });

export const listenerWithSecret = listenerObject.extend({ secret: z.string() });

export function showListener(row: ListenerRow): z.output<typeof listenerObject> {
  return {
    id: formatId("lsn", row.id),
    organizationId: formatId("org", row.organizationId),
    ownerId: row.ownerId,
    name: row.name,
    events: [...row.events],
    filter: row.filter,
    resource: row.resource,
    ordering: row.ordering,
    wireFormat: row.wireFormat,
    waitingCount: row.waitingCount,
    missedCount: row.missedCount,
    createdAt: row.createdAt.toISOString(),
    connectedAt: row.connectedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
  };
}

/** A signed request for the local receiver: these headers and these bytes. */
export const heardObject = z
  .object({
    eventId: z.string(),
    deliveryId: z.string(),
    type: z.string(),
    signedAt: timestamp,
    /** Name and value, in the order in which an endpoint gets them. */
    headers: z.array(z.tuple([z.string(), z.string()])),
    /** The bytes of the body, in base64. */
    body: z.string(),
  })
  .meta({ id: "HeardEvent" });

export function showHeard(
  event: Pick<StoredEvent, "id" | "type">,
  heard: HeardRequest,
): z.output<typeof heardObject> {
  return {
    eventId: formatId("evt", event.id),
    deliveryId: formatId("dlv", heard.deliveryId),
    type: event.type,
    signedAt: heard.signedAt.toISOString(),
    headers: heard.headers.map(([name, value]): [string, string] => [name, value]),
    body: heard.body.toString("base64"),
  };
}
