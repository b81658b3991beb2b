/** A thread that runs seeds which it is given, in ranges, and tells what each range came to. */
import { parentPort } from "node:worker_threads";
import { createSetting } from "./cluster.ts";
import { loadProduct } from "./modules.ts";
import { runSeed } from "./seeds.ts";

/** From the first seed to the last, both included. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
}

export interface RangeResult {
  readonly seeds: number;
  readonly tasks: number;
  readonly requests: number;
  readonly failed: readonly { readonly seed: number; readonly breaches: readonly string[] }[];
  readonly unknown: readonly string[];
}

export async function runRange(
  setting: ReturnType<typeof createSetting>,
  { from, to }: SeedRange,
): Promise<RangeResult> {
  let [tasks, requests] = [0, 0];
  const failed: { seed: number; breaches: readonly string[] }[] = [];
  const unknown = new Set<string>();
  for (let seed = from; seed <= to; seed++) {
    const result = await runSeed(setting, seed);
    tasks += result.tasks;
    requests += result.requests;
    if (result.breaches.length > 0) failed.push({ seed, breaches: result.breaches });
    for (const name of result.unknown) unknown.add(name);
  }
  return { seeds: to - from + 1, tasks, requests, failed, unknown: [...unknown] };
}

if (parentPort) {
  const setting = createSetting(await loadProduct());
  const port = parentPort;
  port.on("message", (range: SeedRange) => {
    void runRange(setting, range).then((result) => port.postMessage(result));
  });
}
