/**
 * Twilio's scheme, which is no template: HMAC-SHA-1 over the address and, of a form, over its fields sorted by name.
 * Any other body is bound by its SHA-256 in the query (`bodySHA256`), which the signature covers with the address.
 * From Twilio's documentation, "Webhooks security", and its Node library 6.2, `lib/webhooks/webhooks.js`.
 */
import { createHash, createHmac } from "node:crypto";
import { parse } from "node:querystring";
import { anyEqual } from "./equal.ts";
import { findHeader, type HeaderBag } from "./headers.ts";
import { isRaw, refused, type Inspection } from "./inspect.ts";
import { spellings } from "./twilio-url.ts";

/** The header that carries Twilio's signature. */
export const TWILIO_HEADER = "X-Twilio-Signature";

export interface TwilioInput {
  /** The address as it is configured at Twilio, with the query of this request; not what a `Host` header says. */
  readonly url: string;
  readonly headers: HeaderBag;
  readonly body: Uint8Array | string;
  /** The auth token of the account, or several while it is changed. */
  readonly secrets: readonly string[];
}

export interface TwilioSignInput {
  readonly url: string;
  readonly body: Uint8Array | string;
  readonly secret: string;
  /** `application/x-www-form-urlencoded` when absent. */
  readonly contentType?: string;
}

const FORM = "application/x-www-form-urlencoded";
const HASH_FIELD = "bodySHA256";
/** As many as parsers of forms commonly take, and far more than Twilio sends; sorting a megabyte of names is work. */
const FIELDS_MAX = 1_000;

/**
 * Does the whole verification once. Never throws for what a request contains, its query included; throws a
 * `TypeError` without a secret or without an absolute http(s) address.
 */
export function inspectTwilio({ url, headers, body, secrets }: TwilioInput): Inspection {
  demandUsable(url, secrets);
  if (!isRaw(body)) return refused("body_already_parsed");
  const header = findHeader(headers, TWILIO_HEADER);
  if (header.state !== "found") return refused(`${header.state}_header`, TWILIO_HEADER);
  if (header.value === "") return refused("malformed_header", TWILIO_HEADER);
  const signed = signedText({ url, body, contentType: contentTypeOf(headers) });
  const received = { signatures: [header.value], time: "", id: "" };
  const failure = { ok: false, reason: "no_matching_signature" } as const;
  if (signed === undefined) return { verification: failure, received };
  const expected = secrets.flatMap((secret) =>
    spellings(url).map((spelling) => digest(secret, spelling + signed)),
  );
  const matches = anyEqual(expected, received.signatures);
  return { verification: matches ? { ok: true } : failure, received, expected };
}

/**
 * The value of Twilio's signature header, for tests of a receiver. For a body that is no form the address has to
 * carry its hash already; `twilioAddress` adds it.
 */
export function signTwilio({ url, body, secret, contentType = FORM }: TwilioSignInput): string {
  demandUsable(url, [secret]);
  const signed = signedText({ url, body, contentType });
  if (signed === undefined) {
    throw new TypeError(
      `The query must carry ${HASH_FIELD} of what is no form of up to ${FIELDS_MAX} fields`,
    );
  }
  return digest(secret, url + signed);
}

/** The address with the hash of a body that is no form, as Twilio requests it. */
export function twilioAddress(url: string, body: Uint8Array | string): string {
  return `${url}${url.includes("?") ? "&" : "?"}${HASH_FIELD}=${sha256(body)}`;
}

function demandUsable(url: string, secrets: readonly string[]): void {
  if (secrets.length === 0) throw new TypeError("Verifying needs at least one secret");
  if (secrets.includes("")) throw new TypeError("A signing secret must not be empty");
  if (!/^https?:\/\//i.test(url)) {
    throw new TypeError("Twilio signs the whole address: give `url`, beginning with https://");
  }
}

function contentTypeOf(headers: HeaderBag): string {
  const found = findHeader(headers, "content-type");
  return found.state === "found" ? found.value : "";
}

/**
 * What is signed after the address; undefined when nothing binds the body, or it is none of Twilio's. Taking such a body
 * for a form without fields would verify the address alone, and anybody who has seen one request could send any body.
 */
function signedText(input: {
  readonly url: string;
  readonly body: Uint8Array | string;
  readonly contentType: string;
}): string | undefined {
  const { url, body, contentType } = input;
  const hash = queryOf(url).get(HASH_FIELD);
  if (hash !== null) return anyEqual([sha256(body)], [hash]) ? "" : undefined;
  const isForm = contentType.split(";")[0]?.trim().toLowerCase() === FORM;
  if (isForm) return fieldsOf(bodyText(body));
  return body.length === 0 ? "" : undefined;
}

function queryOf(url: string): URLSearchParams {
  const start = url.indexOf("?");
  return new URLSearchParams(start === -1 ? "" : url.slice(start).replace(/#.*$/s, ""));
}

/**
 * Sorted by name; the values of one name without repetitions and sorted, too; blanks and empty values stay. Undefined
 * for more fields than Twilio sends.
 */
function fieldsOf(form: string): string | undefined {
  if (form.split("&", FIELDS_MAX + 1).length > FIELDS_MAX) return undefined;
  const fields = parse(form, "&", "=", { maxKeys: 0 });
  let text = "";
  for (const name of Object.keys(fields).sort()) {
    const values = [...new Set([fields[name] ?? ""].flat())].sort();
    for (const value of values) text += name + value;
  }
  return text;
}

function bodyText(body: Uint8Array | string): string {
  return typeof body === "string" ? body : Buffer.from(body).toString("utf8");
}

function sha256(body: Uint8Array | string): string {
  return createHash("sha256").update(body).digest("hex");
}

function digest(secret: string, text: string): string {
  return createHmac("sha1", secret).update(text, "utf8").digest("base64");
}
