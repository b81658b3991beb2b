import { setTimeout as wait } from "node:timers/promises";
import { isPassingFailure } from "../client.ts";

/** Tells the server what was handed on, so that it is not sent again. */
export interface Acknowledger {
  /** Whether an event was handed on: the server may not know it yet, or have sent it before it knew. */
  has(position: number): boolean;
  add(position: number): void;
  /** Resolves when everything is told, or cannot be within the time of `signal`. */
  flush(signal: AbortSignal): Promise<void>;
}

const BATCH_MAX = 100;
const RETRY_MS = 1_000;
/** Ten windows of the server: what it sends can have been under way for so long at most. */
const REMEMBERED_MAX = 1_000;

/** `tell` rejects when the server cannot be reached: what it was told stays, and is told again. */
export function createAcknowledger(options: {
  readonly tell: (positions: readonly number[]) => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): Acknowledger {
  const { tell, onFailure } = options;
  const pending = new Set<number>();
  const told = new Set<number>();
  let running: Promise<void> | undefined;
  const stopped = new AbortController();

  function remember(position: number): void {
    pending.delete(position);
    told.add(position);
    const [oldest] = told;
    if (told.size > REMEMBERED_MAX && oldest !== undefined) told.delete(oldest);
  }

  async function run(): Promise<void> {
    // What is handed on in the same moment is told in one request.
    await new Promise((resolve) => setImmediate(resolve));
    let goesOn = true;
    while (goesOn && pending.size > 0 && !stopped.signal.aborted) goesOn = await tellSome();
    // In the step of the last look at what waits: what is added between the two would be told by nobody.
    running = undefined;
  }

  /** Answers whether more can be told. */
  async function tellSome(): Promise<boolean> {
    const batch = [...pending].slice(0, BATCH_MAX);
    try {
      await tell(batch);
      for (const position of batch) remember(position);
      return true;
    } catch (error) {
      if (isPassingFailure(error)) {
        await wait(RETRY_MS, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
        return true;
      }
      onFailure(error);
      return false;
    }
  }

  return {
    has: (position) => pending.has(position) || told.has(position),
    add(position) {
      pending.add(position);
      running ??= run();
    },
    async flush(signal) {
      signal.addEventListener("abort", () => stopped.abort(), { once: true });
      if (signal.aborted) stopped.abort();
      await running;
    },
  };
}
