import { toMs } from "./duration.ts";
import type { AlertOptions, ReceiverAlert } from "./options.ts";

interface Count {
  since: number;
  failures: number;
}

const TYPES_MAX = 1_000;

/** Counts failures per event type in windows; answers an alert at the failure that exceeds the bound, once a window. */
export class FailureCounts {
  readonly #most: number;
  readonly #windowMs: number;
  readonly #counts = new Map<string, Count>();

  constructor({ failuresPerType, window = "1h" }: AlertOptions) {
    this.#most = failuresPerType;
    this.#windowMs = toMs(window, "alerts.window");
  }

  count(eventType: string, now: number): ReceiverAlert | undefined {
    const known = this.#counts.get(eventType);
    const isCurrent = known !== undefined && now - known.since < this.#windowMs;
    const count = isCurrent ? known : { since: now, failures: 0 };
    count.failures += 1;
    // A sender with endless types must not fill the memory.
    if (!known && this.#counts.size >= TYPES_MAX) this.#counts.clear();
    this.#counts.set(eventType, count);
    if (count.failures !== this.#most + 1) return undefined;
    return { type: "webhook_failures_high", eventType, failureCount: count.failures };
  }
}
