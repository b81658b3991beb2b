/**
 * `npm run test:faults`: breaks things under load and counts what came of every promise. Prints a verdict for each
 * scenario and round, appends it to a file as JSON, and fails when anything but a time is missed.
 */
import { parseFlags, USAGE, type Flags } from "./flags.ts";
import { seededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { duplicateClaims, idempotencyRaces } from "./scenarios/claims.ts";
import { backlog, hangingReceivers } from "./scenarios/neighbours.ts";
import { frozenNode, killedNodes, rollingRestart } from "./scenarios/nodes.ts";
import { killedPostgres } from "./scenarios/postgres.ts";
import { judge, record } from "./verdict.ts";

const SCENARIOS: readonly Scenario[] = [
  killedNodes,
  killedPostgres,
  hangingReceivers,
  backlog,
  duplicateClaims,
  frozenNode,
  rollingRestart,
  idempotencyRaces,
];

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const flags = readFlags();
if (flags) {
  const areSafe = await runAll(flags);
  // The server for the databases ends with us; nothing else of ours runs any more.
  process.exit(areSafe ? 0 : 1);
}

function readFlags(): Flags | undefined {
  try {
    return parseFlags(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function runAll({ only, rounds, seconds, rate, seed, output }: Flags): Promise<boolean> {
  const unknown = only.filter((id) => !SCENARIOS.some((scenario) => scenario.id === id));
  if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(", ")}.`);
  const chosen = SCENARIOS.filter(({ id }) => only.length === 0 || only.includes(id));
  let areSafe = true;
  for (let round = 1; round <= rounds; round++) {
    for (const { id, title, run } of chosen) {
      process.stdout.write(`\n── ${id} ${title}\n`);
      const roundSeed = seed + round - 1;
      const outcome = await run({ seconds, rate, random: seededRandom(roundSeed) });
      const verdict = judge({ scenario: id, round, seed: roundSeed, seconds }, outcome);
      record(verdict, output);
      areSafe &&= verdict.isSafe;
    }
  }
  return areSafe;
}
