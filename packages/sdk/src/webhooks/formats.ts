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

const FANFARE_BODY_SIGNATURE: SignatureTemplate = {
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

const FANFARE_HEADERS: WebhookFormat["headers"] = {
  signature: "X-Fanfare-Signature",
  timestamp: "X-Fanfare-Timestamp",
};

/**
 * The formats that Posthorn brings along, by name. A test of the server holds them equal to its platform profiles.
 * `standard` is Standard Webhooks 1.0; `fanhaven` and `fabhub` sign the same way.
 * The body alone is signed in `fanfare/planned` and `fanfare/overview`: a recorded request stays valid there for ever,
 * so deduplicate on the id.
 */
export const webhookFormats = {
  standard: { id: "standard", signature: STANDARD_SIGNATURE, headers: STANDARD_HEADERS },
  "fanfare/planned": {
    id: "fanfare/planned",
    signature: FANFARE_BODY_SIGNATURE,
    headers: FANFARE_HEADERS,
  },
  "fanfare/overview": {
    id: "fanfare/overview",
    signature: FANFARE_BODY_SIGNATURE,
    headers: FANFARE_HEADERS,
  },
  "fanfare/guide": {
    id: "fanfare/guide",
    signature: {
      scheme: "t-v1",
      algorithm: "hmac-sha256",
      keyBytes: "utf8",
      content: "{timestamp}.{body}",
      encoding: "hex",
      each: "v1={sig}",
      max: 2,
      join: ",",
      wrap: "t={timestamp},{signatures}",
      toleranceSeconds: 300,
    },
    headers: FANFARE_HEADERS,
  },
  fanhaven: { id: "fanhaven", signature: STANDARD_SIGNATURE, headers: STANDARD_HEADERS },
  fabhub: { id: "fabhub", signature: STANDARD_SIGNATURE, headers: STANDARD_HEADERS },
} as const satisfies Record<string, WebhookFormat>;

export type WebhookFormatName = keyof typeof webhookFormats;
