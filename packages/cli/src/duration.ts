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

/** A moment as the API reads it: `2h` is two hours before `nowMs`; other texts are dates. Throws a usage failure. */
export function parseMoment(text: string, nowMs: number): string {
  const age = parseDuration(text);
  const moment = new Date(age === undefined ? text : nowMs - age);
  if (Number.isNaN(moment.getTime())) {
    throw usage(`"${text}" is neither an age such as 2h nor a time such as 2026-11-21T09:00:00Z.`);
  }
  return moment.toISOString();
}
