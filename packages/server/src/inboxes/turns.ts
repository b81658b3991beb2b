import { ApiError } from "../errors.ts";

/** Runs a piece of work when it is its turn. Throws `overloaded` when too many wait already. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Lets `atOnce` pieces of work run at the same time; up to `waitingMax` more wait, in the order in
 * which they came.
 */
export function createTurns(bounds: {
  readonly atOnce: number;
  readonly waitingMax: number;
}): InTurn {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < bounds.atOnce) {
      running += 1;
    } else {
      if (waiting.length >= bounds.waitingMax) {
        throw new ApiError("overloaded", { retryAfterSeconds: 1 });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The place goes to the next one as it is, so that nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
