import {
  compileWanting,
  type Unwanted,
  type WantedEvent,
  type WantingSettings,
} from "./wanting.ts";

/** Why an endpoint has no delivery of an event; judged by the endpoint as it is now. */
export type NoDeliveryReason =
  | "test_event"
  | "created_after_event"
  | Unwanted
  /** Nothing speaks against it today: it was set up differently when the event was accepted. */
  | "changed_since";

/** What decides about one endpoint and one event. */
export interface ExplanationInput {
  readonly event: WantedEvent & {
    readonly isTest: boolean;
    /** Milliseconds since the epoch. */
    readonly acceptedAt: number;
  };
  readonly endpoint: WantingSettings & { readonly createdAt: number };
}

/** The first reason in the order in which the questions are asked when an event is accepted. */
export function explainNoDelivery({ event, endpoint }: ExplanationInput): NoDeliveryReason {
  if (event.isTest) return "test_event";
  if (endpoint.createdAt > event.acceptedAt) return "created_after_event";
  return compileWanting(endpoint)(event) ?? "changed_since";
}
