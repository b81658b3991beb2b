/**
 * How a sender signs: five texts with placeholders, so that every known scheme is data and not code.
 * The texts are those of a Posthorn platform profile (`wire.signature`).
 */
export interface SignatureTemplate {
  /** Names the scheme for people; nothing is decided by it. */
  readonly scheme: string;
  /** Posthorn itself signs with SHA-256; the others are for verifying what somebody else sends. */
  readonly algorithm: "hmac-sha256" | "hmac-sha1" | "hmac-sha512";
  /** `utf8`: the whole secret as text. `base64-after-prefix`: what follows the last underscore, decoded. */
  readonly keyBytes: "utf8" | "base64-after-prefix";
  /** What is signed: `{body}` exactly once, `{timestamp}` and `{event.id}` or `{delivery.id}` at most once. */
  readonly content: string;
  readonly encoding: "hex" | "base64";
  /** One signature in the header, around `{sig}`; for example `v1={sig}`. */
  readonly each: string;
  /** What stands between the items of the header; empty only where `max` is 1. */
  readonly join: string;
  /** The whole header value, around `{signatures}`, with `{timestamp}` if it travels in the same header. */
  readonly wrap: string;
  /** Most signatures in one header, from 1; without it all are sent. */
  readonly max?: number | undefined;
  /** Greatest accepted distance of the signed timestamp from now, in seconds; 0 when no timestamp is signed. */
  readonly toleranceSeconds: number;
}

/** Literal texts with the named values between them: there is always one literal more than there are names. */
export interface Text {
  readonly literals: readonly string[];
  readonly names: readonly TextName[];
}

export type TextName = "id" | "timestamp";

/** A template taken apart once, so that signing does no parsing. */
export interface Signature {
  readonly template: SignatureTemplate;
  readonly beforeBody: Text;
  readonly afterBody: Text;
  readonly signsId: boolean;
  readonly signsTimestamp: boolean;
  readonly each: Affixes;
  readonly wrapBefore: Text;
  readonly wrapAfter: Text;
  /** What stands around the timestamp in its own item of the header, for example `t=`; absent where it has none. */
  readonly timestampItem: Affixes | undefined;
  readonly signaturesMax: number;
}

export interface Affixes {
  readonly start: string;
  readonly end: string;
}

const BODY = "{body}";
const SIGNATURES = "{signatures}";
const ONE_SIGNATURE = "{sig}";
const TIMESTAMP = "{timestamp}";
const PLACEHOLDER = /(\{[^{}]*\})/;
const NAMES: ReadonlyMap<string, TextName> = new Map([
  ["{event.id}", "id"],
  ["{delivery.id}", "id"],
  [TIMESTAMP, "timestamp"],
]);

/**
 * Takes a template apart; keep the answer, `sign` and `verify` work from it.
 * Throws a `TypeError` that names every mistake of a template that cannot work.
 */
export function compileSignature(template: SignatureTemplate): Signature {
  const problems = signatureTemplateProblems(template);
  if (problems.length > 0) throw new TypeError(`Signature template: ${problems.join("; ")}`);
  const [beforeBody, afterBody] = around(template.content, BODY);
  const [wrapBefore, wrapAfter] = around(template.wrap, SIGNATURES);
  const [start, end] = around(template.each, ONE_SIGNATURE);
  return Object.freeze({
    template,
    beforeBody: parseText(beforeBody),
    afterBody: parseText(afterBody),
    signsId: /\{(?:event|delivery)\.id\}/.test(template.content),
    signsTimestamp: template.content.includes(TIMESTAMP),
    each: { start, end },
    wrapBefore: parseText(wrapBefore),
    wrapAfter: parseText(wrapAfter),
    timestampItem: timestampItem(template),
    signaturesMax: template.max ?? Number.POSITIVE_INFINITY,
  });
}

/** What keeps a template from working, as sentences without a full stop; empty when it works. */
export function signatureTemplateProblems(template: SignatureTemplate): string[] {
  const problems: string[] = [];
  const demand = (holds: boolean, sentence: string) => {
    if (!holds) problems.push(sentence);
  };
  const { content, each, join, wrap, max } = template;
  demand(count(content, BODY) === 1, "content must contain {body} exactly once");
  demand(unknownNames(content, [BODY]).length === 0, "content has an unknown placeholder");
  demand(count(content, TIMESTAMP) <= 1, "content may contain {timestamp} once");
  demand(count(each, ONE_SIGNATURE) === 1, "each must contain {sig} exactly once");
  demand(placeholders(each).length === 1, "each may contain no other placeholder than {sig}");
  demand(count(wrap, SIGNATURES) === 1, "wrap must contain {signatures} exactly once");
  demand(
    placeholders(wrap).every((name) => name === SIGNATURES || name === TIMESTAMP),
    "wrap may contain no other placeholders than {signatures} and {timestamp}",
  );
  demand(count(wrap, TIMESTAMP) <= 1, "wrap may contain {timestamp} once");
  demand(
    itemsOf(template).every((item) => item === SIGNATURES || isTimestampItem(item)),
    "wrap must consist of items that join separates: {signatures} and one with {timestamp}",
  );
  demand(max === undefined || (Number.isInteger(max) && max >= 1), "max must be at least 1");
  demand(join !== "" || max === 1, "join may be empty only where max is 1");
  demand(join === "" || !each.includes(join), "each must not contain the separator join");
  return problems;
}

/** Puts the values into a text. */
export function renderText(text: Text, id: string, timestamp: string): string {
  const { literals, names } = text;
  let rendered = literals[0] ?? "";
  for (let index = 0; index < names.length; index++) {
    rendered += (names[index] === "id" ? id : timestamp) + (literals[index + 1] ?? "");
  }
  return rendered;
}

function parseText(source: string): Text {
  const literals: string[] = [""];
  const names: TextName[] = [];
  for (const piece of source.split(PLACEHOLDER)) {
    const name = NAMES.get(piece);
    if (name === undefined) literals[names.length] += piece;
    else {
      names.push(name);
      literals.push("");
    }
  }
  return { literals, names };
}

function timestampItem(template: SignatureTemplate): Affixes | undefined {
  const item = itemsOf(template).find(isTimestampItem);
  if (item === undefined) return undefined;
  const [start, end] = around(item, TIMESTAMP);
  return { start, end };
}

function isTimestampItem(item: string): boolean {
  return count(item, TIMESTAMP) === 1 && !item.includes(SIGNATURES);
}

function itemsOf({ wrap, join }: SignatureTemplate): string[] {
  return join === "" ? [wrap] : wrap.split(join);
}

function around(text: string, placeholder: string): [string, string] {
  const at = text.indexOf(placeholder);
  return [text.slice(0, at), text.slice(at + placeholder.length)];
}

function unknownNames(text: string, known: readonly string[]): string[] {
  return placeholders(text).filter((name) => !NAMES.has(name) && !known.includes(name));
}

function placeholders(text: string): string[] {
  return text.split(PLACEHOLDER).filter((piece) => piece.startsWith("{") && piece.endsWith("}"));
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}
