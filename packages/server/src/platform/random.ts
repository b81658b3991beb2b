import * as crypto from "node:crypto";

/** Cryptographically strong bytes. */
export function randomBytes(length: number): Buffer {
  return crypto.randomBytes(length);
}

/** Uniform in [0, 1): for jitter and sampling, never for secrets. */
export function random(): number {
  return Math.random();
}

/** A UUIDv7 (RFC 9562, section 5.7) in lower-case text: 48 bits of milliseconds first, so ids sort by time. */
export function newUuid(): string {
  return crypto.randomUUIDv7();
}
