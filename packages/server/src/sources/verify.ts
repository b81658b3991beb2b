import {
  compileSignature,
  signatureTemplateProblems,
  verify,
  webhookFormats,
  type HeaderBag,
  type SignatureTemplate,
  type Verification,
  type WebhookFormat,
} from "@posthorn/sdk/webhooks";
import type { Provider, Scheme } from "../domain/source.ts";
import { assert } from "../platform/assert.ts";

/** Svix, and whoever sends through it, signs like Standard Webhooks under header names of its own. */
const STANDARD: WebhookFormat = {
  ...webhookFormats.standard,
  otherHeaders: [webhookFormats.resend.headers],
};

export interface SignedRequest {
  readonly provider: Provider;
  readonly scheme: Scheme | null;
  /** As configured at the provider, with the query of this request: Twilio signs it. */
  readonly url: string;
  /** Lists: a signature header that was sent twice must not pass for one. */
  readonly headers: HeaderBag;
  readonly body: Buffer;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface KnownSecret<Id> {
  readonly id: Id;
  readonly text: string;
}

export type SourceVerification<Id> =
  | { readonly ok: true; readonly secretId: Id }
  | Extract<Verification, { ok: false }>;

/**
 * Whether a request is signed with one of the secrets, and with which. All of them are tried, also after one fits, so
 * that the time tells nothing about which. Never throws for what a request contains.
 */
export function verifySource<Id>(
  request: SignedRequest,
  secrets: readonly KnownSecret<Id>[],
): SourceVerification<Id> {
  const format = formatOf(request);
  const { url, headers, body, now } = request;
  const results = secrets.map(({ id, text }) => ({
    id,
    verification: verify({ format, url, headers, body, now, secret: text }),
  }));
  const good = results.find(({ verification }) => verification.ok);
  if (good) return { ok: true, secretId: good.id };
  const [first] = results;
  return first && !first.verification.ok
    ? first.verification
    : { ok: false, reason: "no_matching_signature" };
}

/** What keeps a scheme from verifying anything, as sentences; empty when nothing does. */
export function schemeProblems(scheme: Scheme): string[] {
  const { content, timestampHeader, idHeader } = scheme;
  const problems = signatureTemplateProblems(templateOf(scheme));
  if (content.includes("{timestamp}") && timestampHeader === null) {
    problems.push("content has {timestamp}: name its header in timestampHeader");
  }
  if (content.includes("{id}") && idHeader === null) {
    problems.push("content has {id}: name its header in idHeader");
  }
  if (timestampHeader !== null && !content.includes("{timestamp}")) {
    problems.push("a timestamp that is not signed proves nothing: put {timestamp} into content");
  }
  if (problems.length === 0) compileSignature(templateOf(scheme));
  return problems;
}

function formatOf({ provider, scheme }: SignedRequest): Parameters<typeof verify>[0]["format"] {
  if (provider === "standard") return STANDARD;
  if (provider !== "generic") return provider;
  assert(scheme, "a generic source has a scheme");
  return genericFormat(scheme);
}

function genericFormat(scheme: Scheme): WebhookFormat {
  const { header, timestampHeader, idHeader } = scheme;
  return {
    id: "generic",
    signature: templateOf(scheme),
    headers: {
      signature: header,
      timestamp: timestampHeader ?? undefined,
      id: idHeader ?? undefined,
    },
  };
}

function templateOf(scheme: Scheme): SignatureTemplate {
  const { algorithm, encoding, prefix, secretEncoding, content } = scheme;
  return {
    scheme: "generic",
    algorithm: `hmac-${algorithm}`,
    keyBytes: secretEncoding === "base64" ? "base64-after-prefix" : "utf8",
    content: content.replaceAll("{id}", "{event.id}"),
    encoding,
    each: `${prefix}{sig}`,
    max: 1,
    join: "",
    wrap: "{signatures}",
    toleranceSeconds: content.includes("{timestamp}") ? scheme.toleranceSeconds : 0,
  };
}
