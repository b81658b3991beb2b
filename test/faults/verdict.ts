import { appendFileSync } from "node:fs";
import type { Findings } from "./check.ts";

/** One number beside what is demanded of it. */
export interface Criterion {
  readonly name: string;
  readonly value: number;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Says something about the machine, too: a miss is shown and does not fail the run. */
  readonly isTiming?: true;
}

/** What a scenario answers. */
export interface Outcome {
  readonly criteria: readonly Criterion[];
  /** For the reader. */
  readonly figures: Readonly<Record<string, unknown>>;
}

export interface Verdict extends Outcome {
  readonly at: string;
  readonly scenario: string;
  readonly round: number;
  readonly seed: number;
  readonly seconds: number;
  /** All criteria are met, those of time included. */
  readonly passes: boolean;
  /** All criteria but those of time are met. */
  readonly isSafe: boolean;
}

/** What must hold after every scenario, whatever was done to it. */
export function always(found: Findings): Criterion[] {
  const { lost, stuck, attemptGaps, unmatched, badSignatures } = found;
  const zeros = { lost, stuck, attemptGaps, unmatched, badSignatures };
  return Object.entries(zeros).map(([name, value]) => ({ name, value, atMost: 0 }));
}

export function isMet({ value, atMost = Infinity, atLeast = -Infinity }: Criterion): boolean {
  return value <= atMost && value >= atLeast;
}

export function judge(
  run: Pick<Verdict, "scenario" | "round" | "seed" | "seconds">,
  { criteria, figures }: Outcome,
): Verdict {
  const missed = criteria.filter((criterion) => !isMet(criterion));
  return {
    at: new Date().toISOString(),
    ...run,
    passes: missed.length === 0,
    isSafe: missed.every(({ isTiming }) => isTiming),
    criteria,
    figures,
  };
}

export function record(verdict: Verdict, file: string): void {
  appendFileSync(file, `${JSON.stringify(verdict)}\n`);
  process.stdout.write(`${describe(verdict)}\n`);
}

function describe(verdict: Verdict): string {
  const { scenario, round, criteria, figures } = verdict;
  const lines = criteria.map((criterion) => {
    const { name, value, atMost, atLeast, isTiming } = criterion;
    const demanded = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
    const missed = isTiming ? "MISSED (time)" : "MISSED";
    return `  ${(isMet(criterion) ? "ok" : missed).padEnd(14)}${name} ${value} (${demanded})`;
  });
  const head = `${scenario} round ${round}: ${wordFor(verdict)}`;
  return [head, ...lines, `  ${JSON.stringify(figures)}`].join("\n");
}

function wordFor({ passes, isSafe }: Verdict): string {
  if (passes) return "passes";
  return isSafe ? "safe, but slower than demanded" : "FAILS";
}
