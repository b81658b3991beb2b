import { fieldError, invalidRequest } from "../errors.ts";
import { LIST_RANGE_DAYS_MAX } from "../limits.ts";
import type { TimeRange } from "../store/id-range.ts";
import { timeParameter } from "./schemas.ts";

/** `createdAt[gte]` and `createdAt[lte]`, both ends included. */
export const timeRangeParameters = {
  "createdAt[gte]": timeParameter.optional(),
  "createdAt[lte]": timeParameter.optional(),
};

const RANGE_MS_MAX = LIST_RANGE_DAYS_MAX * 24 * 60 * 60 * 1000;

/** Throws `range_invalid` for a range that is longer than 90 days or ends before it begins; an open end is now. */
export function readTimeRange(
  query: {
    readonly "createdAt[gte]"?: Date | undefined;
    readonly "createdAt[lte]"?: Date | undefined;
  },
  nowMs: number,
): TimeRange {
  const { "createdAt[gte]": from = null, "createdAt[lte]": to = null } = query;
  const lengthMs = from === null ? 0 : (to?.getTime() ?? nowMs) - from.getTime();
  const isReversed = lengthMs < 0 && to !== null;
  if (!isReversed && lengthMs <= RANGE_MS_MAX) return { from, to };
  throw invalidRequest([fieldError("/createdAt[gte]", "range_invalid")]);
}

/** A span of time of a body, in milliseconds; an absent end is now. Throws `range_invalid` as `readTimeRange` does. */
export function readSpan(
  { since, until }: { readonly since: Date; readonly until: Date | undefined },
  nowMs: number,
): { readonly sinceMs: number; readonly untilMs: number } {
  const [sinceMs, untilMs] = [since.getTime(), Math.min(until?.getTime() ?? nowMs, nowMs)];
  const lengthMs = untilMs - sinceMs;
  if (lengthMs >= 0 && lengthMs <= RANGE_MS_MAX) return { sinceMs, untilMs };
  throw invalidRequest([fieldError("/since", "range_invalid")]);
}
