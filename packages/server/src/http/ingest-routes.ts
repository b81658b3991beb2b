import * as z from "zod";
import {
  isEventType,
  isIdempotencyKey,
  isOrderingKey,
  isResource,
} from "../domain/event-fields.ts";
import { BATCH_EVENTS_MAX } from "../limits.ts";
import { route, type Route } from "./route.ts";
import { idIn, organizationParameter, timestamp } from "./schemas.ts";
import { failWith } from "./validate.ts";

/**
 * What `ingest.ts` reads, as rows of the table: the reference and the methods of these paths come from here. The
 * reading itself is done byte by byte in `domain/event.ts`, so these schemas only describe it.
 */
const eventFields = {
  type: z
    .string()
    .refine(isEventType, failWith("type_invalid"))
    .meta({ pattern: "^[a-z0-9_]+(\\.[a-z0-9_]+){0,7}$", maxLength: 128 }),
  data: z.unknown().meta({ description: "Any JSON value; receivers get these very bytes." }),
  occurredAt: timestamp.optional(),
  resource: z.string().refine(isResource, failWith("resource_invalid")).optional(),
  orderingKey: z.string().refine(isOrderingKey, failWith("ordering_key_invalid")).optional(),
};

const EVENT_EXAMPLE = { type: "order.created", data: { orderId: "ord_1", amount: 4200 } };

const newEvent = z
  .strictObject({ ...eventFields, organizationId: idIn("org").optional() })
  .meta({ id: "NewEvent", examples: [EVENT_EXAMPLE] });

const BATCH_KEY =
  "When no answer comes, or 503 or 500, a part of the batch may be stored. With a key for each event the same request again " +
  "stores the others alone; without keys it stores all of them a second time.";

const newBatch = z
  .strictObject({
    events: z
      .array(
        z.strictObject({
          ...eventFields,
          idempotencyKey: z
            .string()
            .refine(isIdempotencyKey, failWith("idempotency_key_invalid"))
            .optional()
            .meta({ description: BATCH_KEY }),
        }),
      )
      .min(1)
      .max(BATCH_EVENTS_MAX),
    organizationId: idIn("org").optional(),
  })
  .meta({ id: "NewEventBatch", examples: [{ events: [EVENT_EXAMPLE] }] });

const acceptedEvent = z
  .object({ id: z.string(), deliveries: z.int().min(0) })
  .meta({ id: "AcceptedEvent" });

const publish = route({
  method: "POST",
  path: "/api/events",
  action: "events.publish",
  audience: "organization",
  summary: "Publishes an event: when the answer comes, it and its deliveries are stored.",
  isLean: true,
  requestHeaders: z.object({ "Idempotency-Key": z.string().min(1).max(255).optional() }),
  query: z.strictObject(organizationParameter),
  body: newEvent,
  status: 202,
  response: acceptedEvent,
  handle: servedInFront,
});

const publishBatch = route({
  method: "POST",
  path: "/api/events/batch",
  action: "events.publish",
  audience: "organization",
  summary: "Publishes up to 100 events: what is wrong with one refuses all of them.",
  isLean: true,
  query: z.strictObject(organizationParameter),
  body: newBatch,
  status: 202,
  response: z.object({ data: z.array(acceptedEvent) }),
  handle: servedInFront,
});

export const ingestRoutes: readonly Route[] = [publish, publishBatch];

function servedInFront(): Promise<never> {
  return Promise.reject(new TypeError("the lean handler serves this route"));
}
