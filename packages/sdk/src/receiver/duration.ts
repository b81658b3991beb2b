/** A span: milliseconds, or a number with a unit, `250ms`, `30s`, `10m`, `1h`, `7d`. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A span in milliseconds; throws a `TypeError` for what is none, with the option's name. */
export function toMs(duration: Duration, name: string): number {
  const [, number, unit = "ms"] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(String(duration)) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? 1);
  if (!Number.isFinite(ms)) {
    throw new TypeError(`${name} must be milliseconds or a text such as "30s", "10m" or "1h"`);
  }
  return ms;
}
