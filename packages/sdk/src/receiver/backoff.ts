import { toMs } from "./duration.ts";
import type { RetryOptions } from "./options.ts";

/** How long to wait after the attempt with this number, counted from 1, in milliseconds. */
export function backoffMs(
  { backoff = "exponential", minDelay = "1s", maxDelay = "10m" }: RetryOptions,
  attempt: number,
  random: () => number,
): number {
  if (typeof backoff === "function") return toMs(backoff(attempt), "retry.backoff");
  const [least, most] = [toMs(minDelay, "retry.minDelay"), toMs(maxDelay, "retry.maxDelay")];
  if (backoff === "constant") return Math.min(least, most);
  const whole = Math.min(least * 2 ** (attempt - 1), most);
  // Events that failed together, because of one outage, must not all come back at the same moment.
  return Math.ceil(whole * (1 - random() / 2));
}
