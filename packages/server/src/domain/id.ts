import { assert } from "../platform/assert.ts";

/** Prefix of each kind of public id; the word before the underscore. */
export type IdPrefix =
  | "org"
  | "usr"
  | "ses"
  | "lnk"
  | "key"
  | "opk"
  | "ep"
  | "evt"
  | "dlv"
  | "att"
  | "src"
  | "rcp"
  | "con"
  | "ibx"
  | "ibr"
  | "lsn"
  | "dvl"
  | "obx"
  | "job"
  | "req"
  | "aud"
  | "sec"
  | "nod"
  | "ntc"
  | "mail";

declare const kind: unique symbol;

/** A UUID in lower-case text, branded with the kind of thing it names, so that two kinds cannot be swapped. */
export type Id<P extends IdPrefix> = string & { readonly [kind]: P };

export type OrganizationId = Id<"org">;
export type EndpointId = Id<"ep">;
export type EventId = Id<"evt">;
export type DeliveryId = Id<"dlv">;

/** Before every id there is (RFC 9562, section 5.9): where a walk in the order of ids begins. */
export const BEFORE_ALL_IDS = "00000000-0000-0000-0000-000000000000";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
/** Ten bits at once, as two letters: five bits at a time took twice as long, BigInt ten times. */
const PAIRS = [...ALPHABET].flatMap((high) => [...ALPHABET].map((low) => high + low));
/** Character code → value of the hex digit. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, "0123456789abcdef".indexOf(String.fromCharCode(code))),
);
type Positions = readonly [number, number, number, number, number];
const SUFFIX_LENGTH = 26;
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Brands a UUID text that comes from the database or from `newUuid`. */
export function asId<P extends IdPrefix>(uuid: string): Id<P> {
  assert(uuid.length === 36, `not a UUID: ${uuid}`);
  return uuid as Id<P>; // Proof: the length is checked and both origins yield canonical text.
}

/** The public form, for example `evt_01h2xcejqtf2nbrexx3vqjhp41` (TypeID 0.3: prefix, underscore, base32 of the UUID). */
export function formatId<P extends IdPrefix>(prefix: P, id: Id<P>): string {
  return `${prefix}_${idSuffix(id)}`;
}

/** The 26 base32 letters of an id, without a prefix: wire formats put words of their own in front. */
export function idSuffix(id: string): string {
  // 128 bits are 26 letters with two zero bits in front: two hex digits make the first two letters, then five digits
  // make four letters each. Numbers are positions in the text; those of the dashes are left out.
  return (
    pair((digit(id, 0) << 4) | digit(id, 1)) +
    quad(id, [2, 3, 4, 5, 6]) +
    quad(id, [7, 9, 10, 11, 12]) +
    quad(id, [14, 15, 16, 17, 19]) +
    quad(id, [20, 21, 22, 24, 25]) +
    quad(id, [26, 27, 28, 29, 30]) +
    quad(id, [31, 32, 33, 34, 35])
  );
}

/** Reads a public id; `undefined` for another prefix, another alphabet or a value above 128 bits. */
export function parseId<P extends IdPrefix>(prefix: P, text: string): Id<P> | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  const suffix = text.slice(prefix.length + 1);
  if (!SUFFIX.test(suffix)) return undefined;
  let hex = hexOf(suffix.slice(0, 2), 2);
  for (let at = 2; at < 26; at += 4) hex += hexOf(suffix.slice(at, at + 4), 5);
  return asId<P>(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
  );
}

/** The first and the last id that can begin with a text; both ends count. */
export interface IdRange {
  readonly first: string;
  readonly last: string;
}

/** The range of a public id that was cut off somewhere, `ep_01kb3`; undefined for what no id begins with. */
export function idRange(prefix: IdPrefix, text: string): IdRange | undefined {
  const missing = prefix.length + 1 + SUFFIX_LENGTH - text.length;
  if (missing < 0 || missing >= SUFFIX_LENGTH) return undefined;
  const first = parseId(prefix, text + "0".repeat(missing));
  const last = parseId(prefix, text + "z".repeat(missing));
  return first && last && { first, last };
}

/** Milliseconds since the epoch at which a UUIDv7 was made (its first 48 bits). */
export function idTime(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Five hex digits as four letters. */
function quad(id: string, [a, b, c, d, e]: Positions): string {
  const high = (digit(id, a) << 16) | (digit(id, b) << 12) | (digit(id, c) << 8);
  const bits = high | (digit(id, d) << 4) | digit(id, e);
  return pair(bits >> 10) + pair(bits & 0x3ff);
}

function digit(id: string, at: number): number {
  return DIGITS[id.charCodeAt(at)] ?? 0;
}

function pair(bits: number): string {
  return PAIRS[bits] ?? "";
}

function hexOf(letters: string, digits: number): string {
  let bits = 0;
  for (const letter of letters) bits = bits * 32 + ALPHABET.indexOf(letter);
  return bits.toString(16).padStart(digits, "0");
}
