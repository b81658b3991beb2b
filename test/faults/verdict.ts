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

export type Grade = "passes" | "slow" | "fails" | "not run";

export interface Verdict extends Outcome {
  readonly at: string;
  readonly scenario: string;
  readonly title: string;
  readonly round: number;
  readonly seed: number;
  readonly seconds: number;
  readonly rate: number;
  readonly pending: number;
  /** `slow`: all criteria but those of time are met. `not run`: `reason` says what is missing. */
  readonly grade: Grade;
  /** Why it was not run, or the error that ended it. */
  readonly reason?: string;
  readonly tookSeconds: number;
}

/** Stands for "never" and "nothing to measure", which are no proof of anything: no criterion is met by it. */
export const NOTHING_MEASURED = -1;

export function atMost(name: string, value: number, bound: number): Criterion {
  return { name, value: whole(value), atMost: whole(bound) };
}

export function atLeast(name: string, value: number, bound: number): Criterion {
  return { name, value: whole(value), atLeast: whole(bound) };
}

export function none(name: string, value: number): Criterion {
  return atMost(name, value, 0);
}

/** Milliseconds, or another number that a busy machine makes worse. */
export function timeAtMost(name: string, value: number, bound: number): Criterion {
  return { ...atMost(name, value, bound), isTiming: true };
}

export function timeAtLeast(name: string, value: number, bound: number): Criterion {
  return { ...atLeast(name, value, bound), isTiming: true };
}

function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : NOTHING_MEASURED;
}

/** What must hold after every scenario, whatever was done to it. */
export function always(found: Findings): Criterion[] {
  const { lost, stuck, attemptGaps, unmatched, badSignatures } = found;
  const { overwritten, ownEnds, secretsPrinted } = found;
  const zeros = { lost, stuck, attemptGaps, unmatched, badSignatures, overwritten, ownEnds };
  return Object.entries({ ...zeros, secretsPrinted }).map(([name, value]) => none(name, value));
}

export function isMet({ value, atMost: most, atLeast: least }: Criterion): boolean {
  if (value === NOTHING_MEASURED) return false;
  return value <= (most ?? Infinity) && value >= (least ?? -Infinity);
}

export function gradeOf(criteria: readonly Criterion[]): Grade {
  const missed = criteria.filter((criterion) => !isMet(criterion));
  if (missed.length === 0) return "passes";
  return missed.every(({ isTiming }) => isTiming) ? "slow" : "fails";
}
