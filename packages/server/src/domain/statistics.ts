import type { AttemptOutcome } from "./outcome.ts";

/** How attempts ended, as charts show it: answers by the class of their status, the others by what went wrong. */
export const ANSWERS = Object.freeze([
  "2xx",
  "3xx",
  "4xx",
  "5xx",
  "timeout",
  "connection_error",
  "tls_error",
  "dns_error",
  "address_not_allowed",
  "invalid_response",
  "lost",
] as const);
export type Answer = (typeof ANSWERS)[number];

/** What is counted of one subject in one step of time. */
export interface Counts {
  delivered: number;
  failed: number;
  /** By the places of `ANSWERS`. */
  readonly outcomes: number[];
  /** Attempts that were answered, by `durationPlace`. */
  readonly durations: number[];
}

export function emptyCounts(): Counts {
  return { delivered: 0, failed: 0, outcomes: [], durations: [] };
}

/** Which answer an attempt counts as. */
export function answerOf(outcome: AttemptOutcome, status: number | null): Answer {
  if (outcome === "delivered") return "2xx";
  if (outcome === "redirect") return "3xx";
  if (outcome !== "http_error") return outcome;
  // 1xx are read on; what else is no class of its own is the receiver's fault.
  return status !== null && status >= 400 && status < 500 ? "4xx" : "5xx";
}

/** Four places an octave, from 1 ms to a minute: whoever reads a percentile reads it within a tenth. */
const PLACES_PER_OCTAVE = 4;
const PLACES = 64;

function durationPlace(ms: number): number {
  return Math.min(PLACES - 1, Math.floor(Math.log2(Math.max(1, ms)) * PLACES_PER_OCTAVE));
}

function durationAt(place: number): number {
  return 2 ** (place / PLACES_PER_OCTAVE);
}

/** Counts an attempt; `ended` is what became of its delivery, null where that goes on. */
export function countAttempt(
  counts: Counts,
  attempt: {
    readonly outcome: AttemptOutcome;
    readonly status: number | null;
    readonly durationMs: number;
    readonly ended: "delivered" | "failed" | null;
  },
): void {
  const { outcome, status, durationMs, ended } = attempt;
  if (ended !== null) counts[ended] += 1;
  increase(counts.outcomes, ANSWERS.indexOf(answerOf(outcome, status)), 1);
  if (status !== null) increase(counts.durations, durationPlace(durationMs), 1);
}

/** Adds the second to the first. */
export function addCounts(to: Counts, { delivered, failed, outcomes, durations }: Counts): void {
  to.delivered += delivered;
  to.failed += failed;
  outcomes.forEach((count, place) => increase(to.outcomes, place, count));
  durations.forEach((count, place) => increase(to.durations, place, count));
}

function increase(counts: number[], place: number, by: number): void {
  while (counts.length <= place) counts.push(0);
  counts[place] = (counts[place] ?? 0) + by;
}

/** The duration that `share` of the attempts did not exceed, in milliseconds; null without any. */
export function percentile(durations: readonly number[], share: number): number | null {
  const all = durations.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let before = 0;
  for (const [place, count] of durations.entries()) {
    if (count > 0 && before + count >= share * all) {
      const within = (share * all - before) / count;
      return Math.round(durationAt(place) + within * (durationAt(place + 1) - durationAt(place)));
    }
    before += count;
  }
  return Math.round(durationAt(durations.length));
}

/** Delivered of all that ended, 0 to 1 with three decimals, rounded down: 1 means every one. */
export function successRate({ delivered, failed }: Pick<Counts, "delivered" | "failed">) {
  const ended = delivered + failed;
  return ended === 0 ? null : Math.floor((delivered * 1_000) / ended) / 1_000;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Ranges of charts: what they are drawn from, how long a bucket is and how many there are. */
export const RANGES = Object.freeze({
  "1h": { step: "minute", bucketMs: MINUTE_MS, buckets: 60 },
  "24h": { step: "hour", bucketMs: HOUR_MS, buckets: 24 },
  "7d": { step: "hour", bucketMs: 6 * HOUR_MS, buckets: 28 },
  "30d": { step: "hour", bucketMs: 24 * HOUR_MS, buckets: 30 },
} as const);
export type Range = keyof typeof RANGES;

/** When the first bucket of a range begins. The last one is that of this moment, so it is not yet full. */
export function rangeStart(range: Range, nowMs: number): number {
  const { bucketMs, buckets } = RANGES[range];
  return (Math.floor(nowMs / bucketMs) - buckets + 1) * bucketMs;
}

/** Sums up counted steps by the buckets of a range; every bucket is there, the empty ones too. */
export function foldBuckets(
  range: Range,
  fromMs: number,
  steps: readonly { readonly startsAtMs: number; readonly counts: Counts }[],
): Counts[] {
  const { bucketMs, buckets } = RANGES[range];
  const folded = Array.from({ length: buckets }, emptyCounts);
  for (const { startsAtMs, counts } of steps) {
    const bucket = folded[Math.floor((startsAtMs - fromMs) / bucketMs)];
    if (bucket) addCounts(bucket, counts);
  }
  return folded;
}
