import type { Clock } from "./clock.ts";
import type { Logger } from "./log.ts";

/** A background loop: runs `step` again and again, sooner when nudged, until it is stopped. */
export interface Loop {
  /** Runs the next step now, or right after the one that is running. */
  nudge(): void;
  /** Waits for the running step; no further one starts. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Pause after a step, in milliseconds; the step may answer another one. */
  readonly pauseMs: number;
  /** Must be bounded in time. Answers the pause before the next step, or nothing for the default. */
  step(): Promise<number | void>;
}

const FAILURE_PAUSE_MS_MAX = 5_000;

/** A step that throws is logged and tried again with a growing pause: a loop never dies in silence. */
export function startLoop(options: LoopOptions): Loop {
  const { clock, log, name } = options;
  let stopped = false;
  let nudged = false;
  let failures = 0;
  let wake: (() => void) | undefined;

  async function runStep(): Promise<number> {
    try {
      const pauseMs = (await options.step()) ?? options.pauseMs;
      failures = 0;
      return pauseMs;
    } catch (error) {
      failures += 1;
      log.error({ event: "loop.failed", loop: name, failures, error });
      return Math.min(options.pauseMs * 2 ** failures, FAILURE_PAUSE_MS_MAX);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, finish);
      wake = finish;
      function finish() {
        cancel();
        wake = undefined;
        resolve();
      }
    });
  }

  async function run(): Promise<void> {
    while (!stopped) {
      nudged = false;
      const pauseMs = await runStep();
      // After a failure a nudge must not turn the loop into a busy one.
      if (!stopped && (!nudged || failures > 0)) await pause(pauseMs);
    }
  }

  const running = run();
  return {
    nudge() {
      nudged = true;
      if (failures === 0) wake?.();
    },
    async stop() {
      stopped = true;
      wake?.();
      await running;
    },
  };
}
