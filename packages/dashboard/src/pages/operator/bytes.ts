const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** "12 MB". */
export function sayBytes(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Math.round(bytes / 1000 ** step)} ${UNITS[step]}`;
}
