const DATE = String.raw`(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const TIME = String.raw`([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?`;
const ZONE = String.raw`(Z|[+-]([01]\d|2[0-3]):[0-5]\d)`;
const SHAPE = new RegExp(`^${DATE}T${TIME}${ZONE}$`);

/**
 * Reads a time of RFC 3339 with its zone, for example `2026-11-21T09:58:16Z` or
 * `2026-11-21T10:58:16.250+01:00`. Milliseconds since the epoch, finer digits cut off; undefined
 * for anything else: no zone, no such day, a leap second.
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = SHAPE.exec(text);
  if (!parts) return undefined;
  // Date.parse takes the 31st of any month for the first days of the next one.
  if (Number(parts[3]) > daysInMonth(Number(parts[1]), Number(parts[2]))) return undefined;
  return Date.parse(text);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
