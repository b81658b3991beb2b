const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const TIME = "([01]\\d|2[0-3]):([0-5]\\d):([0-5]\\d|60)";
const MONTH = `(${MONTHS.join("|")})`;

/** `Sun, 06 Nov 1994 08:49:37 GMT`: the form everybody sends. */
const FIXED = new RegExp(
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\\d{2}) ${MONTH} (\\d{4}) ${TIME} GMT$`,
);
/** `Sunday, 06-Nov-94 08:49:37 GMT`. */
const RFC850 = new RegExp(`^[A-Z][a-z]{2,5}day, (\\d{2})-${MONTH}-(\\d{2}) ${TIME} GMT$`);
/** `Sun Nov  6 08:49:37 1994`, in GMT although it does not say so. */
const ASCTIME = new RegExp(`^[A-Z][a-z]{2} ${MONTH} ([ \\d]\\d) ${TIME} (\\d{4})$`);

/**
 * Reads an HTTP date in any of the three forms that RFC 9110, 5.6.7, makes a recipient understand.
 * Milliseconds since the epoch; undefined for anything else. `nowMs` settles the century of
 * two-digit years.
 */
export function parseHttpDate(text: string, nowMs: number): number | undefined {
  const fixed = FIXED.exec(text);
  if (fixed)
    return toMs({ day: fixed[1], month: fixed[2], year: Number(fixed[3]) }, fixed.slice(4));
  const old = RFC850.exec(text);
  if (old) {
    return toMs(
      { day: old[1], month: old[2], year: fullYear(Number(old[3]), nowMs) },
      old.slice(4),
    );
  }
  const asctime = ASCTIME.exec(text);
  if (!asctime) return undefined;
  const date = { day: asctime[2], month: asctime[1], year: Number(asctime[6]) };
  return toMs(date, asctime.slice(3, 6));
}

/**
 * A two-digit year that would lie more than 50 years ahead is the most recent one in the past (RFC
 * 9110).
 */
function fullYear(twoDigits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}

function toMs(
  date: { day: string | undefined; month: string | undefined; year: number },
  time: readonly string[],
): number {
  const month = MONTHS.indexOf(date.month ?? "");
  const [hours = 0, minutes = 0, seconds = 0] = time.map(Number);
  return Date.UTC(date.year, month, Number(date.day), hours, minutes, seconds);
}
