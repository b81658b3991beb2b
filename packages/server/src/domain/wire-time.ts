import type { TimeForm } from "./profile-schema.ts";

/** A time as a wire format writes it; fractions are cut off, never rounded up into the future. */
export function timeText(time: Date, as: TimeForm): string {
  switch (as) {
    case "iso8601-ms":
      return time.toISOString();
    case "iso8601-seconds":
      return `${time.toISOString().slice(0, -5)}Z`;
    case "unix-seconds":
      return String(unixSeconds(time));
  }
}

/** Whole seconds since the epoch, for signatures. */
export function unixSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
