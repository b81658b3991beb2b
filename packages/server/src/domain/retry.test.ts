import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { RETRY_AFTER_MS_MAX } from "../limits.ts";
import { parseHttpDate } from "./http-date.ts";
import { ATTEMPT_OUTCOMES } from "./outcome.ts";
import { nextStep, retryAfterMs, type FinishedAttempt } from "./retry.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const nowMs = Date.UTC(2026, 10, 21, 9, 58, 16);

const PLANNED = [0, 60, 300, 1800, 7200, 43200];
const GUIDE = [0, 60, 300, 1800, 7200, 28800];
const DEFAULT = [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400];

function attempt(changes: Partial<FinishedAttempt>): FinishedAttempt {
  return {
    outcome: "http_error",
    status: 500,
    attemptNumber: 1,
    delaysSeconds: PLANNED,
    jitter: 0,
    respectRetryAfter: true,
    retryAfter: null,
    random: 0,
    nowMs,
    ...changes,
  };
}

/** Lets every attempt fail after `durationMs` and tells at which times the attempts start. */
function startTimes(policy: Partial<FinishedAttempt>, durationMs = 0): number[] {
  let now = 0;
  const starts: number[] = [];
  for (let attemptNumber = 1; ; attemptNumber++) {
    starts.push(now);
    now += durationMs;
    const step = nextStep(attempt({ ...policy, attemptNumber, nowMs: now }));
    if (step.kind !== "retry") return starts;
    now += step.delayMs;
  }
}

test("the table that ends with 12 h gives six attempts, the last after 14 h 36 m", () => {
  const offsets = [
    0,
    MINUTE,
    6 * MINUTE,
    36 * MINUTE,
    2 * HOUR + 36 * MINUTE,
    14 * HOUR + 36 * MINUTE,
  ];
  assert.deepEqual(startTimes({ delaysSeconds: PLANNED }), offsets);
});

test("the table that ends with 8 h gives six attempts, the last after 10 h 36 m", () => {
  const offsets = [
    0,
    MINUTE,
    6 * MINUTE,
    36 * MINUTE,
    2 * HOUR + 36 * MINUTE,
    10 * HOUR + 36 * MINUTE,
  ];
  assert.deepEqual(startTimes({ delaysSeconds: GUIDE }), offsets);
});

test("the default table gives ten attempts over 75 h 35 m 5 s and up to a tenth more", () => {
  const offsets = startTimes({ delaysSeconds: DEFAULT });
  assert.equal(offsets.length, 10);
  assert.deepEqual(offsets.slice(0, 5), [
    0,
    5 * SECOND,
    305 * SECOND,
    2105 * SECOND,
    9305 * SECOND,
  ]);
  assert.equal(offsets[9], 75 * HOUR + 35 * MINUTE + 5 * SECOND);
  const latest = startTimes({ delaysSeconds: DEFAULT, jitter: 0.1, random: 0.999_999 });
  const share = (latest[9] ?? 0) / (offsets[9] ?? 1);
  assert.ok(share > 1.0999 && share < 1.1);
});

test("every profile's table yields one attempt per entry and the sum of its delays", () => {
  for (const name of [
    "default",
    "fanhaven",
    "fabhub",
    "fanfare-planned",
    "fanfare-guide",
  ] as const) {
    const url = new URL(`../../profiles/${name}.json`, import.meta.url);
    const profile: { delivery?: { delaysSeconds?: number[] } } = JSON.parse(
      readFileSync(url, "utf8"),
    );
    const delaysSeconds = profile.delivery?.delaysSeconds;
    if (delaysSeconds === undefined) continue;
    const offsets = startTimes({ delaysSeconds });
    assert.equal(offsets.length, delaysSeconds.length, name);
    assert.equal(offsets.at(-1), delaysSeconds.reduce((sum, delay) => sum + delay, 0) * SECOND);
  }
});

test("a delay runs from the end of the attempt before", () => {
  const starts = startTimes({ delaysSeconds: [0, 60, 300] }, 30 * SECOND);
  assert.deepEqual(starts, [0, 90 * SECOND, 420 * SECOND]);
});

test("success ends it, every other outcome is retried, and the last failure is final", () => {
  for (const outcome of ATTEMPT_OUTCOMES) {
    const kind = outcome === "delivered" ? "delivered" : "retry";
    assert.equal(nextStep(attempt({ outcome })).kind, kind, outcome);
  }
  assert.equal(nextStep(attempt({ attemptNumber: 5 })).kind, "retry");
  assert.deepEqual(nextStep(attempt({ attemptNumber: 6 })), { kind: "failed", holdMs: null });
  assert.deepEqual(nextStep(attempt({ attemptNumber: 6, outcome: "delivered" })), {
    kind: "delivered",
  });
});

test("410 gets every attempt of the table: whether it disables is decided elsewhere", () => {
  assert.equal(startTimes({ status: 410, respectRetryAfter: false }).length, 6);
});

test("jitter is added, never taken off, and stays below its share", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  fc.assert(
    fc.property(share, share, fc.integer({ min: 1, max: 5 }), (jitter, random, attemptNumber) => {
      const step = nextStep(attempt({ jitter, random, attemptNumber }));
      assert.ok(step.kind === "retry");
      const tableMs = (PLANNED[attemptNumber] ?? 0) * SECOND;
      assert.ok(Number.isInteger(step.delayMs) && step.delayMs >= tableMs);
      assert.ok(step.delayMs <= tableMs * (1 + jitter) + 1);
    }),
  );
});

test("Retry-After lengthens and never shortens, at most 24 h, and holds the endpoint", () => {
  const steps = (retryAfter: string, attemptNumber = 1) =>
    nextStep(attempt({ status: 429, retryAfter, attemptNumber }));
  const schedule = { kind: "retry", delayMs: MINUTE, holdMs: null };
  const httpDate = (ms: number) => new Date(ms).toUTCString();
  assert.deepEqual(steps("120"), { kind: "retry", delayMs: 2 * MINUTE, holdMs: 2 * MINUTE });
  assert.deepEqual(steps("120.5"), { kind: "retry", delayMs: 120_500, holdMs: 120_500 });
  assert.deepEqual(steps("10"), { kind: "retry", delayMs: MINUTE, holdMs: 10 * SECOND });
  const later = { kind: "retry", delayMs: HOUR, holdMs: HOUR };
  assert.deepEqual(steps(httpDate(nowMs + HOUR)), later);
  for (const long of ["1e9", "1000000000", "1e12", httpDate(nowMs + 2 * DAY), "9".repeat(400)]) {
    assert.deepEqual(steps(long), { kind: "retry", delayMs: DAY, holdMs: DAY }, long);
  }
  for (const none of ["-1", "0", "foo", "", "1,5", "120, 60", "Infinity", "0x10", httpDate(0)]) {
    assert.deepEqual(steps(none), schedule, none);
  }
  assert.deepEqual(steps("120", 6), { kind: "failed", holdMs: 2 * MINUTE });
});

test("Retry-After counts with 429 and 503 only, and only where the profile respects it", () => {
  const delay = (changes: Partial<FinishedAttempt>) => {
    const step = nextStep(attempt({ retryAfter: "3600", ...changes }));
    return step.kind === "retry" ? [step.delayMs, step.holdMs] : step.kind;
  };
  assert.deepEqual(delay({ status: 503 }), [HOUR, HOUR]);
  assert.deepEqual(delay({ status: 500 }), [MINUTE, null]);
  assert.deepEqual(delay({ status: 302, outcome: "redirect" }), [MINUTE, null]);
  assert.deepEqual(delay({ status: 503, respectRetryAfter: false }), [MINUTE, null]);
});

test("whatever the header says, no hold exceeds 24 h and no retry is early", () => {
  const header = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String));
  fc.assert(
    fc.property(header, fc.integer({ min: 1, max: 5 }), (retryAfter, attemptNumber) => {
      const step = nextStep(attempt({ status: 503, retryAfter, attemptNumber }));
      assert.ok(step.kind === "retry");
      assert.ok((step.holdMs ?? 0) <= RETRY_AFTER_MS_MAX && (step.holdMs ?? 1) > 0);
      assert.ok(step.delayMs >= (PLANNED[attemptNumber] ?? 0) * SECOND);
      assert.ok(step.delayMs <= RETRY_AFTER_MS_MAX);
    }),
  );
});

test("retryAfterMs tells a date that has passed from what is no answer at all", () => {
  assert.equal(retryAfterMs(" 5 ", nowMs), 5000);
  assert.equal(retryAfterMs("0.0001", nowMs), 1);
  assert.equal(retryAfterMs("Sun, 06 Nov 1994 08:49:37 GMT", nowMs), 0);
  assert.equal(retryAfterMs("tomorrow", nowMs), undefined);
});

test("HTTP dates are read in the three forms of RFC 9110", () => {
  const expected = Date.UTC(1994, 10, 6, 8, 49, 37);
  assert.equal(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT", nowMs), expected);
  assert.equal(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", nowMs), expected);
  assert.equal(parseHttpDate("Sun Nov  6 08:49:37 1994", nowMs), expected);
  assert.equal(parseHttpDate("Saturday, 21-Nov-26 09:58:16 GMT", nowMs), nowMs);
  const dates = fc.date({ min: new Date(0), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      const seconds = Math.floor(date.getTime() / 1000) * 1000;
      assert.equal(parseHttpDate(date.toUTCString(), nowMs), seconds);
    }),
  );
  for (const text of ["Sun, 06 Nov 1994 08:49:37", "06 Nov 1994 08:49:37 GMT", "1994-11-06"]) {
    assert.equal(parseHttpDate(text, nowMs), undefined, text);
  }
});
