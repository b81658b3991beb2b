const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 60_000;

/**
 * How long to wait before a server is asked again that wants `askedMs`: a quarter of a second to a minute. Unbounded,
 * hours would look like a program that hangs, and what no timer can hold (2^31 ms) or is no number becomes 1 ms.
 */
export function serverPauseMs(askedMs: number): number {
  return Math.min(Math.max(askedMs || 0, PAUSE_MS_MIN), PAUSE_MS_MAX);
}
