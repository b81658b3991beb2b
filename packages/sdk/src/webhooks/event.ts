import { STANDARD_FIELDS, type EventFields, type Place, type TimeForm } from "./fields.ts";
import type { WebhookFormat, WebhookFormatName } from "./formats.ts";
import { findHeader, type HeaderBag } from "./headers.ts";
import { readTwilioEvent } from "./twilio-event.ts";
import { findFormat, namesIn } from "./verify.ts";

/** An event as a receiver sees it: the fields of its body, and the same four names for every format. */
export interface WebhookEvent<Type extends string = string, Data = unknown> {
  /** The same whenever the event comes again: what to deduplicate on. */
  readonly id: string;
  readonly type: Type;
  readonly data: Data;
  /** Null where the sender does not say it. */
  readonly occurredAt: Date | null;
  /** Seconds since the epoch; in `fanfare/guide` and `stripe`. */
  readonly created?: number;
  /** ISO 8601; in the formats of Standard Webhooks, `fanfare/planned` and `fanfare/overview`. */
  readonly timestamp?: string;
  /** In `fanfare/guide` and `fanfare/overview`. */
  readonly organizationId?: string;
  /** In `fanfare/planned`. */
  readonly organization_id?: string;
  /** In `fanfare/guide`, where the event has one. */
  readonly experienceId?: string;
}

/** An event of a map from types to their data; of several types, their union. */
export type EventOf<Events extends object, Type extends keyof Events & string> = {
  [Each in Type]: WebhookEvent<Each, Events[Each]>;
}[Type];

export interface ReadInput {
  readonly format: WebhookFormatName | "twilio" | WebhookFormat;
  readonly headers: HeaderBag;
  readonly body: Uint8Array | string;
}

const ID_LENGTH_MAX = 255;

/** Reads the event of a verified request; undefined when the body is no event of this format. Never throws. */
export function readEvent({ format, headers, body }: ReadInput): WebhookEvent | undefined {
  if (format === "twilio") return readTwilioEvent({ headers, body });
  const fields = parseObject(body);
  if (fields === undefined) return undefined;
  const resolved = findFormat(format);
  const { id, type, data, occurredAt }: EventFields = resolved.event ?? STANDARD_FIELDS;
  const signedIdHeader = namesIn(headers, resolved).id;
  const find = (place: Place) => findPlace(place, { fields, headers, signedIdHeader });
  const [eventId, eventType] = [find(id), find(type)];
  if (!isName(eventId) || !isName(eventType)) return undefined;
  const time = occurredAt && timeOf(fields[occurredAt.field], occurredAt.as);
  return {
    ...fields,
    id: eventId,
    type: eventType,
    data: data === undefined ? fields : fields[data],
    occurredAt: time ?? null,
  };
}

/** Makes an event of what `JSON.stringify` wrote of one. */
export function reviveEvent(payload: string): WebhookEvent {
  // Proof: the payload was written from a WebhookEvent; only its date has become a text.
  const event = JSON.parse(payload) as WebhookEvent & { readonly occurredAt: string | null };
  return { ...event, occurredAt: event.occurredAt === null ? null : new Date(event.occurredAt) };
}

/** Stores take ids and types as they are: what they could not keep, or nobody would send, is no event. */
function isName(value: unknown): value is string {
  return (
    typeof value === "string" &&
    value !== "" &&
    value.length <= ID_LENGTH_MAX &&
    value.isWellFormed() &&
    !/\p{Cc}/u.test(value)
  );
}

function findPlace(
  place: Place,
  input: {
    readonly fields: Readonly<Record<string, unknown>>;
    readonly headers: HeaderBag;
    readonly signedIdHeader: string | undefined;
  },
): unknown {
  if (place === "signed-id") return headerOf(input.headers, input.signedIdHeader ?? "");
  if ("field" in place) return input.fields[place.field];
  const value = headerOf(input.headers, place.header);
  const addition = place.withField && input.fields[place.withField];
  return value !== undefined && typeof addition === "string" ? `${value}.${addition}` : value;
}

function headerOf(headers: HeaderBag, name: string): string | undefined {
  const found = findHeader(headers, name);
  return found.state === "found" ? found.value : undefined;
}

function timeOf(value: unknown, form: TimeForm): Date | undefined {
  const ms = typeof value === "number" && form === "unix-seconds" ? value * 1000 : value;
  if (typeof ms !== "number" && typeof ms !== "string") return undefined;
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

function parseObject(body: Uint8Array | string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(
      typeof body === "string" ? body : Buffer.from(body).toString("utf8"),
    );
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    // Nested too deeply to be written again, so no store could keep it.
    JSON.stringify(value);
    return { ...value };
  } catch {
    return undefined;
  }
}
