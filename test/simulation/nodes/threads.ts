/** Shares seeds among threads. */
import { Worker } from "node:worker_threads";
import type { RangeResult, SeedRange } from "./worker.ts";

/** Small enough that all threads end at about the same time, and that a failure is heard of soon. */
const RANGE_SEEDS = 25;

/** What all seeds came to. */
export interface Total {
  seeds: number;
  tasks: number;
  requests: number;
  failed: { readonly seed: number; readonly breaches: readonly string[] }[];
  readonly unknown: Set<string>;
}

/** `onRange` hears of the total after every range. */
export async function runSeeds(
  { from, to }: SeedRange,
  options: { readonly threads: number; readonly onRange?: (total: Total) => void },
): Promise<Total> {
  const total: Total = { seeds: 0, tasks: 0, requests: 0, failed: [], unknown: new Set() };
  let next = from;
  const take = (): SeedRange | undefined => {
    if (next > to) return undefined;
    const range = { from: next, to: Math.min(next + RANGE_SEEDS - 1, to) };
    next = range.to + 1;
    return range;
  };
  const add = (result: RangeResult) => {
    total.seeds += result.seeds;
    total.tasks += result.tasks;
    total.requests += result.requests;
    total.failed.push(...result.failed);
    for (const name of result.unknown) total.unknown.add(name);
    options.onRange?.(total);
  };
  await Promise.all(Array.from({ length: options.threads }, () => work(take, add)));
  return total;
}

function work(
  take: () => SeedRange | undefined,
  add: (result: RangeResult) => void,
): Promise<void> {
  const worker = new Worker(new URL("worker.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const go = () => {
      const range = take();
      if (range) worker.postMessage(range);
      else void worker.terminate().then(() => resolve());
    };
    worker.on("message", (result: RangeResult) => {
      add(result);
      go();
    });
    worker.on("error", reject);
    go();
  });
}
