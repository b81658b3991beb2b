import { isFinished, type DeliveryState, type EndpointGate } from "./delivery.ts";

/** A delivery that somebody wants sent again. */
export interface RedeliveryRequest {
  readonly state: DeliveryState;
  /** Null when the endpoint was deleted. */
  readonly endpoint: Pick<EndpointGate, "state"> | null;
  /** False when the event's bytes are gone, by retention or on request. */
  readonly isPayloadKept: boolean;
  /** It waits for an earlier delivery of its ordering key. */
  readonly isBlocked: boolean;
}

/**
 * `newGeneration`: the schedule starts again. `dueNow`: it was waiting anyway, the schedule goes on
 * from here. A refusal carries its code of the public catalogue; `conflict` stands for a deleted
 * endpoint.
 */
export type RedeliveryDecision =
  | { readonly kind: "newGeneration" }
  | { readonly kind: "dueNow" }
  | {
      readonly kind: "refused";
      readonly code:
        | "delivery_in_progress"
        | "delivery_blocked"
        | "endpoint_paused"
        | "payload_purged"
        | "conflict";
    };

/**
 * Redelivering never makes a second delivery. What is being sent is left alone; what waits goes at
 * once, unless its endpoint takes nothing; what has ended begins again, and is held if its endpoint
 * is paused or disabled.
 */
export function decideRedelivery(request: RedeliveryRequest): RedeliveryDecision {
  const { state, endpoint, isPayloadKept, isBlocked } = request;
  if (!isPayloadKept) return { kind: "refused", code: "payload_purged" };
  if (state === "leased") return { kind: "refused", code: "delivery_in_progress" };
  if (endpoint === null) return { kind: "refused", code: "conflict" };
  if (isFinished(state)) return { kind: "newGeneration" };
  if (isBlocked) return { kind: "refused", code: "delivery_blocked" };
  if (endpoint.state !== "active") return { kind: "refused", code: "endpoint_paused" };
  return { kind: "dueNow" };
}
