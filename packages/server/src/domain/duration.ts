const SHAPE = /^(\d{1,9})(s|m|h|d)$/;
const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/**
 * Reads a duration in whole seconds: a number of them, or a text such as `0s`, `30m`, `24h` or
 * `7d`. Undefined for anything else: fractions, negative numbers, other units, several parts.
 */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === "number") return isCount(value) ? value : undefined;
  const [, count, unit] = SHAPE.exec(value) ?? [];
  if (count === undefined || !isUnit(unit)) return undefined;
  return Number(count) * SECONDS[unit];
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isUnit(text: string | undefined): text is keyof typeof SECONDS {
  return text !== undefined && Object.hasOwn(SECONDS, text);
}
