import { JOB_RATE_PER_SECOND_MAX } from "../limits.ts";

const SHAPE = /^(\d{1,7})\/([a-z]{1,6})$/;
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ["s", SECOND],
  ["second", SECOND],
  ["m", MINUTE],
  ["min", MINUTE],
  ["minute", MINUTE],
  ["h", HOUR],
  ["hour", HOUR],
]);

/** The milliseconds from one item to the next for a rate such as `50/min`, `10/s` or `500/h`; undefined for others. */
export function parseRate(text: string): number | undefined {
  const [, digits, unit = ""] = SHAPE.exec(text) ?? [];
  const unitMs = UNIT_MS.get(unit);
  if (digits === undefined || unitMs === undefined) return undefined;
  const intervalMs = unitMs / Number(digits);
  return intervalMs >= 1_000 / JOB_RATE_PER_SECOND_MAX && intervalMs < Infinity
    ? intervalMs
    : undefined;
}

/** The pace of a job, as of one moment of the database's clock. */
export interface Pace {
  /** From one item to the next; 0 for none. */
  readonly intervalMs: number;
  /** How long ago the next item might have been done; negative while it must wait. */
  readonly lateMs: number;
}

/** How many items may be done now, up to `max`. Time that passed unused counts up to `burstMs` and is then lost. */
export function itemsDue(
  { intervalMs, lateMs }: Pace,
  bounds: { readonly max: number; readonly burstMs: number },
): number {
  if (intervalMs === 0) return bounds.max;
  if (lateMs < 0) return 0;
  return Math.min(Math.floor(Math.min(lateMs, bounds.burstMs) / intervalMs) + 1, bounds.max);
}

/** The milliseconds from now to the next item when `count` have just been done. */
export function nextItemInMs({ intervalMs, lateMs }: Pace, count: number, burstMs: number): number {
  return count * intervalMs - Math.min(lateMs, burstMs);
}
