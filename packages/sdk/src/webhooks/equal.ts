import { timingSafeEqual } from "node:crypto";

/** Compares every pair, also after a match, so that the time tells nothing about which one matched. */
export function anyEqual(expected: readonly string[], received: readonly string[]): boolean {
  let matches = false;
  for (const wanted of expected) {
    const wantedBytes = Buffer.from(wanted);
    for (const given of received) {
      const givenBytes = Buffer.from(given);
      // timingSafeEqual throws on unequal lengths, and the length of a correct signature is no secret.
      if (givenBytes.length !== wantedBytes.length) continue;
      if (timingSafeEqual(givenBytes, wantedBytes)) matches = true;
    }
  }
  return matches;
}
