/** Runs simulations, and says how a failing one is seen again. */
import fc from "fast-check";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { begin, COMMANDS, type Expected, type Real } from "./commands.ts";
import { STORIES } from "./stories.ts";
import type { Laboratory } from "./world.ts";

/** Half of it on average. */
const COMMANDS_MAX = 80;

/** Runs one story that is written down. */
export async function tell(
  { engine, observer }: Laboratory,
  story: readonly fc.AsyncCommand<Expected, Real>[],
): Promise<void> {
  await fc.asyncModelRun(() => begin(engine, observer), story);
}

export interface Simulation {
  readonly runs: number;
  /** What the engine says to the database; the laboratory's pool unless it is given. */
  readonly engine?: Pool;
  /** Does not look for a shorter story that fails as well. */
  readonly isShort?: boolean;
  readonly start: { readonly seed: number; readonly path?: string };
}

/** Undefined when all went well, or else what failed. */
export async function simulate(
  { engine, observer }: Laboratory,
  simulation: Simulation,
): Promise<string | undefined> {
  const { seed, path } = simulation.start;
  const stories = fc.commands<Expected, Real, false>(COMMANDS, {
    maxCommands: COMMANDS_MAX,
    size: "max",
  });
  const property = fc.asyncProperty(stories, (story) =>
    fc.asyncModelRun(() => begin(simulation.engine ?? engine, observer), story),
  );
  const details = await fc.check(property, {
    numRuns: simulation.runs,
    examples: Object.values(STORIES).map((story) => [story]),
    endOnFailure: simulation.isShort ?? false,
    seed,
    ...(path === undefined ? {} : { path }),
  });
  return details.failed ? describe(details) : undefined;
}

/** The first part of a path names the story; what it is shortened to follows from that. */
function describe<Story>(details: fc.RunDetails<Story>): string {
  const { seed, counterexamplePath, errorInstance, counterexample } = details;
  const [story = "0"] = (counterexamplePath ?? "").split(":");
  return [
    `Story: ${String(counterexample)}`,
    errorInstance instanceof Error ? errorInstance.stack : String(errorInstance),
    "Once more:",
    `SEED=${seed} PATH_=${story} npm test -- --test-name-pattern='the model' test/simulation/leases.test.ts`,
  ].join("\n");
}

/** A start that somebody names to see a failure again, or any. */
export function startOf({ SEED, PATH_ }: NodeJS.ProcessEnv): Simulation["start"] {
  const seed = SEED === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(SEED);
  return { seed, ...(PATH_ === undefined ? {} : { path: PATH_ }) };
}
