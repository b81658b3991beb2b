/**
 * The grammar of JSON (RFC 8259) as functions over raw bytes. Each takes the offset at which a
 * piece begins and answers the offset behind it, or a failure: a negative number that carries the
 * reason and where it happened. What is refused here is exactly what `JSON.parse` refuses; nothing
 * is decoded, copied or allocated on the way. The bytes must be valid UTF-8: inside strings
 * everything from 0x80 up passes unread.
 */

export const MALFORMED = 0;
export const TOO_DEEP = 1;

export const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
export const BRACKET_OPEN = 0x5b;
const BRACKET_CLOSE = 0x5d;
export const BRACE_OPEN = 0x7b;
const BRACE_CLOSE = 0x7d;

/** One bit per question asked about a byte; one table keeps the inner loops free of comparisons. */
const PLAIN = 1;
const SPACE = 2;
const DIGIT = 4;
const HEX = 8;
const ESCAPE = 16;
const EXPONENT = 32;
const SIGN = 64;

const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  const isPlain = byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH;
  return (
    (isPlain ? PLAIN : 0) |
    (/^[ \t\n\r]$/.test(letter) ? SPACE : 0) |
    (/^[0-9]$/.test(letter) ? DIGIT : 0) |
    (/^[0-9a-fA-F]$/.test(letter) ? HEX : 0) |
    (/^["\\/bfnrt]$/.test(letter) ? ESCAPE : 0) |
    (/^[eE]$/.test(letter) ? EXPONENT : 0) |
    (/^[-+]$/.test(letter) ? SIGN : 0)
  );
});

const LITERALS = new Map(["true", "false", "null"].map((word) => [word.charCodeAt(0), word]));

/**
 * Packs a reason and an offset into one negative number, so that the hot path returns nothing but
 * numbers.
 */
export function fail(reason: typeof MALFORMED | typeof TOO_DEEP, at: number): number {
  return -(at * 2 + reason + 1);
}

/** The reason inside a failure. */
export function failureReason(failure: number): typeof MALFORMED | typeof TOO_DEEP {
  return (-failure - 1) % 2 === TOO_DEEP ? TOO_DEEP : MALFORMED;
}

/**
 * The offset of the byte that made the text fail; the length of the text when it ended too early.
 */
export function failureOffset(failure: number): number {
  return (-failure - 1 - failureReason(failure)) / 2;
}

function has(bytes: Uint8Array, at: number, kind: number): boolean {
  return at < bytes.length && ((KIND[bytes[at] ?? 0] ?? 0) & kind) !== 0;
}

/**
 * Behind the white space at `at`, of which JSON knows four: space, tab, line feed, carriage return.
 */
export function skipSpace(bytes: Uint8Array, at: number): number {
  while (has(bytes, at, SPACE)) at++;
  return at;
}

/**
 * Behind the value that begins at `at` (no white space before it). `depthLeft` is how many arrays
 * and objects may open inside each other; it also bounds the recursion.
 */
export function skipValue(bytes: Uint8Array, at: number, depthLeft: number): number {
  const byte = at < bytes.length ? bytes[at] : 0;
  if (byte === QUOTE) return skipString(bytes, at);
  if (byte === BRACE_OPEN) return skipObject(bytes, at, depthLeft);
  if (byte === BRACKET_OPEN) return skipArray(bytes, at, depthLeft);
  if (byte === MINUS || has(bytes, at, DIGIT)) return skipNumber(bytes, at);
  return skipLiteral(bytes, at);
}

function skipObject(bytes: Uint8Array, at: number, depthLeft: number): number {
  if (depthLeft <= 0) return fail(TOO_DEEP, at);
  let next = skipSpace(bytes, at + 1);
  if (isObjectEnd(bytes, next)) return next + 1;
  for (;;) {
    next = skipString(bytes, next);
    if (next >= 0) next = skipColon(bytes, next);
    if (next >= 0) next = skipValue(bytes, next, depthLeft - 1);
    if (next < 0) return next;
    next = skipSpace(bytes, next);
    if (isObjectEnd(bytes, next)) return next + 1;
    next = skipComma(bytes, next);
  }
}

function skipArray(bytes: Uint8Array, at: number, depthLeft: number): number {
  if (depthLeft <= 0) return fail(TOO_DEEP, at);
  let next = skipSpace(bytes, at + 1);
  if (isArrayEnd(bytes, next)) return next + 1;
  for (;;) {
    next = skipValue(bytes, next, depthLeft - 1);
    if (next < 0) return next;
    next = skipSpace(bytes, next);
    if (isArrayEnd(bytes, next)) return next + 1;
    next = skipComma(bytes, next);
    if (next < 0) return next;
  }
}

/** True at the brace that closes an object. */
export function isObjectEnd(bytes: Uint8Array, at: number): boolean {
  return at < bytes.length && bytes[at] === BRACE_CLOSE;
}

/** True at the bracket that closes an array. */
export function isArrayEnd(bytes: Uint8Array, at: number): boolean {
  return at < bytes.length && bytes[at] === BRACKET_CLOSE;
}

/** From behind a key to the beginning of its value. */
export function skipColon(bytes: Uint8Array, at: number): number {
  const colon = skipSpace(bytes, at);
  if (colon >= bytes.length || bytes[colon] !== COLON) return fail(MALFORMED, colon);
  return skipSpace(bytes, colon + 1);
}

/** From the comma at `at` to the beginning of the next member or item. */
export function skipComma(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length || bytes[at] !== COMMA) return fail(MALFORMED, at);
  return skipSpace(bytes, at + 1);
}

/**
 * Behind the string whose opening quote stands at `at`. A failure that came in goes out unchanged.
 */
export function skipString(bytes: Uint8Array, at: number): number {
  if (at < 0) return at;
  const end = bytes.length;
  if (at >= end || bytes[at] !== QUOTE) return fail(MALFORMED, at);
  let next = at + 1;
  for (;;) {
    while (next < end && ((KIND[bytes[next] ?? 0] ?? 0) & PLAIN) !== 0) next++;
    if (next >= end) return fail(MALFORMED, end);
    if (bytes[next] === QUOTE) return next + 1;
    if (bytes[next] !== BACKSLASH) return fail(MALFORMED, next);
    next = skipEscape(bytes, next);
    if (next < 0) return next;
  }
}

/** Behind the escape whose backslash stands at `at`; lone surrogates are valid JSON text. */
function skipEscape(bytes: Uint8Array, at: number): number {
  if (has(bytes, at + 1, ESCAPE)) return at + 2;
  if (at + 1 >= bytes.length || bytes[at + 1] !== LOWER_U) return fail(MALFORMED, at + 1);
  for (let digit = at + 2; digit < at + 6; digit++) {
    if (!has(bytes, digit, HEX)) return fail(MALFORMED, digit);
  }
  return at + 6;
}

function skipNumber(bytes: Uint8Array, at: number): number {
  let next = bytes[at] === MINUS ? at + 1 : at;
  // A leading zero stands alone: "01" ends here as a number and fails at the next separator.
  next = next < bytes.length && bytes[next] === ZERO ? next + 1 : skipDigits(bytes, next);
  if (next >= 0 && next < bytes.length && bytes[next] === DOT) next = skipDigits(bytes, next + 1);
  if (next < 0 || !has(bytes, next, EXPONENT)) return next;
  return skipDigits(bytes, has(bytes, next + 1, SIGN) ? next + 2 : next + 1);
}

function skipDigits(bytes: Uint8Array, at: number): number {
  if (!has(bytes, at, DIGIT)) return fail(MALFORMED, at);
  let next = at + 1;
  while (has(bytes, next, DIGIT)) next++;
  return next;
}

function skipLiteral(bytes: Uint8Array, at: number): number {
  const word = at < bytes.length ? LITERALS.get(bytes[at] ?? 0) : undefined;
  if (word === undefined) return fail(MALFORMED, at);
  for (let index = 1; index < word.length; index++) {
    const isSame = at + index < bytes.length && bytes[at + index] === word.charCodeAt(index);
    if (!isSame) return fail(MALFORMED, at + index);
  }
  return at + word.length;
}
