import { EVENT_TYPE_LENGTH_MAX, IDEMPOTENCY_KEY_LENGTH_MAX } from "../limits.ts";
import { parseTimestamp } from "./timestamp.ts";

const TYPE = /^[a-z0-9_]+(\.[a-z0-9_]+){0,7}$/;
const RESOURCE = /^[a-z0-9_-]+:[A-Za-z0-9._-]{1,128}$/;
const RESOURCE_LENGTH_MAX = 256;
/**
 * No control characters, no line or paragraph separators, no halves of surrogate pairs:
 * PostgreSQL's text holds none.
 */
const ORDERING_KEY = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,128}$/u;
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const YEARS_AWAY_MAX = 10;
const YEAR_MS = 365.25 * 24 * 60 * 60 * 1000;

/** An event type: 1 to 8 words of `a-z`, `0-9` and `_` joined by dots, at most 128 characters. */
export function isEventType(text: string): boolean {
  return text.length <= EVENT_TYPE_LENGTH_MAX && TYPE.test(text);
}

/**
 * What an event is about, as kind and name: `artist:nova`. The kind is lower case, the name at most
 * 128 characters.
 */
export function isResource(text: string): boolean {
  return text.length <= RESOURCE_LENGTH_MAX && RESOURCE.test(text);
}

/** An ordering key: 1 to 128 printable characters of any script. */
export function isOrderingKey(text: string): boolean {
  return ORDERING_KEY.test(text);
}

/** An idempotency key: 1 to 255 visible ASCII characters, so no space. */
export function isIdempotencyKey(text: string): boolean {
  return text.length <= IDEMPOTENCY_KEY_LENGTH_MAX && VISIBLE_ASCII.test(text);
}

/**
 * When the event happened, in milliseconds since the epoch: RFC 3339 with a zone, at most ten years
 * before or after `nowMs`; else undefined.
 */
export function parseOccurredAt(text: string, nowMs: number): number | undefined {
  const occurredAt = parseTimestamp(text);
  if (occurredAt === undefined) return undefined;
  return Math.abs(occurredAt - nowMs) <= YEARS_AWAY_MAX * YEAR_MS ? occurredAt : undefined;
}
