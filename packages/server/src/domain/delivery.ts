import { hash } from "node:crypto";
import { assert } from "../platform/assert.ts";
import type { EndpointState } from "./endpoint-health.ts";
import { asId, type DeliveryId, type EndpointId, type EventId, type Id } from "./id.ts";

/*
 * A delivery is one event for one endpoint, from acceptance until success, the end of the schedule
 * or a person's word.
 *
 *   pending     waits until it is due. It begins here, or leased if a node has room for it.
 *   leased      one node holds the right to make the next attempt, until a stated time.
 *   delivered   a 2xx arrived.
 *   failed      the schedule is used up.
 *   cancelled   its endpoint was deleted, or the retention was over while it was held.
 *
 * Claiming counts the attempt and raises the token, so a crash costs an attempt and a late result
 * is recognised. The holder ends its lease as delivered, as pending (attempts are left) or as
 * failed (this was the last one). A lease that runs out ends the same way with the outcome `lost`.
 * A lease that was never used goes back uncounted. A late 2xx, after the lease was lost, still
 * delivers whatever is not delivered or cancelled: the receiver has it. Only redelivering leaves
 * the three final states, with a new generation whose schedule starts again. Being held is no state
 * of the delivery: its endpoint is paused, disabled or asked for a pause, and nothing is moved.
 */
export type DeliveryState = "pending" | "leased" | "delivered" | "failed" | "cancelled";

/** The part of a delivery that the transitions speak of. */
export interface DeliveryProgress {
  readonly state: DeliveryState;
  /** Claimed in this generation. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** From 1. */
  readonly generation: number;
  /** Grows by one with every claim. */
  readonly leaseToken: number;
}

export type DeliveryChange =
  | "claim"
  | "deliver"
  | "retry"
  | "fail"
  | "release"
  | "deliverLate"
  | "cancel"
  | "expedite"
  | "redeliver";

interface Transition {
  readonly from: readonly DeliveryState[];
  readonly to: DeliveryState;
  /** What must hold between the delivery before and after, besides the states. */
  readonly guard: (before: DeliveryProgress, after: DeliveryProgress) => boolean;
}

/** The whole machine; whatever is not listed is a bug. */
export const DELIVERY_TRANSITIONS: Readonly<Record<DeliveryChange, Transition>> = Object.freeze({
  claim: {
    from: ["pending"],
    to: "leased",
    guard: (before, after) =>
      after.attempts === before.attempts + 1 &&
      after.attempts <= after.maxAttempts &&
      after.leaseToken === before.leaseToken + 1 &&
      after.generation === before.generation,
  },
  deliver: { from: ["leased"], to: "delivered", guard: isCountUnchanged },
  retry: {
    from: ["leased"],
    to: "pending",
    guard: (before, after) => isCountUnchanged(before, after) && after.attempts < after.maxAttempts,
  },
  fail: {
    from: ["leased"],
    to: "failed",
    guard: (before, after) =>
      isCountUnchanged(before, after) && after.attempts === after.maxAttempts,
  },
  release: {
    from: ["leased"],
    to: "pending",
    guard: (before, after) =>
      after.attempts === before.attempts - 1 && after.generation === before.generation,
  },
  deliverLate: { from: ["pending", "leased", "failed"], to: "delivered", guard: isCountUnchanged },
  cancel: { from: ["pending", "leased"], to: "cancelled", guard: isCountUnchanged },
  expedite: { from: ["pending"], to: "pending", guard: isCountUnchanged },
  redeliver: {
    from: ["delivered", "failed", "cancelled"],
    to: "pending",
    guard: (before, after) =>
      after.generation === before.generation + 1 &&
      after.attempts === 0 &&
      after.leaseToken >= before.leaseToken,
  },
});

function isCountUnchanged(before: DeliveryProgress, after: DeliveryProgress): boolean {
  return after.attempts === before.attempts && after.generation === before.generation;
}

/** Stops whoever changes a delivery in a way the machine does not know. */
export function assertTransition(
  change: DeliveryChange,
  before: DeliveryProgress,
  after: DeliveryProgress,
): void {
  const { from, to, guard } = DELIVERY_TRANSITIONS[change];
  assert(from.includes(before.state), `${change} from ${before.state}`);
  assert(after.state === to, `${change} leads to ${to}, not to ${after.state}`);
  assert(guard(before, after), `${change} with wrong attempts, generation or lease token`);
}

/** True for the states that only redelivering leaves. */
export function isFinished(state: DeliveryState): boolean {
  return state === "delivered" || state === "failed" || state === "cancelled";
}

export type DeliveryStatus =
  | "pending"
  | "sending"
  | "retrying"
  | "held"
  | "delivered"
  | "failed"
  | "cancelled";

/** What decides whether the deliveries of an endpoint may go out. */
export interface EndpointGate {
  readonly state: EndpointState;
  /** End of the pause it asked for by Retry-After; null without one. */
  readonly holdUntil: Date | null;
  /** All deliveries of the installation wait. */
  readonly isAllPaused: boolean;
}

/**
 * The status people see: `sending` while leased; before the first attempt of a generation
 * `pending`, after it `retrying`; either is `held` while the endpoint is paused or disabled, or
 * asked for a pause that outlasts the wait, and while an operator lets all deliveries wait.
 */
export function shownStatus(
  delivery: {
    readonly state: DeliveryState;
    readonly attempts: number;
    /** Null unless it is pending. */
    readonly dueAt: Date | null;
  },
  endpoint: EndpointGate,
  nowMs: number,
): DeliveryStatus {
  if (delivery.state === "leased") return "sending";
  if (delivery.state !== "pending") return delivery.state;
  const dueMs = Math.max(delivery.dueAt?.getTime() ?? 0, nowMs);
  const isPaused = endpoint.holdUntil !== null && endpoint.holdUntil.getTime() > dueMs;
  if (endpoint.state !== "active" || endpoint.isAllPaused || isPaused) return "held";
  return delivery.attempts === 0 ? "pending" : "retrying";
}

/**
 * The id of the delivery of an event to an endpoint: always the same for the pair, so a second one
 * cannot be stored. Both ids must be lower-case UUID texts.
 */
export function deliveryId(eventId: EventId, endpointId: EndpointId): DeliveryId {
  return asId(derivedUuid(eventId, endpointId));
}

/** The public id of an attempt, from its delivery and its number; it is stored nowhere. */
export function attemptId(delivery: DeliveryId, number: number): Id<"att"> {
  return asId(derivedUuid(delivery, String(number)));
}

/**
 * The first id's 48 time bits, then 74 bits of the SHA-256 of both texts, as a UUID of version 8
 * (RFC 9562, 5.8): it sorts by the first one's time and tells its day.
 */
function derivedUuid(id: string, name: string): string {
  const digest = hash("sha256", id + name, "hex");
  const variant = VARIANTS[Number.parseInt(digest.charAt(3), 16) & 3] ?? "8";
  const tail = `${variant}${digest.slice(4, 7)}-${digest.slice(7, 19)}`;
  return `${id.slice(0, 14)}8${digest.slice(0, 3)}-${tail}`;
}

/** The two fixed bits of the variant, 10, with two bits of the digest (RFC 9562, 4.1). */
const VARIANTS = ["8", "9", "a", "b"] as const;
