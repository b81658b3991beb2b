/**
 * `npm run bench`: how much of what undici alone can send goes through Posthorn, what it costs and how long it takes.
 * Raw and Posthorn post to the same receiver in the same run, because no two runs of a shared machine are alike.
 */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import {
  measureDeadEndpoint,
  measureHanging,
  measureOpenLoop,
  type BurdenOptions,
  type Burdened,
  type OpenLoop,
} from "./burdens.ts";
import { measureCase, type Case, type CaseResult } from "./cases.ts";
import { measureClaims } from "./claims.ts";
import { parseFlags, USAGE, type Flags } from "./flags.ts";
import { judgeCosts, recordCosts } from "./gate.ts";
import { goalsOf } from "./goals.ts";
import { startLoad } from "./load.ts";
import { describeMachine } from "./machine.ts";
import { measurePeer, PEERS, type PeerResult } from "./peers.ts";
import { measureRaw, type RawResult } from "./raw.ts";
import { startReceiver } from "./receiver.ts";
import { measureVerify } from "./verify.ts";
import type { RatedResult, Report } from "./report.ts";
import { medianOf, round } from "./statistics.ts";
import { formatReport } from "./table.ts";

// One listener for each server that was started, so that none stays behind.
process.setMaxListeners(100);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

const flags = readFlags();
if (flags) {
  const report = await bench(flags);
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : formatReport(report));
  if (flags.record) recordCosts(report);
  const worse = flags.gate ? judgeCosts(report) : [];
  for (const sentence of worse) say(sentence);
  const isGood = worse.length === 0 && Object.values(report.cases).every(isComplete);
  process.exitCode = isGood ? 0 : 1;
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
    const measured = await measureAll(options, folder);
    const { receiver, raws, results, ...rest } = measured;
    const raw = medianOf(raws);
    const cases = Object.fromEntries(
      [...results].map(([name, rounds]) => [name, rated(medianOf(rounds), raw)]),
    );
    const [posthorn] = Object.values(cases);
    if (!posthorn) throw new Error("No case was measured.");
    const { seconds, rounds, payload, processes } = options;
    const database = options.databaseUrl === undefined ? "embedded" : "external";
    const parameters = { seconds, rounds, payload, processes, database } as const;
    const facts = { receiver, machine, loadAverage: round(loadavg()[0] ?? 0) };
    const { postgres } = posthorn;
    const found = { ...facts, postgres, parameters, raw, posthorn, cases, ...rest };
    const report = { ...found, finished: besideFinished(options, cases) };
    return { ...report, goals: goalsOf({ ...report, goals: [] }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureAll(options: Flags, folder: string) {
  await using receiver = await startReceiver(folder);
  await using load = startLoad();
  const common = { ...options, finished: 0, receiver, load };
  const place = (name: string) => ({ ...common, folder: join(folder, name) });
  const rounds = await measureRounds(options, { common, folder });
  return {
    receiver: receiver.kind,
    ...rounds,
    openLoops: await measureOpenLoops(options, place),
    burdens: await measureBurdens(options, place),
    claims: options.claims ? await measureClaims(place("claims"), options.burden) : undefined,
    keys: options.keys ? await measureVerify(place("keys")) : undefined,
    peers: await measurePeers(options, place),
  };
}

/** Rounds are interleaved, so that a noisy minute of the machine falls on everything alike. */
async function measureRounds(
  options: Flags,
  { common, folder }: { common: Omit<BurdenOptions, "folder">; folder: string },
) {
  const raws: RawResult[] = [];
  const results = new Map<string, CaseResult[]>();
  for (let turn = 1; turn <= options.rounds; turn++) {
    say(`round ${turn} of ${options.rounds}: raw`);
    const { payload: bodyBytes, seconds } = options;
    raws.push(await measureRaw({ url: common.receiver.url, bodyBytes, seconds }));
    for (const { name, finished, each } of turns(options)) {
      say(`round ${turn} of ${options.rounds}: ${name}`);
      const home = join(folder, `${turn} ${name}`);
      const result = await measureCase({ ...common, finished, case: each, folder: home });
      results.set(name, [...(results.get(name) ?? []), result]);
    }
  }
  return { raws, results };
}

/** The first case once more beside what has been finished, where there is to be something. */
function turns({ cases, finished }: Flags): { name: string; finished: number; each: Case }[] {
  const plain = cases.map((each) => ({ name: each.name, finished: 0, each }));
  const [first] = cases;
  if (!first || finished === 0) return plain;
  return [...plain, { name: finishedName(first, finished), finished, each: first }];
}

function finishedName({ name }: Case, rows: number): string {
  return `${name} beside ${rows} finished`;
}

function besideFinished({ cases: [first], finished: rows }: Flags, cases: Report["cases"]) {
  const clean = first && cases[first.name]?.saturated;
  const beside = first && cases[finishedName(first, rows)]?.saturated;
  if (!clean || !beside || rows === 0) return undefined;
  const ratio = round(beside.deliveriesPerSecond / clean.deliveriesPerSecond);
  const [micros, cleanMicros] = [beside.postgresCpuMicros, clean.postgresCpuMicros];
  const isKnown = micros !== undefined && cleanMicros !== undefined;
  const postgresRatio = isKnown ? round(micros / cleanMicros) : undefined;
  return { rows, throughputRatio: ratio, postgresRatio };
}

type Place = (name: string) => BurdenOptions;

async function measureOpenLoops({ openRates }: Flags, place: Place) {
  const loops: Record<string, OpenLoop> = {};
  for (const rate of openRates) {
    const name = `open-${rate}`;
    say(name);
    loops[name] = await measureOpenLoop(place(name), rate);
  }
  return loops;
}

async function measureBurdens({ burdens, burden }: Flags, place: Place) {
  const results: Record<string, Burdened> = {};
  for (const name of burdens) {
    say(name);
    results[name] =
      name === "dead-endpoint"
        ? await measureDeadEndpoint(place(name), burden.pending)
        : await measureHanging(place(name));
  }
  return results;
}

async function measurePeers({ peers }: Flags, place: Place) {
  const results: Record<string, PeerResult> = {};
  for (const peer of peers ? PEERS : []) {
    say(peer);
    results[peer] = await measurePeer(place(peer), peer);
  }
  return results;
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
