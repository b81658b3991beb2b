import type { Clock } from "./clock.ts";

/**
 * Runs once, and once more when there is neither an answer nor a failure after `afterMs`; whichever of the two comes
 * first is the result. Only for what may happen twice. (J. Dean and L. A. Barroso, "The Tail at Scale", CACM 2013.)
 */
export function hedged<Result>(
  run: () => Promise<Result>,
  afterMs: number,
  clock: Clock,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(afterMs, () => void run().then(resolve, reject));
    void run().then(resolve, reject).finally(cancel);
  });
}
