import { crc32 } from "node:zlib";
import { assert } from "../platform/assert.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
/** Four letters of 30 tell the keys of one owner apart and give nothing away. */
const SHOWN_LENGTH = 8;
const SHAPE = /^([a-z][a-z0-9]{0,15})_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/;

/** What `formatApiKey` takes: 256 bits, so that reducing them to 30 letters (178 bits) favours none. */
export const API_KEY_RANDOM_BYTES = 32;

/** The prefix of keys that may do everything; those of organizations take theirs from the profile. */
export const OPERATOR_KEY_PREFIX = "pho";
/** Of the tokens of command lines that a person has signed in. */
export const SESSION_TOKEN_PREFIX = "phs";

/**
 * A key from random bytes: prefix, `_`, 30 base62 letters, 6 letters of their CRC32.
 * The checksum lets secret scanners and this server refuse a mistyped key without asking the database.
 */
export function formatApiKey(prefix: string, random: Uint8Array): string {
  assert(random.length === API_KEY_RANDOM_BYTES, "an API key is made from 32 random bytes");
  const number = BigInt(`0x${Buffer.from(random).toString("hex")}`);
  const letters = base62(number, RANDOM_LENGTH);
  return `${prefix}_${letters}${checksum(letters)}`;
}

/** What people recognise a key by in lists: its prefix and the first letters. */
export function shownPrefix(key: string): string {
  return key.slice(0, SHOWN_LENGTH);
}

/** The prefix of a key of right shape and checksum, else `undefined`; says nothing about whether the key exists. */
export function readApiKeyPrefix(text: string): string | undefined {
  const [, prefix, letters, sum] = SHAPE.exec(text) ?? [];
  return letters !== undefined && sum === checksum(letters) ? prefix : undefined;
}

/** In plain numbers, which 32 bits fit: this runs for each request that shows a key. */
function checksum(letters: string): string {
  let text = "";
  for (let rest = crc32(letters); text.length < CHECKSUM_LENGTH; rest = Math.floor(rest / 62)) {
    text = ALPHABET.charAt(rest % 62) + text;
  }
  return text;
}

/** The lowest `length` base62 digits, most significant first, padded with zeros. */
function base62(number: bigint, length: number): string {
  let text = "";
  for (let rest = number; text.length < length; rest /= 62n) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
  }
  return text;
}
