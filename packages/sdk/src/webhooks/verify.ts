import type { KeyObject } from "node:crypto";
import { webhookFormats, type WebhookFormat, type WebhookFormatName } from "./formats.ts";
import { findHeader, type HeaderBag } from "./headers.ts";
import { inspect, type Verification } from "./inspect.ts";
import { signatureKey } from "./sign.ts";
import { compileSignature, type Signature, type SignatureTemplate } from "./template.ts";
import { inspectTwilio } from "./twilio.ts";

export interface VerifyInput {
  /** The name of a built-in format, or a format of your own. */
  readonly format: WebhookFormatName | "twilio" | WebhookFormat;
  readonly headers: HeaderBag;
  /** The raw body, before any parser touched it; anything but bytes or text is `body_already_parsed`. */
  readonly body: Uint8Array | string;
  /** One secret, or several while a roll is going on: any of them may match. */
  readonly secret: string | readonly string[];
  /** Milliseconds since the epoch; the present time when absent. */
  readonly now?: number;
  /** Instead of the format's own; 0 accepts any age. Without effect where the timestamp is not signed. */
  readonly toleranceSeconds?: number;
  /**
   * Needed for `twilio`, which signs it: the address as it is configured at the sender, with the query of this
   * request. Not what a `Host` header says: a stranger writes that.
   */
  readonly url?: string;
}

export interface VerifySignatureInput {
  readonly names: WebhookFormat["headers"];
  readonly headers: HeaderBag;
  readonly body: Uint8Array | string;
  readonly keys: readonly KeyObject[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly toleranceSeconds?: number;
}

/**
 * Says whether a request was signed with one of the secrets, and if not, why. Never throws for what a request
 * contains; throws a `TypeError` for a secret, a format or a `url` that cannot work.
 *
 * ```ts
 * const result = verify({ format: "fanfare/guide", headers: request.headers, body, secret });
 * if (!result.ok) return new Response(result.reason, { status: 401 });
 * ```
 */
export function verify(input: VerifyInput): Verification {
  const { format, headers, body, now = Date.now(), toleranceSeconds } = input;
  if (format === "twilio") {
    const { url = "", secret } = input;
    return inspectTwilio({ url, headers, body, secrets: [secret].flat() }).verification;
  }
  const { signature, names, keys } = prepare(format, { secret: input.secret, headers });
  return verifySignature(signature, {
    names,
    headers,
    body,
    keys,
    now,
    ...(toleranceSeconds === undefined ? {} : { toleranceSeconds }),
  });
}

/** The same with a compiled template and ready keys, for those who verify many requests. */
export function verifySignature(signature: Signature, input: VerifySignatureInput): Verification {
  const toleranceSeconds = input.toleranceSeconds ?? signature.template.toleranceSeconds;
  return inspect({ signature, ...input, toleranceSeconds }).verification;
}

/** Format and secrets made ready for use, and the header names that this request uses. */
export function prepare(
  format: WebhookFormatName | WebhookFormat,
  { secret, headers }: { readonly secret: string | readonly string[]; readonly headers: HeaderBag },
): {
  readonly signature: Signature;
  readonly names: WebhookFormat["headers"];
  readonly keys: readonly KeyObject[];
} {
  const resolved = findFormat(format);
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (secrets.length === 0) throw new TypeError("Verifying needs at least one secret");
  return {
    signature: compiled(resolved.signature),
    names: namesIn(headers, resolved),
    keys: secrets.map((one) => signatureKey(resolved.signature, one)),
  };
}

/** A format by its name; throws a `TypeError` for a name that nothing has. */
export function findFormat(format: WebhookFormatName | WebhookFormat): WebhookFormat {
  if (typeof format !== "string") return format;
  if (!Object.hasOwn(webhookFormats, format)) {
    throw new TypeError(`Unknown webhook format: ${format}`);
  }
  return webhookFormats[format];
}

/** The set of header names under which this request carries its signature. */
export function namesIn(headers: HeaderBag, format: WebhookFormat): WebhookFormat["headers"] {
  const isThere = ({ signature }: WebhookFormat["headers"]) =>
    findHeader(headers, signature).state !== "missing";
  const { headers: first, otherHeaders = [] } = format;
  return [first, ...otherHeaders].find(isThere) ?? first;
}

const compilations = new WeakMap<SignatureTemplate, Signature>();

function compiled(template: SignatureTemplate): Signature {
  const known = compilations.get(template);
  if (known !== undefined) return known;
  const signature = compileSignature(template);
  compilations.set(template, signature);
  return signature;
}
