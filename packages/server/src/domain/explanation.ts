import { assert } from "../platform/assert.ts";
import { compileSubscription } from "./event-type.ts";
import { compileFilter } from "./filter.ts";

/** Why an endpoint did or did not get an event; judged by the endpoint as it is now. */
export type DeliveryReason =
  /** It has a delivery. */
  | "delivered_to"
  | "test_event"
  | "created_after_event"
  | "type_not_subscribed"
  | "other_resource"
  | "filter_does_not_match"
  /** Nothing speaks against it today: it was set up differently when the event was accepted. */
  | "changed_since";

/** What decides about one endpoint and one event. */
export interface ExplanationInput {
  readonly event: {
    readonly type: string;
    readonly resource: string | null;
    readonly data: Buffer;
    readonly isTest: boolean;
    /** Milliseconds since the epoch. */
    readonly acceptedAt: number;
  };
  readonly endpoint: {
    readonly events: readonly string[];
    readonly filter: unknown;
    readonly resource: string | null;
    readonly createdAt: number;
  };
  readonly hasDelivery: boolean;
}

/** The first reason in the order in which the questions are asked when an event is accepted. */
export function explainDelivery({
  event,
  endpoint,
  hasDelivery,
}: ExplanationInput): DeliveryReason {
  if (hasDelivery) return "delivered_to";
  if (event.isTest) return "test_event";
  if (endpoint.createdAt > event.acceptedAt) return "created_after_event";
  if (!compileSubscription(endpoint.events)(event.type)) return "type_not_subscribed";
  if (endpoint.resource !== null && endpoint.resource !== event.resource) return "other_resource";
  if (!passesFilter(endpoint.filter, event)) return "filter_does_not_match";
  return "changed_since";
}

function passesFilter(filter: unknown, event: ExplanationInput["event"]): boolean {
  if (filter === null) return true;
  const compiled = compileFilter(filter);
  assert(compiled.ok, "a stored filter was checked");
  return compiled.matches({ type: event.type, data: JSON.parse(event.data.toString()) });
}
