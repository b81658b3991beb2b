/**
 * What a provider's request says: which event it is, what it is called, and the JSON in it. Only for requests whose
 * signature is good; whatever else is in them, nothing here throws.
 */
import { createHash } from "node:crypto";
import { EVENT_DEPTH_MAX, PROVIDER_TEXT_LENGTH_MAX } from "../limits.ts";
import { parseOccurredAt } from "./event-fields.ts";
import { findJson } from "./json-scan.ts";
import type { Place, Provider, Scheme } from "./source.ts";

export interface ProviderRequest {
  readonly provider: Provider;
  readonly scheme: Scheme | null;
  /** Lower-case names; of a header that was sent twice, the first. */
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
}

/** What is known of a request before it is mapped. */
export interface RequestFacts {
  /** SHA-256 of what it is recognised by when it comes again. */
  readonly deduplicationKey: Buffer;
  /** As the provider calls it, as far as it can be shown. */
  readonly id: string | null;
  readonly type: string;
}

/** What it is called where the provider does not say. */
const UNNAMED = "received";

export function readFacts(request: ProviderRequest): RequestFacts {
  const document = readDocument(request);
  const { key, id } = identify(request, document.value);
  const type = shown(readType(request, document.value)) ?? UNNAMED;
  const digest = createHash("sha256").update(`${request.provider}\0`).update(key).digest();
  return { deduplicationKey: digest, id: shown(id), type };
}

/** The JSON of a request: the bytes as they came, or the fields of a form as an object. */
export interface RequestDocument {
  /** Undefined when there is no JSON in it that an event can carry. */
  readonly json: Buffer | undefined;
  /** Decoded; undefined as above. */
  readonly value: unknown;
}

export function readDocument({ provider, header, body }: ProviderRequest): RequestDocument {
  const media = header("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (media !== "application/x-www-form-urlencoded") return fromJson(body);
  const fields = readForm(body);
  // GitHub's other content type: the whole JSON in one field.
  const payload = provider === "github" ? fields["payload"] : undefined;
  if (typeof payload === "string") return fromJson(Buffer.from(payload));
  return { json: Buffer.from(JSON.stringify(fields)), value: fields };
}

/** When it happened, in milliseconds since the epoch, as far as the provider says so inside of what is signed. */
export function readOccurredAt(
  provider: Provider,
  value: unknown,
  nowMs: number,
): number | undefined {
  if (provider === "stripe") {
    const seconds = memberOf(value, "created");
    const text = typeof seconds === "number" ? isoOf(seconds * 1000) : seconds;
    return typeof text === "string" ? parseOccurredAt(text, nowMs) : undefined;
  }
  const name = TIME_MEMBERS.get(provider);
  const text = name === undefined ? undefined : memberOf(value, name);
  return typeof text === "string" ? parseOccurredAt(text, nowMs) : undefined;
}

const TIME_MEMBERS: ReadonlyMap<Provider, string> = new Map([
  ["resend", "created_at"],
  ["standard", "timestamp"],
]);

function isoOf(ms: number): string | undefined {
  return Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

function fromJson(body: Buffer): RequestDocument {
  const slice = findJson(body, { depthMax: EVENT_DEPTH_MAX });
  if (!slice) return { json: undefined, value: undefined };
  const json = body.subarray(slice.start, slice.end);
  return { json, value: JSON.parse(json.toString()) };
}

/** Names and values as URLs have them; a name that is there several times has a list. */
function readForm(body: Buffer): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(body.toString())) {
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  const entries = [...fields].map(([name, values]) => [
    name,
    values[1] === undefined ? values[0] : values,
  ]);
  return Object.fromEntries(entries);
}

interface Identity {
  readonly key: string | Buffer;
  readonly id: string | undefined;
}

function identify(request: ProviderRequest, value: unknown): Identity {
  const { provider, scheme, header, body } = request;
  const byId = (id: unknown, about = ""): Identity | undefined =>
    typeof id === "string" && id !== "" ? { key: `id\0${about}\0${id}`, id } : undefined;
  const byContent = { key: Buffer.concat([Buffer.from("content\0"), body]), id: undefined };
  switch (provider) {
    case "stripe":
      // Of a platform, the same id may belong to several connected accounts.
      return byId(memberOf(value, "id"), textOf(memberOf(value, "account"))) ?? byContent;
    case "resend":
    case "standard":
      return byId(signedId(provider, header)) ?? byContent;
    case "github":
      return byId(header("x-github-delivery")) ?? byContent;
    case "twilio": {
      // It is over the address and every field, decoded and sorted: whoever sends a recorded request again can write
      // the fields in another way, and change I-Twilio-Idempotency-Token, and the signature stays.
      const sid = ["MessageSid", "SmsSid", "CallSid"].map((name) => memberOf(value, name));
      const key = `signature\0${header("x-twilio-signature") ?? ""}`;
      return { key, id: textOf(sid.find((each) => each)) };
    }
    case "generic":
      return byId(scheme?.id ? placed(scheme.id, request, value) : undefined) ?? byContent;
  }
}

/** Names of the same signature, in the order in which `verify` looks for them. */
const SVIX = { signature: "svix-signature", id: "svix-id" };
const STANDARD = { signature: "webhook-signature", id: "webhook-id" };
const SIGNED_UNDER = { resend: [SVIX, STANDARD], standard: [STANDARD, SVIX] } as const;

/** The id of the set of names that was verified: that of the other set is anybody's, and a new one with each sending. */
function signedId(
  provider: keyof typeof SIGNED_UNDER,
  header: ProviderRequest["header"],
): string | undefined {
  const names = SIGNED_UNDER[provider].find(({ signature }) => header(signature) !== undefined);
  return names && header(names.id);
}

function readType(request: ProviderRequest, value: unknown): string | undefined {
  const { provider, scheme, header } = request;
  switch (provider) {
    case "github": {
      const event = header("x-github-event");
      const action = textOf(memberOf(value, "action"));
      return event && action ? `${event}.${action}` : event;
    }
    case "twilio":
      return readTwilioType(value);
    case "generic":
      return scheme ? placed(scheme.type, request, value) : undefined;
    default:
      return textOf(memberOf(value, "type"));
  }
}

/** Twilio names no types: the kind of thing whose status it tells, and the status. */
function readTwilioType(value: unknown): string | undefined {
  const field = (name: string) => textOf(memberOf(value, name));
  const kinds = [
    ["message", field("MessageStatus") ?? field("SmsStatus")],
    ["recording", field("RecordingStatus")],
    ["transcription", field("TranscriptionStatus")],
    ["call", field("CallStatus")],
    ["event", field("EventType")],
  ] as const;
  const found = kinds.find(([, status]) => status);
  return found && `${found[0]}.${found[1]}`;
}

function placed(place: Place, { header }: ProviderRequest, value: unknown): string | undefined {
  if (place.in === "header") return header(place.name.toLowerCase());
  const steps = place.pointer.split("/").slice(1);
  const keys = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return textOf(keys.reduce(memberOf, value));
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** PostgreSQL's text holds no NUL and no halves of surrogate pairs. */
function shown(text: string | undefined): string | null {
  if (text === undefined) return null;
  return text.slice(0, PROVIDER_TEXT_LENGTH_MAX).toWellFormed().replaceAll("\0", "\u{fffd}");
}
