import { EVENT_TYPE_PATTERN_LENGTH_MAX, EVENT_TYPE_SCHEMA_BYTES_MAX } from "../limits.ts";
import { pointerTo } from "./json-pointer.ts";

/** What is wrong with a schema before it is compiled; the pointer is into the schema. */
export interface SchemaFlaw {
  readonly pointer: string;
  readonly message: string;
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/**
 * What a JSON Schema of an operator's must not hold, because customers' data is judged by it: references to elsewhere,
 * texts that take minutes to judge, and more than can be looked at. What compiling says comes after it.
 */
export function schemaFlaws(schema: object): SchemaFlaw[] {
  if (Buffer.byteLength(JSON.stringify(schema)) > EVENT_TYPE_SCHEMA_BYTES_MAX) {
    const message = `A schema has at most ${EVENT_TYPE_SCHEMA_BYTES_MAX / 1024} KiB.`;
    return [{ pointer: "", message }];
  }
  return flawsBelow(schema, "");
}

/** No deeper than any body of a request is. */
function flawsBelow(value: unknown, pointer: string): SchemaFlaw[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const at = pointerTo(pointer, key);
    const message = flawOf(key, member);
    return message === undefined ? flawsBelow(member, at) : [{ pointer: at, message }];
  });
}

/** A property may have such a name, too: then it is no text. */
function flawOf(key: string, value: unknown): string | undefined {
  if (key === "patternProperties" && typeof value === "object" && value !== null) {
    return Object.keys(value)
      .map(patternFlaw)
      .find((flaw) => flaw !== undefined);
  }
  if (typeof value !== "string") return undefined;
  switch (key) {
    case "$ref":
    case "$dynamicRef":
      return value.startsWith("#")
        ? undefined
        : "Nothing is fetched: refer to a part of this schema, such as #/$defs/address.";
    case "$id":
    case "$anchor":
    case "$dynamicAnchor":
      return "A schema of the catalogue has no name of its own: refer to its parts by #/….";
    case "$schema":
      return value.replace(/#$/, "") === DIALECT ? undefined : `Only ${DIALECT} is understood.`;
    case "pattern":
      return patternFlaw(value);
    default:
      return undefined;
  }
}

function patternFlaw(pattern: string): string | undefined {
  if (pattern.length > EVENT_TYPE_PATTERN_LENGTH_MAX) {
    return `A pattern has at most ${EVENT_TYPE_PATTERN_LENGTH_MAX} characters.`;
  }
  try {
    new RegExp(pattern, "u");
  } catch {
    return "This is no regular expression (ECMA-262, with the flag u).";
  }
  return isRunaway(pattern)
    ? "A repetition within a repetition, with nothing fixed between: some texts would take minutes."
    : undefined;
}

/** A group that is open while a pattern is read. */
interface Group {
  hasLoop: boolean;
  /** A character that must be there in each round. */
  hasFixed: boolean;
}

/**
 * Whether a pattern repeats without end what itself repeats without end, as in `(a+)+`: for a text that does not fit,
 * each further character doubles the ways to try. What is not so plain is stopped by the time limit of judging.
 */
export function isRunaway(pattern: string): boolean {
  let group: Group = { hasLoop: false, hasFixed: false };
  const open: Group[] = [];
  const parts = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|[\s\S]/gu;
  const repeats = /(?:[*+?]|\{\d+(?:,\d*)?\})\??/uy;
  for (let found = parts.exec(pattern); found; found = parts.exec(pattern)) {
    const [part] = found;
    if (part.startsWith("(")) {
      open.push(group);
      group = { hasLoop: false, hasFixed: false };
      continue;
    }
    repeats.lastIndex = parts.lastIndex;
    const repeat = repeats.exec(pattern)?.[0] ?? "";
    parts.lastIndex += repeat.length;
    const isEndless = /^(?:[*+]|\{\d+,\})/.test(repeat);
    if (part === ")") {
      const closed = group;
      group = open.pop() ?? { hasLoop: false, hasFixed: false };
      if (isEndless && closed.hasLoop && !closed.hasFixed) return true;
      group.hasLoop ||= closed.hasLoop || isEndless;
    } else {
      group.hasLoop ||= isEndless;
      group.hasFixed ||= repeat === "" && isFixed(part);
    }
  }
  return false;
}

/** A character that stands for itself, and is no letter or digit: those are what loops are made of. */
function isFixed(part: string): boolean {
  return /^(?:\\[^\p{L}\d]|[^\p{L}\d\\[.^$|)])$/u.test(part);
}
