import { assert } from "../platform/assert.ts";
import { idSuffix } from "./id.ts";
import { findMember, type Slice } from "./json-scan.ts";
import type { EnvelopeField, TimeForm, WireRules } from "./profile-schema.ts";
import { timeText } from "./wire-time.ts";

/** A piece of the body, in the order in which it is written. Everything but `data` and `member` is ASCII. */
export type BodyPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "eventId" | "deliveryId" | "organizationId" | "type" }
  | { readonly kind: "occurredAt"; readonly as: TimeForm }
  | { readonly kind: "data" }
  /** A top-level member of the data; with its separator and name, because it is left out where it is absent. */
  | { readonly kind: "member"; readonly key: string; readonly before: string };

type TextPart = Exclude<BodyPart, { kind: "data" | "member" }>;

export interface BodyInput {
  /** UUIDs as text. */
  readonly eventId: string;
  readonly deliveryId: string;
  readonly organizationId: string;
  /** A valid event type. */
  readonly type: string;
  readonly occurredAt: Date;
  /** The JSON text that was posted; goes out as these bytes. */
  readonly data: Buffer;
}

/** The envelope as a list of pieces; neighbouring constants become one. */
export function compileBody({ envelope, ids }: WireRules): readonly BodyPart[] {
  const parts: BodyPart[] = [];
  let constant = "{";
  envelope.forEach((field, index) => {
    const before = `${index === 0 ? "" : ","}${JSON.stringify(field.field)}:`;
    if (field.from.startsWith("event.data.")) {
      assert(index > 0, "an envelope cannot begin with a field that may be absent");
      if (constant !== "") parts.push({ kind: "text", text: constant });
      parts.push({ kind: "member", key: field.from.slice("event.data.".length), before });
      constant = "";
      return;
    }
    const { start, part, end } = valueOf(field, ids);
    parts.push({ kind: "text", text: constant + before + start }, part);
    constant = end;
  });
  parts.push({ kind: "text", text: `${constant}}` });
  return Object.freeze(parts);
}

/**
 * The request body: the same bytes for the same input, at every attempt and on every node.
 * The data is copied, never parsed.
 */
export function buildBody(
  { body }: { readonly body: readonly BodyPart[] },
  input: BodyInput,
): Buffer {
  const { texts, slices } = gather(body, input);
  let length = 0;
  for (const text of texts) length += text.length;
  for (const { start, end } of slices) length += end - start;
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (let index = 0; index < texts.length; index++) {
    // One byte for each character, because the texts are ASCII.
    at += bytes.write(texts[index] ?? "", at, "latin1");
    const slice = slices[index];
    if (slice !== undefined) at += input.data.copy(bytes, at, slice.start, slice.end);
  }
  assert(at === length, "a body came out shorter or longer than counted");
  return bytes;
}

/** Texts and slices of the data in turns, beginning and ending with a text. */
function gather(
  body: readonly BodyPart[],
  input: BodyInput,
): { readonly texts: readonly string[]; readonly slices: readonly Slice[] } {
  const texts: string[] = [];
  const slices: Slice[] = [];
  let text = "";
  for (const part of body) {
    const slice = sliceOf(part, input.data);
    if (part.kind === "member") text += slice === undefined ? "" : part.before;
    else if (part.kind !== "data") text += textOf(part, input);
    if (slice === undefined) continue;
    texts.push(text);
    slices.push(slice);
    text = "";
  }
  texts.push(text);
  return { texts, slices };
}

function sliceOf(part: BodyPart, data: Buffer): Slice | undefined {
  if (part.kind === "data") return { start: 0, end: data.length };
  return part.kind === "member" ? findMember(data, part.key) : undefined;
}

function textOf(part: TextPart, input: BodyInput): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "eventId":
      return idSuffix(input.eventId);
    case "deliveryId":
      return idSuffix(input.deliveryId);
    case "organizationId":
      return idSuffix(input.organizationId);
    case "type":
      return input.type;
    case "occurredAt":
      return timeText(input.occurredAt, part.as);
  }
}

/** The part that holds a field's value, and the constants around it. */
function valueOf(
  { from, as }: EnvelopeField,
  ids: WireRules["ids"],
): { readonly start: string; readonly part: BodyPart; readonly end: string } {
  switch (from) {
    case "event.id":
      return { start: `"${ids.event}`, part: { kind: "eventId" }, end: '"' };
    case "delivery.id":
      return { start: `"${ids.delivery}`, part: { kind: "deliveryId" }, end: '"' };
    case "organization.id":
      return { start: `"${ids.organization}`, part: { kind: "organizationId" }, end: '"' };
    case "event.type":
      return { start: '"', part: { kind: "type" }, end: '"' };
    case "event.occurredAt": {
      const quote = as === "unix-seconds" ? "" : '"';
      return { start: quote, part: { kind: "occurredAt", as: as ?? "iso8601-ms" }, end: quote };
    }
    default:
      assert(from === "event.data", `an envelope field comes from ${from}`);
      return { start: "", part: { kind: "data" }, end: "" };
  }
}
