import * as z from "zod";
import { shownStatus, type DeliveryStatus } from "../domain/delivery.ts";
import { formatId, idTime } from "../domain/id.ts";
import { ISOLATED_FROM_LOST } from "../limits.ts";
import type { StoredDelivery } from "../store/deliveries.ts";
import { TURNS_FROM } from "../store/ordering.ts";
import { timestamp } from "./schemas.ts";

export const deliveryStatus = z.enum([
  "pending",
  "sending",
  "retrying",
  "held",
  "delivered",
  "failed",
  "cancelled",
]);

/** A delivery as the API shows it. */
export const deliveryObject = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    eventId: z.string(),
    endpointId: z.string(),
    /** Of its endpoint, as it is now. */
    endpointUrl: z.string(),
    /** Of its event, like `resource` and `orderingKey`; null when the event is gone. */
    type: z.string().nullable(),
    resource: z.string().nullable(),
    orderingKey: z.string().nullable(),
    /** Its event's number among those with the ordering key; null unless its endpoint asked for order. */
    sequence: z.int().nullable(),
    /** The earlier delivery of the ordering key that it waits for. */
    blockedBy: z.string().nullable(),
    status: deliveryStatus,
    /** Over all generations, the one under way included. */
    attemptCount: z.int(),
    /** Attempts after the first. */
    retryCount: z.int(),
    /** Grows when a finished delivery is sent again: then its schedule starts again. */
    generation: z.int(),
    /** Attempts of this generation, and how many its schedule has. */
    generationAttemptCount: z.int(),
    maxAttempts: z.int(),
    /** Of the last recorded attempt, like the three below. */
    outcome: z.string().nullable(),
    responseStatus: z.int().nullable(),
    errorCode: z.string().nullable(),
    durationMs: z.int().nullable(),
    wireFormat: z.string(),
    isTest: z.boolean(),
    createdAt: timestamp,
    deliveredAt: timestamp.nullable(),
    finishedAt: timestamp.nullable(),
    /** Null when it has ended, is being sent, waits for another one, or its endpoint takes nothing. */
    nextAttemptAt: timestamp.nullable(),
    /** `person`, `skipped`, `given_up`, `endpoint_deleted`, `retention`; null unless cancelled. */
    cancelReason: z.string().nullable(),
    /** `schedule`: its attempts are used up. `poison`: attempts of it end the process that makes them. Null unless failed. */
    failureReason: z.enum(["schedule", "poison"]).nullable(),
    /** Two attempts ended with the process that made them: further ones are made in a process of their own. */
    isIsolated: z.boolean(),
  })
  .meta({ id: "Delivery" });

export function showDelivery(delivery: StoredDelivery): z.output<typeof deliveryObject> {
  const { event, endpoint, finishedAt, state, attemptsTotal } = delivery;
  return {
    id: formatId("dlv", delivery.id),
    organizationId: formatId("org", delivery.organizationId),
    eventId: formatId("evt", delivery.eventId),
    endpointId: formatId("ep", delivery.endpointId),
    endpointUrl: endpoint.url,
    type: event?.type ?? null,
    resource: event?.resource ?? null,
    orderingKey: event?.orderingKey ?? null,
    sequence: delivery.sequence,
    blockedBy: delivery.blockedBy && formatId("dlv", delivery.blockedBy),
    status: statusOf(delivery),
    attemptCount: attemptsTotal,
    retryCount: Math.max(0, attemptsTotal - 1),
    generation: delivery.generation,
    generationAttemptCount: delivery.attempts,
    maxAttempts: delivery.maxAttempts,
    outcome: delivery.lastOutcome,
    responseStatus: delivery.lastStatus,
    errorCode: delivery.lastErrorCode,
    durationMs: delivery.lastDurationMs,
    wireFormat: delivery.wireFormat,
    isTest: delivery.isTest,
    createdAt: createdAt(delivery.id),
    deliveredAt: state === "delivered" ? (finishedAt?.toISOString() ?? null) : null,
    finishedAt: finishedAt?.toISOString() ?? null,
    nextAttemptAt: nextAttemptAt(delivery)?.toISOString() ?? null,
    cancelReason: delivery.cancelReason,
    failureReason: failureReason(delivery),
    isIsolated: delivery.lostCount >= ISOLATED_FROM_LOST,
  };
}

function failureReason({ state, lostCount, lastOutcome }: StoredDelivery) {
  if (state !== "failed") return null;
  return lostCount >= ISOLATED_FROM_LOST && lastOutcome === "lost" ? "poison" : "schedule";
}

export function statusOf(delivery: StoredDelivery): DeliveryStatus {
  return shownStatus(delivery, delivery.endpoint, delivery.readAt.getTime());
}

/** The moment that an id of an event or a delivery carries. */
export function createdAt(id: string): string {
  return new Date(idTime(id)).toISOString();
}

function nextAttemptAt({ state, dueAt, endpoint, blockedBy }: StoredDelivery): Date | null {
  if (state !== "pending" || dueAt === null || endpoint.state !== "active") return null;
  if (endpoint.isAllPaused) return null;
  if (blockedBy !== null || dueAt.getTime() > Date.parse(TURNS_FROM)) return null;
  const { holdUntil } = endpoint;
  return holdUntil !== null && holdUntil > dueAt ? holdUntil : dueAt;
}
