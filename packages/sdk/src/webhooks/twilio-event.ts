import { createHash } from "node:crypto";
import { findHeader, type HeaderBag } from "./headers.ts";
import { TWILIO_HEADER } from "./twilio.ts";

/**
 * Twilio's requests have neither an id nor a type. The id is made from the signature and the body: a request that comes
 * again has both the same, and a header that is not signed could be given any value by whoever replays a request.
 */
export function readTwilioEvent(input: {
  readonly headers: HeaderBag;
  readonly body: Uint8Array | string;
}) {
  const signature = findHeader(input.headers, TWILIO_HEADER);
  const hash = createHash("sha256")
    .update(signature.state === "found" ? signature.value : "")
    .update("\n")
    .update(input.body);
  const data = dataOf(Buffer.from(input.body).toString("utf8"), input.headers);
  return { id: `twilio_${hash.digest("hex")}`, type: typeOf(data), data, occurredAt: null };
}

/** The fields of a form, repeated ones as lists; JSON as it is. */
function dataOf(text: string, headers: HeaderBag): unknown {
  const contentType = findHeader(headers, "content-type");
  if (contentType.state === "found" && /^application\/json\b/i.test(contentType.value)) {
    try {
      return JSON.parse(text);
    } catch {
      return { body: text };
    }
  }
  const fields = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(`?${text}`)) {
    const known = fields.get(name);
    fields.set(name, known === undefined ? value : [known, value].flat());
  }
  return Object.fromEntries(fields);
}

function typeOf(data: unknown): string {
  if (typeof data !== "object" || data === null) return "request";
  const fields: Readonly<Record<string, unknown>> = { ...data };
  const status = (name: string) => {
    const value = fields[name];
    return typeof value === "string" && /^[\w-]{1,64}$/.test(value) ? value : undefined;
  };
  const message = status("MessageStatus") ?? status("SmsStatus");
  if (message !== undefined) return `message.${message}`;
  const call = status("CallStatus");
  return call === undefined ? "request" : `call.${call}`;
}
