import { quantiles } from "../../bench/statistics.ts";
import type { Outcome } from "./verdict.ts";

/** How much of everything. */
export interface Size {
  /** Of load, besides fixed waits. */
  readonly seconds: number;
  /** Events per second. */
  readonly rate: number;
  /** Deliveries of a backlog. */
  readonly pending: number;
}

/** What a scenario may use of the run it is part of. */
export interface Run extends Size {
  /** Uniform in [0, 1), the same for the same seed. */
  readonly random: () => number;
}

export const USUAL: Size = Object.freeze({ seconds: 20, rate: 100, pending: 100_000 });

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** In the short selection for every change, with these sizes. */
  readonly ci?: Partial<Size>;
  /** What this machine lacks for it; undefined when nothing is missing. */
  readonly lacks?: () => string | undefined;
  readonly run: (run: Run) => Promise<Outcome>;
}

/** Milliseconds, whole; -1 where there is nothing to measure. */
export function times(values: readonly number[]): { p50: number; p99: number; max: number } {
  const { p50, p99 } = quantiles(values) ?? { p50: -1, p99: -1 };
  const max = values.reduce((most, value) => Math.max(most, value), -1);
  return { p50: Math.round(p50), p99: Math.round(p99), max: Math.round(max) };
}

export function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
}
