import {
  isArrayEnd,
  isObjectEnd,
  skipColon,
  skipComma,
  skipSpace,
  skipString,
} from "./json-grammar.ts";

/**
 * Goes over the members of the object whose brace stands at `at`. `visit` gets the decoded key and
 * the offset at which the value begins, and answers the offset behind it or a failure, which ends
 * the walk. Answers the offset behind the object, or the failure (see json-grammar.ts).
 */
export function walkMembers(
  bytes: Buffer,
  at: number,
  visit: (key: string, start: number) => number,
): number {
  let next = skipSpace(bytes, at + 1);
  if (isObjectEnd(bytes, next)) return next + 1;
  for (;;) {
    const keyEnd = skipString(bytes, next);
    const start = keyEnd < 0 ? keyEnd : skipColon(bytes, keyEnd);
    if (start < 0) return start;
    const end = visit(decodeString(bytes, next, keyEnd), start);
    if (end < 0) return end;
    next = skipSpace(bytes, end);
    if (isObjectEnd(bytes, next)) return next + 1;
    next = skipComma(bytes, next);
  }
}

/** As `walkMembers`, for the items of the array whose bracket stands at `at`. */
export function walkItems(bytes: Buffer, at: number, visit: (start: number) => number): number {
  let next = skipSpace(bytes, at + 1);
  if (isArrayEnd(bytes, next)) return next + 1;
  for (;;) {
    const end = visit(next);
    if (end < 0) return end;
    next = skipSpace(bytes, end);
    if (isArrayEnd(bytes, next)) return next + 1;
    next = skipComma(bytes, next);
    if (next < 0) return next;
  }
}

/**
 * The text of the JSON string from its opening quote at `start` to behind its closing one at `end`.
 */
export function decodeString(bytes: Buffer, start: number, end: number): string {
  const inner = bytes.toString("utf8", start + 1, end - 1);
  if (!inner.includes("\\")) return inner;
  const decoded: unknown = JSON.parse(`"${inner}"`);
  return String(decoded);
}
