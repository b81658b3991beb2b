import { systemClock } from "./clock.ts";

/** So long the rest of the process waits without anybody noticing. */
const TURN_MS = 20;

/**
 * Keeps long work from holding up the process: ask between two of its parts, and wait for the answer when there is one.
 * Nothing else runs before, no heartbeat either; a node that says nothing for too long loses its leases.
 */
export function takeTurns(
  monotonic: () => number = systemClock.monotonic,
): () => Promise<void> | undefined {
  let startedAt = monotonic();
  return () => {
    if (monotonic() - startedAt < TURN_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        startedAt = monotonic();
        resolve();
      });
    });
  };
}
