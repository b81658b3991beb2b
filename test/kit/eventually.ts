import assert from "node:assert/strict";

const WITHIN_MS = 60_000;
/** Less, and those who wait would take the processor from what they wait for. */
const LOOK_AGAIN_MS = 15;

/** Reads until there is a value or it is true; fails with `what` after a minute, or `withinMs`. */
export async function eventually<T>(
  what: string,
  read: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = WITHIN_MS,
): Promise<T> {
  const until = performance.now() + withinMs;
  while (performance.now() < until) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return assert.fail(`did not happen: ${what}`);
}
