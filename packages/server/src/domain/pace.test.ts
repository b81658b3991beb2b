import assert from "node:assert/strict";
import { test } from "node:test";
import { itemsDue, nextItemInMs, parseRate } from "./pace.ts";

test("a rate is a count per second, minute or hour", () => {
  assert.equal(parseRate("50/min"), 1_200);
  assert.equal(parseRate("10/s"), 100);
  assert.equal(parseRate("1000/s"), 1);
  assert.equal(parseRate("50/minute"), parseRate("50/m"));
  assert.equal(parseRate("3600/h"), 1_000);
  for (const text of ["", "50", "50/day", "0/s", "-1/s", "1001/s", "1.5/s", "50 /min", "9e9/h"]) {
    assert.equal(parseRate(text), undefined, text);
  }
});

test("over any time no more items are done than the rate allows, and a burst at most", () => {
  const [intervalMs, burstMs, max] = [40, 1_000, 500];
  let [now, pacedUntil, done] = [0, 0, 0];
  for (const stepMs of [0, 100, 100, 250, 10_000, 100, 30, 30, 100, 60_000, 100]) {
    now += stepMs;
    const pace = { intervalMs, lateMs: now - pacedUntil };
    const count = itemsDue(pace, { max, burstMs });
    done += count;
    pacedUntil = count === 0 ? pacedUntil : now + nextItemInMs(pace, count, burstMs);
    assert.ok(done <= now / intervalMs + burstMs / intervalMs + 1, `${done} at ${now}`);
  }
  assert.ok(done >= 60);
});

test("without a pace a batch is as large as it may be", () => {
  assert.equal(itemsDue({ intervalMs: 0, lateMs: -5 }, { max: 500, burstMs: 1_000 }), 500);
  assert.equal(itemsDue({ intervalMs: 100, lateMs: -5 }, { max: 500, burstMs: 1_000 }), 0);
});
