import { assert } from "../platform/assert.ts";

/** Prefix of each kind of public id; the word before the underscore. */
export type IdPrefix =
  | "org"
  | "usr"
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
  | "job"
  | "req"
  | "aud"
  | "sec"
  | "nod";

declare const kind: unique symbol;

/** A UUID in lower-case text, branded with the kind of thing it names, so that two kinds cannot be swapped. */
export type Id<P extends IdPrefix> = string & { readonly [kind]: P };

export type OrganizationId = Id<"org">;
export type EndpointId = Id<"ep">;
export type EventId = Id<"evt">;
export type DeliveryId = Id<"dlv">;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter, BigInt(value)]));
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
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
  let text = "";
  // 128 bits are 26 groups of five with two leading zero bits; two halves of 64 and 66 bits keep BigInt work small.
  let rest = BigInt(`0x${id.replaceAll("-", "")}`);
  for (let index = 0; index < 26; index++) {
    text = ALPHABET[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}

/** Reads a public id; `undefined` for another prefix, another alphabet or a value above 128 bits. */
export function parseId<P extends IdPrefix>(prefix: P, text: string): Id<P> | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  const suffix = text.slice(prefix.length + 1);
  if (!SUFFIX.test(suffix)) return undefined;
  let value = 0n;
  for (const letter of suffix) value = (value << 5n) | (VALUES.get(letter) ?? 0n);
  const hex = value.toString(16).padStart(32, "0");
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return UUID.test(uuid) ? asId<P>(uuid) : undefined;
}

/** Milliseconds since the epoch at which a UUIDv7 was made (its first 48 bits). */
export function idTime(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
