import { BODY_FIELDS, CREATED_FIELDS, STANDARD_FIELDS, type EventFields } from "./fields.ts";
import type { SignatureTemplate } from "./template.ts";

/** What a receiver must know about a sender: how it signs, and in which headers the parts travel. */
export interface WebhookFormat {
  readonly id: string;
  readonly signature: SignatureTemplate;
  readonly headers: {
    readonly signature: string;
    /** Needed where a timestamp is signed that is not part of the signature header. */
    readonly timestamp?: string | undefined;
    /** Needed where an id is signed. */
    readonly id?: string | undefined;
  };
  /** Other names that the same sender uses, as a whole set; looked at when the signature is not under the first. */
  readonly otherHeaders?: readonly WebhookFormat["headers"][] | undefined;
  /** Where id, type, time and data of an event stand; those of Standard Webhooks when absent. */
  readonly event?: EventFields | undefined;
}

const STANDARD_SIGNATURE: SignatureTemplate = {
  scheme: "standard-v1",
  algorithm: "hmac-sha256",
  keyBytes: "base64-after-prefix",
  content: "{event.id}.{timestamp}.{body}",
  encoding: "base64",
  each: "v1,{sig}",
  join: " ",
  wrap: "{signatures}",
  toleranceSeconds: 300,
};

const STANDARD_HEADERS: WebhookFormat["headers"] = {
  signature: "webhook-signature",
  timestamp: "webhook-timestamp",
  id: "webhook-id",
};

const BODY_SIGNATURE: SignatureTemplate = {
  scheme: "sha256-body",
  algorithm: "hmac-sha256",
  keyBytes: "utf8",
  content: "{body}",
  encoding: "hex",
  each: "sha256={sig}",
  max: 1,
  join: "",
  wrap: "{signatures}",
  toleranceSeconds: 0,
};

const TIMED_SIGNATURE: SignatureTemplate = {
  scheme: "t-v1",
  algorithm: "hmac-sha256",
  keyBytes: "utf8",
  content: "{timestamp}.{body}",
  encoding: "hex",
  each: "v1={sig}",
  join: ",",
  wrap: "t={timestamp},{signatures}",
  toleranceSeconds: 300,
};

const FANFARE_HEADERS: WebhookFormat["headers"] = {
  signature: "X-Fanfare-Signature",
  timestamp: "X-Fanfare-Timestamp",
};

/**
 * The formats in which Posthorn sends, by name. A test of the server holds them equal to its platform profiles.
 * `standard` is Standard Webhooks 1.0; `fanhaven` and `fabhub` sign the same way.
 * The body alone is signed in `fanfare/planned` and `fanfare/overview`: a recorded request stays valid there for ever,
 * so deduplicate on the id.
 */
export const platformFormats = {
  standard: {
    id: "standard",
    signature: STANDARD_SIGNATURE,
    headers: STANDARD_HEADERS,
    event: STANDARD_FIELDS,
  },
  "fanfare/planned": {
    id: "fanfare/planned",
    signature: BODY_SIGNATURE,
    headers: FANFARE_HEADERS,
    event: BODY_FIELDS,
  },
  "fanfare/overview": {
    id: "fanfare/overview",
    signature: BODY_SIGNATURE,
    headers: FANFARE_HEADERS,
    event: BODY_FIELDS,
  },
  "fanfare/guide": {
    id: "fanfare/guide",
    signature: { ...TIMED_SIGNATURE, max: 2 },
    headers: FANFARE_HEADERS,
    event: CREATED_FIELDS,
  },
  fanhaven: {
    id: "fanhaven",
    signature: STANDARD_SIGNATURE,
    headers: STANDARD_HEADERS,
    event: STANDARD_FIELDS,
  },
  fabhub: {
    id: "fabhub",
    signature: STANDARD_SIGNATURE,
    headers: STANDARD_HEADERS,
    event: STANDARD_FIELDS,
  },
} as const satisfies Record<string, WebhookFormat>;

/**
 * How others sign what they send, each as its own library does:
 * - `stripe`: header `Stripe-Signature`; the key is the whole `whsec_…` as text, unlike in Standard Webhooks.
 * - `resend`: Standard Webhooks under the header names of Svix.
 * - `github`: the body alone, so a recorded request stays valid for ever.
 *
 * Twilio signs an address and not only a body, which no template says: `verify` knows it by the name `twilio`.
 */
export const providerFormats = {
  stripe: {
    id: "stripe",
    signature: TIMED_SIGNATURE,
    headers: { signature: "Stripe-Signature" },
    event: CREATED_FIELDS,
  },
  resend: {
    id: "resend",
    signature: STANDARD_SIGNATURE,
    headers: { signature: "svix-signature", timestamp: "svix-timestamp", id: "svix-id" },
    otherHeaders: [STANDARD_HEADERS],
    event: { ...STANDARD_FIELDS, occurredAt: { field: "created_at", as: "iso8601" } },
  },
  github: {
    id: "github",
    signature: BODY_SIGNATURE,
    headers: { signature: "X-Hub-Signature-256" },
    event: {
      id: { header: "X-GitHub-Delivery" },
      type: { header: "X-GitHub-Event", withField: "action" },
    },
  },
} as const satisfies Record<string, WebhookFormat>;

export type WebhookFormatName = keyof typeof platformFormats | keyof typeof providerFormats;

/** All formats that a template can say, by name. */
export const webhookFormats: Readonly<Record<WebhookFormatName, WebhookFormat>> = {
  ...platformFormats,
  ...providerFormats,
};
