import type { Sql } from "../db/pool.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { notifyDue } from "../store/nodes.ts";

/** Tells the other nodes that something is due. */
export interface Waker {
  wake(): void;
  stop(): Promise<void>;
}

/** A notification takes a lock that all commits share, so it is never part of accepting and at most 20 a second. */
const WAKE_EVERY_MS = 50;

export function createWaker(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly node: () => number;
}): Waker {
  const { sql, clock, log } = options;
  let isPlanned = false;
  let sending: Promise<void> = Promise.resolve();

  function send(): void {
    isPlanned = false;
    sending = notifyDue(sql, options.node()).catch((error: unknown) => {
      // The others poll; they only notice a little later.
      log.warn({ event: "wake.failed", error });
    });
  }

  return {
    wake() {
      if (isPlanned) return;
      isPlanned = true;
      clock.after(WAKE_EVERY_MS, send);
    },
    stop: () => sending,
  };
}
