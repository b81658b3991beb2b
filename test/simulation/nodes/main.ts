/**
 * `npm run test:sim`: several nodes in virtual time, seed after seed. Progress goes to standard error; a seed that
 * breaks a rule is named with the command that shows its run line by line. `--trace` shows one seed.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { createSetting } from "./cluster.ts";
import { loadProduct } from "./modules.ts";
import { reproduce, runSeed } from "./seeds.ts";
import { runSeeds, type Total } from "./threads.ts";

interface Flags {
  readonly from: number;
  readonly to: number;
  readonly workers: number;
  /** Shows everything that happens in the first seed, and runs no other. */
  readonly trace: boolean;
}

const USAGE = "npm run test:sim -- [--from 1] [--to 50000] [--workers 2] [--trace]\n";
const PROGRESS_EVERY_MS = 10_000;
const FAILURES_SHOWN_MAX = 20;

function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      from: { type: "string", default: "1" },
      to: { type: "string", default: "50000" },
      workers: { type: "string", default: String(availableParallelism()) },
      trace: { type: "boolean", default: false },
    },
  });
  const from = whole("from", values.from);
  const to = whole("to", values.to);
  if (to < from) throw new Error("--to must not be below --from.");
  return { from, to, workers: whole("workers", values.workers), trace: values.trace };
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} must be a whole number above 0, not ${text}.`);
}

async function traceSeed(seed: number): Promise<boolean> {
  const setting = createSetting(await loadProduct());
  const { breaches } = await runSeed(setting, seed, (line) => process.stdout.write(`${line}\n`));
  for (const breach of breaches) process.stdout.write(`Broken: ${breach}\n`);
  return breaches.length === 0;
}

async function runAll({ from, to, workers }: Flags): Promise<boolean> {
  const startedAt = performance.now();
  let [toldAt, toldFailures] = [startedAt, 0];
  const total = await runSeeds({ from, to }, { threads: workers, onRange: tell });
  process.stdout.write(`${summary(total)}\n`);
  return total.failed.length === 0;

  function tell(so: Total): void {
    for (const { seed, breaches } of so.failed.slice(toldFailures, FAILURES_SHOWN_MAX)) {
      process.stderr.write(`Seed ${seed}: ${breaches[0]}\n  ${reproduce(seed)}\n`);
    }
    toldFailures = so.failed.length;
    if (performance.now() - toldAt < PROGRESS_EVERY_MS) return;
    toldAt = performance.now();
    process.stderr.write(`${summary(so)}\n`);
  }

  function summary({ seeds, tasks, requests, failed }: Total): string {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    return `${seeds} of ${to - from + 1} seeds in ${seconds} s: ${failed.length} failed, ${requests} requests, ${tasks} tasks`;
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

try {
  const flags = parseFlags(process.argv.slice(2));
  const isGood = flags.trace ? await traceSeed(flags.from) : await runAll(flags);
  process.exitCode = isGood ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  process.exitCode = 2;
}
