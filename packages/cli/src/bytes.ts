const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** A count of bytes in the decimal unit that suits it; empty for what is none. */
export function shownBytes(bytes: unknown): string {
  if (typeof bytes !== "number") return "";
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  return `${Math.round(bytes / 1000 ** power)} ${UNITS[power]}`;
}
