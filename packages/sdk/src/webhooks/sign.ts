import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { renderText, type Signature, type SignatureTemplate } from "./template.ts";

export interface SignInput {
  /** At least one; during a roll both, in the order in which the header names them. */
  readonly keys: readonly KeyObject[];
  /** The id exactly as the receiver reads it in its header; empty where the content signs none. */
  readonly id: string;
  /** Whole seconds since the epoch. */
  readonly timestamp: number;
  /** The bytes that are sent. */
  readonly body: Uint8Array;
}

const HASHES = { "hmac-sha256": "sha256", "hmac-sha1": "sha1", "hmac-sha512": "sha512" } as const;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * The HMAC key of a signing secret. Keep it: making one costs more than a signature.
 * Throws a `TypeError` without the secret in it when the secret is empty or not base64 where that is demanded.
 */
export function signatureKey(template: SignatureTemplate, secret: string): KeyObject {
  const bytes = keyBytes(template, secret);
  if (bytes.length === 0) throw new TypeError("A signing secret must not be empty");
  return createSecretKey(bytes);
}

/**
 * The value of the signature header, with one signature for each key up to the template's `max`.
 * Throws a `TypeError` without a key: an unsigned request must never leave.
 */
export function sign(signature: Signature, { keys, id, timestamp, body }: SignInput): string {
  if (keys.length === 0) throw new TypeError("Signing needs at least one key");
  const { template, each, signaturesMax } = signature;
  const time = String(timestamp);
  let signatures = "";
  for (let index = 0; index < keys.length && index < signaturesMax; index++) {
    const key = keys[index];
    if (key === undefined) break;
    if (index > 0) signatures += template.join;
    signatures += each.start + digest(signature, { key, id, time, body }) + each.end;
  }
  const before = renderText(signature.wrapBefore, id, time);
  return before + signatures + renderText(signature.wrapAfter, id, time);
}

/** What is signed, as text, for whoever looks for the difference between two computations. */
export function signedContent(
  signature: Signature,
  { id, timestamp, body }: Pick<SignInput, "id" | "timestamp"> & { readonly body: string },
): string {
  const time = String(timestamp);
  return (
    renderText(signature.beforeBody, id, time) + body + renderText(signature.afterBody, id, time)
  );
}

/** One encoded HMAC over the template's content; `time` is the timestamp as text, exactly as it travels. */
export function digest(
  signature: Signature,
  input: {
    readonly key: KeyObject;
    readonly id: string;
    readonly time: string;
    readonly body: Uint8Array | string;
  },
): string {
  const hmac = createHmac(HASHES[signature.template.algorithm], input.key);
  // Piece by piece: joining would copy the body once for each signature.
  const before = renderText(signature.beforeBody, input.id, input.time);
  if (before !== "") hmac.update(before);
  hmac.update(input.body);
  const after = renderText(signature.afterBody, input.id, input.time);
  if (after !== "") hmac.update(after);
  return hmac.digest(signature.template.encoding);
}

function keyBytes(template: SignatureTemplate, secret: string): Buffer {
  if (template.keyBytes === "utf8") return Buffer.from(secret, "utf8");
  // Standard base64 has no underscore, so the prefix ends at the last one, whatever it says.
  const encoded = secret.slice(secret.lastIndexOf("_") + 1);
  if (!BASE64.test(encoded))
    throw new TypeError("A signing secret must be base64 after its prefix");
  return Buffer.from(encoded, "base64");
}
