/**
 * `npm run bench`: how much of what undici alone can send goes through Posthorn, what it costs and how long it takes.
 * Raw and Posthorn post to the same receiver in the same run, because no two runs of a shared machine are alike.
 */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { measureCase, type CaseResult } from "./cases.ts";
import { parseFlags, USAGE, type Flags } from "./flags.ts";
import { startLoad } from "./load.ts";
import { describeMachine, type Machine } from "./machine.ts";
import { measureRaw, type RawResult } from "./raw.ts";
import { startReceiver, type Receiver } from "./receiver.ts";
import { medianOf, round } from "./statistics.ts";
import { formatReport } from "./table.ts";

type RatedResult = CaseResult & { readonly ratioToRaw: number };

/** What `--json` prints. */
export interface Report {
  readonly receiver: Receiver["kind"];
  readonly machine: Machine;
  readonly postgres: string;
  readonly parameters: {
    readonly seconds: number;
    readonly rounds: number;
    readonly payload: number;
    readonly processes: number;
    readonly database: "embedded" | "external";
  };
  readonly raw: RawResult;
  /** The first case. */
  readonly posthorn: RatedResult;
  /** All cases by name. */
  readonly cases: Readonly<Record<string, RatedResult>>;
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const flags = readFlags();
if (flags) {
  const report = await bench(flags);
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : formatReport(report));
  process.exitCode = Object.values(report.cases).every(isComplete) ? 0 : 1;
}

function readFlags(): Flags | undefined {
  try {
    return parseFlags(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function bench(options: Flags): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "posthorn-bench-"));
  try {
    const machine = describeMachine(folder);
    const { receiver, raws, results } = await measureRounds(options, folder);
    const raw = medianOf(raws);
    const cases = Object.fromEntries(
      [...results].map(([name, rounds]) => [name, rated(medianOf(rounds), raw)]),
    );
    const [posthorn] = Object.values(cases);
    if (!posthorn) throw new Error("No case was measured.");
    const { seconds, rounds, payload, processes } = options;
    const database = options.databaseUrl === undefined ? "embedded" : "external";
    const parameters = { seconds, rounds, payload, processes, database } as const;
    return { receiver, machine, postgres: posthorn.postgres, parameters, raw, posthorn, cases };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rounds are interleaved, so that a noisy minute of the machine falls on everything alike. */
async function measureRounds(options: Flags, folder: string) {
  await using receiver = await startReceiver(folder);
  await using load = startLoad();
  const raws: RawResult[] = [];
  const results = new Map<string, CaseResult[]>();
  for (let turn = 1; turn <= options.rounds; turn++) {
    say(`round ${turn} of ${options.rounds}: raw`);
    raws.push(await measureRaw({ ...options, url: receiver.url, bodyBytes: options.payload }));
    for (const each of options.cases) {
      say(`round ${turn} of ${options.rounds}: ${each.name}`);
      const home = join(folder, `${turn}-${options.cases.indexOf(each)}`);
      const result = await measureCase({ ...options, case: each, folder: home, receiver, load });
      results.set(each.name, [...(results.get(each.name) ?? []), result]);
    }
  }
  return { receiver: receiver.kind, raws, results };
}

/** Deliveries against raw requests; events where there are no deliveries. */
function rated(result: CaseResult, raw: RawResult): RatedResult {
  const { eventsPerSecond, deliveriesPerSecond } = result.saturated;
  const perSecond = result.fanout === 0 ? eventsPerSecond : deliveriesPerSecond;
  return { ratioToRaw: round(perSecond / raw.requestsPerSecond), ...result };
}

function isComplete(result: CaseResult): boolean {
  return result.undelivered === 0 && result.saturated.lost === 0 && result.halfLoad.lost === 0;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
