import { BRACE_OPEN, BRACKET_OPEN, skipValue } from "./json-grammar.ts";
import { walkItems, walkMembers } from "./json-walk.ts";

/** Whatever is nested deeper holds the byte that was refused: the scanner stopped there. */
const DEPTH_SEARCHED_MAX = 1000;
/** Any failure ends a walk; nobody reads this one. */
const STOP = -1;

/** A JSON Pointer (RFC 6901) one step further; `~` and `/` in keys are escaped. */
export function pointerTo(parent: string, key: string): string {
  return `${parent}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * The pointer to the member or item that holds the byte at `offset`, at most `segmentsMax` steps
 * deep. For errors only.
 */
export function pointerAt(bytes: Buffer, offset: number, segmentsMax: number): string {
  let pointer = "";
  let at = bytes.findIndex((byte) => byte === BRACE_OPEN || byte === BRACKET_OPEN);
  for (let segment = 0; segment < segmentsMax && at >= 0; segment++) {
    const inner = stepInto(bytes, at, offset);
    if (inner === undefined) return pointer;
    pointer = pointerTo(pointer, inner.key);
    at = inner.start;
  }
  return pointer;
}

function stepInto(
  bytes: Buffer,
  at: number,
  offset: number,
): { key: string; start: number } | undefined {
  let found: { key: string; start: number } | undefined;
  let count = 0;
  const visit = (key: string, start: number) => {
    const end = skipValue(bytes, start, DEPTH_SEARCHED_MAX);
    const holds = start <= offset && (end < 0 || offset < end);
    if (holds) found = { key, start };
    return holds ? STOP : end;
  };
  if (bytes[at] === BRACE_OPEN) walkMembers(bytes, at, visit);
  if (bytes[at] === BRACKET_OPEN) walkItems(bytes, at, (start) => visit(String(count++), start));
  return found;
}
