/**
 * Operational events: what befalls an organization's own endpoints and deliveries, sent to its endpoints like any other
 * event. They belong to no profile, nobody can publish one, and only an endpoint that names one gets it: `*` and
 * `endpoint.*` mean the organization's own events, as their receivers expect.
 */
import type { EventTypeEntry } from "./profile-schema.ts";

export const OPERATIONAL_TYPES = [
  "endpoint.failing",
  "endpoint.disabled",
  "endpoint.recovered",
  "delivery.exhausted",
] as const;
export type OperationalType = (typeof OPERATIONAL_TYPES)[number];

/** The title of their group in every catalogue. */
export const OPERATIONAL_GROUP = "Operational events";

const NAMES: ReadonlySet<string> = new Set(OPERATIONAL_TYPES);

export function isOperationalType(type: string): type is OperationalType {
  return NAMES.has(type);
}

/** The endpoint that an operational event is about, without what its URL may hold of secrets. */
export interface Subject {
  /** In their public forms. */
  readonly endpointId: string;
  readonly description: string;
  /** Scheme, host and port of its URL: paths and queries of webhook URLs are often credentials. */
  readonly origin: string;
}

/** What is particular to an event of each type; times are ISO 8601. */
export interface OperationalFacts {
  readonly "endpoint.failing": {
    readonly failingSince: string;
    /** Of the latest failed attempt that is known. */
    readonly lastOutcome: string | null;
    readonly lastStatus: number | null;
  };
  readonly "endpoint.disabled": {
    /** `gone` (it answered 410), `failing` (for days) or `person`. */
    readonly reason: string;
    readonly disabledAt: string;
  };
  readonly "endpoint.recovered": { readonly failingSince: string; readonly recoveredAt: string };
  readonly "delivery.exhausted": {
    readonly deliveryId: string;
    readonly eventId: string;
    /** Null when the event is no longer kept. */
    readonly eventType: string | null;
    readonly attempts: number;
    readonly lastOutcome: string | null;
    readonly lastStatus: number | null;
    readonly failedAt: string;
  };
}

/** The bytes of an operational event's `data`. */
export function operationalData<Type extends OperationalType>(
  subject: Subject,
  facts: OperationalFacts[Type],
): Buffer {
  return Buffer.from(JSON.stringify({ ...subject, ...facts }));
}

/** `https://shop.example/in?key=1` → `https://shop.example`; the text itself stays out where it is no URL. */
export function originOfUrl(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "";
}

const text = { type: "string" };
const time = { type: "string", format: "date-time" };
const outcome = { type: ["string", "null"], description: "As in the log of attempts." };
const status = { type: ["integer", "null"], description: "HTTP status, if there was one." };

const SUBJECT = {
  endpointId: text,
  description: text,
  origin: { ...text, description: "Scheme, host and port of its URL; the rest may be secret." },
};
const SUBJECT_EXAMPLE: Subject = {
  endpointId: "ep_01k4z3m8qhf0v9r2t6w8x1y3za",
  description: "Shop",
  origin: "https://shop.example",
};

function entry<Type extends OperationalType>(
  type: Type,
  about: {
    readonly description: string;
    readonly properties: Readonly<Record<keyof OperationalFacts[Type], object>>;
    readonly example: OperationalFacts[Type];
  },
): EventTypeEntry {
  const properties: Record<string, object> = { ...SUBJECT, ...about.properties };
  const required = Object.keys(properties);
  const schema = { type: "object", properties, required };
  // Proof: the parts are plain JSON, written out in this file.
  const plain = JSON.parse(JSON.stringify({ schema, example: about.example })) as Plain;
  const example = { ...SUBJECT_EXAMPLE, ...plain.example };
  return { type, description: about.description, schema: plain.schema, example };
}

type Plain = {
  readonly schema: NonNullable<EventTypeEntry["schema"]>;
  readonly example: Record<string, string | number | null>;
};

/** The group of operational events, the same in the catalogue of every profile. */
export const OPERATIONAL_EVENTS: readonly EventTypeEntry[] = Object.freeze([
  entry("endpoint.failing", {
    description: "An endpoint has answered nothing but failures for an hour",
    properties: { failingSince: time, lastOutcome: outcome, lastStatus: status },
    example: { failingSince: "2026-03-02T09:15:00.000Z", lastOutcome: "timeout", lastStatus: null },
  }),
  entry("endpoint.disabled", {
    description: "An endpoint was disabled; its deliveries are held",
    properties: { reason: { enum: ["gone", "failing", "person"] }, disabledAt: time },
    example: { reason: "gone", disabledAt: "2026-03-02T10:15:00.000Z" },
  }),
  entry("endpoint.recovered", {
    description: "An endpoint that was announced as failing has taken a delivery again",
    properties: { failingSince: time, recoveredAt: time },
    example: {
      failingSince: "2026-03-02T09:15:00.000Z",
      recoveredAt: "2026-03-02T11:02:30.000Z",
    },
  }),
  entry("delivery.exhausted", {
    description: "The last attempt of a delivery has failed",
    properties: {
      deliveryId: text,
      eventId: text,
      eventType: { type: ["string", "null"] },
      attempts: { type: "integer" },
      lastOutcome: outcome,
      lastStatus: status,
      failedAt: time,
    },
    example: {
      deliveryId: "dlv_01k4z3m8qhf0v9r2t6w8x1y3zb",
      eventId: "evt_01k4z3m8qhf0v9r2t6w8x1y3zc",
      eventType: "order.created",
      attempts: 10,
      lastOutcome: "http_error",
      lastStatus: 500,
      failedAt: "2026-03-05T09:15:00.000Z",
    },
  }),
]);
