import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerOf,
  countAttempt,
  emptyCounts,
  foldBuckets,
  percentile,
  rangeStart,
  successRate,
} from "./statistics.ts";

const HOUR_MS = 3_600_000;

test("percentiles of durations are read within a tenth", () => {
  const counts = emptyCounts();
  for (let durationMs = 1; durationMs <= 1_000; durationMs++) {
    countAttempt(counts, { outcome: "delivered", status: 200, durationMs, ended: "delivered" });
  }
  for (const share of [0.5, 0.95, 0.99]) {
    const read = percentile(counts.durations, share) ?? 0;
    assert.ok(Math.abs(read / (share * 1_000) - 1) < 0.1, `${share}: ${read}`);
  }
  assert.equal(percentile([], 0.5), null);
});

test("an attempt without an answer has no duration of an answer, and each outcome its place", () => {
  const counts = emptyCounts();
  countAttempt(counts, { outcome: "timeout", status: null, durationMs: 15_000, ended: null });
  assert.deepEqual([counts.durations, counts.delivered, counts.failed], [[], 0, 0]);
  assert.equal(counts.outcomes[4], 1);
  assert.equal(answerOf("http_error", 404), "4xx");
  assert.equal(answerOf("http_error", 503), "5xx");
  assert.equal(answerOf("redirect", 301), "3xx");
  assert.equal(answerOf("dns_error", null), "dns_error");
});

test("a range ends with the bucket of this moment, and empty buckets are there", () => {
  const now = Date.parse("2027-01-02T12:34:56Z");
  const fromMs = rangeStart("24h", now);
  assert.equal(new Date(fromMs).toISOString(), "2027-01-01T13:00:00.000Z");
  const counts = { ...emptyCounts(), delivered: 3, failed: 1 };
  const steps = [fromMs + HOUR_MS, fromMs + 23 * HOUR_MS].map((startsAtMs) => ({
    startsAtMs,
    counts,
  }));
  const buckets = foldBuckets("24h", fromMs, steps);
  assert.equal(buckets.length, 24);
  assert.deepEqual(
    buckets.flatMap(({ delivered }, index) => (delivered ? [index] : [])),
    [1, 23],
  );
  assert.deepEqual(
    [successRate(counts), successRate(emptyCounts()), successRate({ delivered: 9999, failed: 1 })],
    [0.75, null, 0.999],
  );
});
