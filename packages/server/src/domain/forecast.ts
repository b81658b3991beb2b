const DAY_MS = 24 * 60 * 60 * 1000;

/** What one table stores of one day. */
export interface StoredPart {
  readonly table: string;
  /** `YYYY-MM-DD`, UTC; null for rows that no day's table holds. */
  readonly day: string | null;
  readonly rows: number;
  readonly bytes: number;
}

export interface ForecastDay {
  readonly day: string;
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly bytes: number;
  /** The first moment at which it is dropped, if nothing in it is being sent. */
  readonly droppedAt: Date;
}

export interface Forecast {
  /** Days up to today, the oldest first; tables that were made ahead are left out. */
  readonly days: readonly ForecastDay[];
  /** Of the whole days that lie behind, the last seven at most; null before the first. */
  readonly bytesPerDay: number | null;
  /** When every day is as large as these; null likewise. */
  readonly bytesWhenFull: number | null;
}

/** When a day is over for the retention: midnight (UTC) after the last day for which it is kept. */
export function dayEndsAt(day: string, keptDays: number): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) + (keptDays + 1) * DAY_MS);
}

/** Sums parts up by day and says what that comes to. `today` is `YYYY-MM-DD`, UTC. */
export function forecastRetention(
  parts: readonly StoredPart[],
  { keptDays, today }: { readonly keptDays: number; readonly today: string },
): Forecast {
  const names = [...new Set(parts.flatMap(({ day }) => (day === null ? [] : [day])))];
  const days = names
    .filter((day) => day <= today)
    .toSorted()
    .map((day) => sumUp(parts, { day, keptDays }));
  const whole = days.filter(({ day }) => day < today).slice(-7);
  const sum = whole.reduce((bytes, each) => bytes + each.bytes, 0);
  const bytesPerDay = whole.length === 0 ? null : Math.round(sum / whole.length);
  const bytesWhenFull = bytesPerDay === null ? null : bytesPerDay * (keptDays + 1);
  return { days, bytesPerDay, bytesWhenFull };
}

function sumUp(
  parts: readonly StoredPart[],
  { day, keptDays }: { readonly day: string; readonly keptDays: number },
): ForecastDay {
  const own = parts.filter((part) => part.day === day);
  return {
    day,
    rows: Object.fromEntries(own.map(({ table, rows }) => [table, rows])),
    bytes: own.reduce((bytes, part) => bytes + part.bytes, 0),
    droppedAt: dayEndsAt(day, keptDays),
  };
}
