/** Runs seeds, one after the other, on this thread. */
import { Chaos } from "./chaos.ts";
import { Cluster, type Setting } from "./cluster.ts";
import { surround } from "./effects.ts";

/** What one seed came to. */
export interface SeedResult {
  readonly seed: number;
  readonly breaches: readonly string[];
  readonly tasks: number;
  readonly requests: number;
  readonly unknown: readonly string[];
  /** The same for the same run. */
  readonly fingerprint: string;
}

export async function runSeed(
  setting: Setting,
  seed: number,
  trace?: (line: string) => void,
): Promise<SeedResult> {
  const cluster = new Cluster(setting, seed, trace);
  const { scheduler } = cluster;
  const realImmediate = globalThis.setImmediate;
  surround(cluster);
  // The product gathers what arrives in one turn of the event loop; here a turn is a task.
  const immediate = (run: () => void) => scheduler.after(0, scheduler.owner, run);
  // Proof: the product calls it with a function alone and forgets the answer.
  globalThis.setImmediate = immediate as unknown as typeof setImmediate;
  try {
    await new Chaos(cluster, seed).run();
  } finally {
    globalThis.setImmediate = realImmediate;
    surround(undefined);
  }
  const { checks, network, memory } = cluster;
  const states = [...memory.rows.deliveries.values()].map(
    ({ state, attemptsTotal }) => `${state}${attemptsTotal}`,
  );
  return {
    seed,
    breaches: [...[...network.unknown].map(unknownBreach), ...checks.breaches],
    tasks: scheduler.tasks,
    requests: checks.sent.length,
    unknown: [...network.unknown],
    fingerprint: `${scheduler.tasks} ${scheduler.now} ${states.join(" ")}`,
  };
}

/** Everything that needs its answer then waits for ever, which says little. */
function unknownBreach(statement: string): string {
  return `nobody simulates the statement: ${statement}`;
}

/** The command that shows the run of a seed. */
export function reproduce(seed: number): string {
  return `npm run test:sim -- --from ${seed} --trace`;
}
