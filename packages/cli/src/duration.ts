import { usage } from "./failure.ts";

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHAPE = /^(\d{1,9})(s|m|h|d)?$/;

/** `30`, `30s`, `10m`, `2h` or `7d` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = "s"] = SHAPE.exec(text) ?? [];
  if (count === undefined || !isUnit(unit)) return undefined;
  return Number(count) * UNIT_MS[unit];
}

function isUnit(text: string): text is keyof typeof UNIT_MS {
  return Object.hasOwn(UNIT_MS, text);
}

/**
 * A moment as the API reads it: `2h` is two hours before `nowMs`, `09:00` that time of this day or of the one before,
 * by the clock on the wall; other texts are dates. Throws a usage failure.
 */
export function parseMoment(text: string, nowMs: number): string {
  const age = parseDuration(text);
  const moment = latestTime(text, nowMs) ?? new Date(age === undefined ? text : nowMs - age);
  if (Number.isNaN(moment.getTime())) {
    throw usage(
      `"${text}" is neither an age such as 2h nor a time such as 09:00 or 2026-11-21T09:00:00Z.`,
    );
  }
  return moment.toISOString();
}

/**
 * When something ends: `2h` is two hours after `nowMs`, because what ends in the past has no use; other texts are dates.
 * Throws a usage failure.
 */
export function parseEnd(text: string, nowMs: number): string {
  const length = parseDuration(text);
  const moment = new Date(length === undefined ? text : nowMs + length);
  if (Number.isNaN(moment.getTime())) {
    throw usage(`"${text}" is neither a time from now such as 90d nor a date such as 2027-01-01.`);
  }
  return moment.toISOString();
}

/** The last time that a clock has shown it. */
function latestTime(text: string, nowMs: number): Date | undefined {
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const time = new Date(nowMs);
  time.setHours(Number(hours), Number(minutes), 0, 0);
  if (time.getTime() > nowMs) time.setDate(time.getDate() - 1);
  return time;
}
