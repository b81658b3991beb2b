import { randomUUID } from "node:crypto";
import { STANDARD_FIELDS, type EventFields } from "./fields.ts";
import type { WebhookFormat, WebhookFormatName } from "./formats.ts";
import { sign, signatureKey } from "./sign.ts";
import { compileSignature } from "./template.ts";
import { signTwilio, TWILIO_HEADER, twilioAddress } from "./twilio.ts";
import { findFormat } from "./verify.ts";

export interface TestEventInput {
  readonly format: WebhookFormatName | "twilio" | WebhookFormat;
  /** One secret, or several as during a roll. */
  readonly secret: string | readonly string[];
  readonly type: string;
  /** `{}` when absent. For `twilio` the fields of the form. */
  readonly data?: unknown;
  /** A new one when absent. */
  readonly id?: string;
  /** When it is sent and has happened, in milliseconds since the epoch; the present time when absent. */
  readonly now?: number;
  /** Needed for `twilio`, which signs it. */
  readonly url?: string;
}

export interface TestRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Where the request has to go; only for `twilio`. */
  readonly url?: string;
}

/**
 * A request as its sender would make it, for tests of a receiver.
 *
 * ```ts
 * const { headers, body } = signTestEvent({ format: "fanfare/guide", secret, type: "order.paid", data: { orderId } });
 * const response = await POST(new Request("http://localhost/webhooks", { method: "POST", headers, body }));
 * ```
 */
export function signTestEvent(input: TestEventInput): TestRequest {
  if (input.format === "twilio") return signTwilioEvent(input);
  const { type, data = {}, id = randomUUID(), now = Date.now() } = input;
  const format = findFormat(input.format);
  const fields = format.event ?? STANDARD_FIELDS;
  const body = JSON.stringify(bodyOf(fields, { id, type, data, now }));
  const signature = compileSignature(format.signature);
  const { headers: names } = format;
  const timestamp = Math.floor(now / 1000);
  const keys = [input.secret].flat().map((secret) => signatureKey(format.signature, secret));
  const value = sign(signature, { keys, id, timestamp, body: Buffer.from(body) });
  const hasIdHeader = signature.signsId || fields.id === "signed-id";
  return {
    headers: {
      "content-type": "application/json",
      ...(names.timestamp && { [names.timestamp]: String(timestamp) }),
      ...(hasIdHeader && names.id && { [names.id]: id }),
      ...headerFields(fields, { id, type }),
      [names.signature]: value,
    },
    body,
  };
}

function bodyOf(
  { id, type, data, occurredAt }: EventFields,
  event: {
    readonly id: string;
    readonly type: string;
    readonly data: unknown;
    readonly now: number;
  },
): Readonly<Record<string, unknown>> {
  const seconds = Math.floor(event.now / 1000);
  const time = new Date(event.now).toISOString();
  return {
    ...(id !== "signed-id" && "field" in id && { [id.field]: event.id }),
    ...(type !== "signed-id" && "field" in type && { [type.field]: event.type }),
    ...(occurredAt && { [occurredAt.field]: occurredAt.as === "unix-seconds" ? seconds : time }),
    ...actionOf(type, event.type),
    ...(data === undefined ? Object(event.data) : { [data]: event.data }),
  };
}

function headerFields(
  { id, type }: EventFields,
  event: { readonly id: string; readonly type: string },
): Readonly<Record<string, string>> {
  return {
    ...(id !== "signed-id" && "header" in id && { [id.header]: event.id }),
    ...(type !== "signed-id" && "header" in type && { [type.header]: headOf(type, event.type) }),
  };
}

/** Of `pull_request.opened` the header says the first half, and a field of the body the second. */
function headOf({ withField }: { readonly withField?: string | undefined }, type: string): string {
  return withField === undefined ? type : (type.split(".")[0] ?? type);
}

function actionOf(place: EventFields["type"], type: string): Readonly<Record<string, string>> {
  if (place === "signed-id" || "field" in place || place.withField === undefined) return {};
  const dot = type.indexOf(".");
  return dot === -1 ? {} : { [place.withField]: type.slice(dot + 1) };
}

function signTwilioEvent({ secret, data = {}, url = "" }: TestEventInput): TestRequest {
  const [first = ""] = [secret].flat();
  const isForm = Object.values(Object(data)).every((value) => typeof value === "string");
  const contentType = isForm ? "application/x-www-form-urlencoded" : "application/json";
  const body = isForm ? new URLSearchParams(Object(data)).toString() : JSON.stringify(data);
  const address = isForm ? url : twilioAddress(url, body);
  const signature = signTwilio({ url: address, body, secret: first, contentType });
  return {
    headers: { "content-type": contentType, [TWILIO_HEADER]: signature },
    body,
    url: address,
  };
}
