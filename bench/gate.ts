/** Whether it costs more than it did: ratios of CPU and bytes, which hold on a noisy machine where rates do not. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "./report.ts";
import { round } from "./statistics.ts";

/** Of one case, under saturation, per delivery (or per event where nobody wants it). */
interface Costs {
  /** The node's CPU against that of one request of undici alone, in the same run. */
  readonly nodeToRaw?: number | undefined;
  /** PostgreSQL's CPU against the same. */
  readonly postgresToRaw?: number | undefined;
  readonly walBytes: number;
}

interface Recorded {
  /** Shares by which a figure may be worse. */
  readonly tolerance: { readonly cpu: number; readonly bytes: number };
  readonly cases: Readonly<Record<string, Costs>>;
}

const FILE = join(import.meta.dirname, "gate.json");

/** Sentences about what has become worse than `gate.json` says; nothing for cases that are not recorded. */
export function judgeCosts(report: Report): string[] {
  // Proof: `recordCosts` writes the file.
  const recorded = JSON.parse(readFileSync(FILE, "utf8")) as Recorded;
  return Object.entries(costsOf(report)).flatMap(([name, costs]) => {
    const known = recorded.cases[name];
    return known ? compare(name, known, { costs, tolerance: recorded.tolerance }) : [];
  });
}

function compare(
  name: string,
  known: Costs,
  now: { readonly costs: Costs; readonly tolerance: Recorded["tolerance"] },
): string[] {
  const { costs, tolerance } = now;
  const limits = {
    nodeToRaw: tolerance.cpu,
    postgresToRaw: tolerance.cpu,
    walBytes: tolerance.bytes,
  };
  return Object.entries(limits).flatMap(([what, share]) => {
    // Proof: the names are those of Costs.
    const [before, after] = [known[what as keyof Costs], costs[what as keyof Costs]];
    if (before === undefined || after === undefined || after <= before * (1 + share)) return [];
    return [`${name}: ${what} is ${after}, recorded were ${before} (+ ${share * 100} % may be).`];
  });
}

/** Writes what this run has measured over what was recorded. */
export function recordCosts(report: Report): void {
  const recorded: Recorded = { tolerance: { cpu: 0.3, bytes: 0.1 }, cases: costsOf(report) };
  writeFileSync(FILE, `${JSON.stringify(recorded, null, 2)}\n`);
}

function costsOf({ cases, raw }: Report): Record<string, Costs> {
  const toRaw = (micros: number | undefined) =>
    micros === undefined ? undefined : round(micros / raw.cpuMicrosPerRequest);
  return Object.fromEntries(
    Object.entries(cases).map(([name, { saturated }]) => [
      name,
      {
        nodeToRaw: toRaw(saturated.nodeCpuMicros),
        postgresToRaw: toRaw(saturated.postgresCpuMicros),
        walBytes: saturated.walBytes,
      },
    ]),
  );
}
