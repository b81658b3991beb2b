/** What an input for date and time (`datetime-local`) holds: where the reader is, to the minute. */
export function localTime(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
