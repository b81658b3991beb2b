import { monitorEventLoopDelay } from "node:perf_hooks";
import { systemClock } from "./clock.ts";

const WINDOW_MS = 30_000;
const STEP_MS = 10;

/**
 * Watches how late the event loop comes to what is due. Answers the longest delay of the last half minute at least, in
 * seconds, its own step of 10 ms included: of several who ask each is told. Two watch, and begin anew in turns: one
 * that does so just behind a delay has not noted it yet, and never will.
 */
export function watchEventLoop(): () => number {
  let [older, newer] = [watch(), watch()];
  let turnedAt = systemClock.monotonic();
  return () => {
    const seconds = Math.max(older.max, newer.max) / 1e9;
    const now = systemClock.monotonic();
    if (now - turnedAt >= WINDOW_MS) {
      older.reset();
      [older, newer] = [newer, older];
      turnedAt = now;
    }
    return seconds;
  };
}

function watch(): ReturnType<typeof monitorEventLoopDelay> {
  const histogram = monitorEventLoopDelay({ resolution: STEP_MS });
  histogram.enable();
  return histogram;
}
