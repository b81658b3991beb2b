import { BATCH_EVENTS_MAX, EVENT_DEPTH_MAX } from "../limits.ts";
import type { FieldProblem } from "./problem.ts";

/**
 * What can be wrong with a field of a published event; all of them are codes of the public
 * catalogue.
 */
export type EventFieldCode =
  | "required"
  | "unknown_field"
  | "duplicate_key"
  | "event_not_object"
  | "json_too_deep"
  | "type_invalid"
  | "timestamp_invalid"
  | "resource_invalid"
  | "ordering_key_invalid"
  | "idempotency_key_invalid"
  | "id_invalid"
  | "invalid_type"
  | "batch_empty"
  | "batch_too_large";

export type EventFieldProblem = FieldProblem<EventFieldCode>;

const MESSAGES: Readonly<Record<EventFieldCode, string>> = {
  required: "This field is required.",
  unknown_field: "An event has no field of this name.",
  duplicate_key: "This key stands twice in the same object.",
  event_not_object: "An event is a JSON object with `type` and `data`.",
  json_too_deep: `Arrays and objects may be nested ${EVENT_DEPTH_MAX} levels deep.`,
  type_invalid:
    "A type is 1 to 8 words of a-z, 0-9 and _ joined by dots, at most 128 characters in all.",
  timestamp_invalid:
    "A time needs the form of RFC 3339 with a zone and may be at most 10 years away from now.",
  resource_invalid:
    "A resource is a kind in lower case, a colon, and a name of 1 to 128 letters, digits or . _ -",
  ordering_key_invalid: "An ordering key is 1 to 128 printable characters.",
  idempotency_key_invalid: "An idempotency key is 1 to 255 visible ASCII characters.",
  id_invalid: "This is not the id of an organization.",
  invalid_type: "This field takes an array of events.",
  batch_empty: "A batch needs at least one event.",
  batch_too_large: `A batch takes at most ${BATCH_EVENTS_MAX} events.`,
};

const FIXES: Readonly<Partial<Record<EventFieldCode, string>>> = {
  type_invalid: "order.created",
  timestamp_invalid: "2026-01-31T12:00:00Z",
  resource_invalid: "artist:nova",
  ordering_key_invalid: "order-1042",
  idempotency_key_invalid: "order-1042-created",
};

/** A problem with its sentence and, where a form is asked for, an example of it. */
export function describeEventProblem(pointer: string, code: EventFieldCode): EventFieldProblem {
  const fix = FIXES[code];
  const problem = { pointer, code, message: MESSAGES[code] };
  return fix === undefined ? problem : { ...problem, fix };
}
