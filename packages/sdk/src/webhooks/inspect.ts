import type { KeyObject } from "node:crypto";
import { anyEqual } from "./equal.ts";
import type { WebhookFormat } from "./formats.ts";
import { findHeader, type HeaderBag } from "./headers.ts";
import { digest } from "./sign.ts";
import type { Affixes, Signature } from "./template.ts";

export type VerificationFailure =
  | "missing_header"
  | "malformed_header"
  | "timestamp_too_old"
  | "timestamp_too_new"
  | "no_matching_signature"
  | "body_already_parsed";

export type Verification =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: VerificationFailure };

/** What a request says about itself, as far as it could be read, and what became of it. */
export interface Inspection {
  readonly verification: Verification;
  /** The header that the verification stopped at; only with a missing or malformed header. */
  readonly headerName?: string;
  readonly received?: Received;
  /** Seconds between the signed timestamp and now; positive in the past. Only where one is signed. */
  readonly ageSeconds?: number;
  /** One for each key, in the order of the keys. */
  readonly expected?: readonly string[];
}

/** The parts of a request that are signed or are signatures. */
export interface Received {
  readonly signatures: readonly string[];
  /** As text, because exactly this text is signed; empty where none is. */
  readonly time: string;
  readonly id: string;
}

export interface InspectInput {
  readonly signature: Signature;
  readonly names: WebhookFormat["headers"];
  readonly headers: HeaderBag;
  readonly body: unknown;
  readonly keys: readonly KeyObject[];
  readonly now: number;
  readonly toleranceSeconds: number;
}

const TIME = /^[0-9]{1,12}$/;
/** Twice what a roll with several old secrets could ever send. */
const SIGNATURES_MAX = 32;

/** Does the whole verification once, for those who want the result and for those who want the steps. */
export function inspect(input: InspectInput): Inspection {
  const { body, signature, keys } = input;
  if (!isRaw(body)) return refused("body_already_parsed");
  const reading = read(input);
  if ("verification" in reading) return reading;
  const { received } = reading;
  const seen = { received, ...ageOf(input, received) };
  const late = timestampFailure(input, seen.ageSeconds);
  if (late !== undefined) return { ...refused(late), ...seen };
  const { id, time } = received;
  const expected = keys.map((key) => digest(signature, { key, id, time, body }));
  const matches = anyEqual(expected, received.signatures);
  const verification: Verification = matches
    ? { ok: true }
    : { ok: false, reason: "no_matching_signature" };
  return { verification, ...seen, expected };
}

/** Whether a body is still as it came. */
export function isRaw(body: unknown): body is Uint8Array | string {
  return typeof body === "string" || body instanceof Uint8Array;
}

/** An inspection that ended early. */
export function refused(reason: VerificationFailure, headerName?: string): Inspection {
  const verification: Verification = { ok: false, reason };
  return headerName === undefined ? { verification } : { verification, headerName };
}

function read(input: InspectInput): Inspection | { readonly received: Received } {
  const { signature, names, headers } = input;
  const header = findHeader(headers, names.signature);
  if (header.state !== "found") return refused(`${header.state}_header`, names.signature);
  const items = readItems(signature, header.value);
  if (items === undefined) return refused("malformed_header", names.signature);

  let time = items.time ?? "";
  if (signature.signsTimestamp && signature.timestampItem === undefined) {
    const name = names.timestamp ?? "";
    const found = findHeader(headers, name);
    if (found.state !== "found") return refused(`${found.state}_header`, name);
    if (!TIME.test(found.value)) return refused("malformed_header", name);
    time = found.value;
  }
  let id = "";
  if (signature.signsId) {
    const name = names.id ?? "";
    const found = findHeader(headers, name);
    if (found.state !== "found") return refused(`${found.state}_header`, name);
    if (found.value === "") return refused("malformed_header", name);
    id = found.value;
  }
  return { received: { signatures: items.signatures, time, id } };
}

/** Reads the header's items by their names, in whatever order they stand; other schemes' items are passed over. */
function readItems(
  { template, each, timestampItem }: Signature,
  header: string,
): { readonly signatures: readonly string[]; readonly time: string | undefined } | undefined {
  const signatures: string[] = [];
  const times: string[] = [];
  for (const item of template.join === "" ? [header] : header.split(template.join)) {
    const time = timestampItem && inside(timestampItem, item.trim());
    const text = time === undefined ? inside(each, item.trim()) : undefined;
    if (time !== undefined) times.push(time);
    if (text !== undefined) signatures.push(text);
  }
  if (signatures.length === 0 || signatures.length > SIGNATURES_MAX) return undefined;
  if (timestampItem === undefined) return { signatures, time: undefined };
  const [time] = times;
  if (times.length !== 1 || time === undefined || !TIME.test(time)) return undefined;
  return { signatures, time };
}

function inside({ start, end }: Affixes, item: string): string | undefined {
  if (item.length < start.length + end.length) return undefined;
  if (!item.startsWith(start) || !item.endsWith(end)) return undefined;
  return item.slice(start.length, item.length - end.length);
}

function ageOf({ signature, now }: InspectInput, { time }: Received): { ageSeconds?: number } {
  return signature.signsTimestamp ? { ageSeconds: Math.floor(now / 1000) - Number(time) } : {};
}

function timestampFailure(
  { toleranceSeconds }: InspectInput,
  ageSeconds: number | undefined,
): VerificationFailure | undefined {
  if (ageSeconds === undefined || toleranceSeconds === 0) return undefined;
  if (ageSeconds > toleranceSeconds) return "timestamp_too_old";
  if (ageSeconds < -toleranceSeconds) return "timestamp_too_new";
  return undefined;
}
