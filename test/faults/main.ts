/**
 * `npm run test:faults`: breaks things under load and counts what came of every promise. Prints a verdict for each
 * scenario and round, appends it to a file as JSON, ends with a table, and fails when anything but a time is missed.
 */
import { parseFlags, USAGE, type Flags } from "./flags.ts";
import { tableOf } from "./report.ts";
import { runAll } from "./runner.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

// Watchers of a scenario that failed find their database closed; whoever still waits for one hears of it there.
process.on("unhandledRejection", (error) => {
  process.stderr.write(`Left behind: ${error instanceof Error ? error.message : String(error)}\n`);
});

const flags = readFlags();
if (flags) {
  const verdicts = await runAll(flags);
  process.stdout.write(`\n${tableOf(verdicts)}`);
  // The server for the databases ends with us; nothing else of ours runs any more.
  process.exit(verdicts.some(({ grade }) => grade === "fails") ? 1 : 0);
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
