import assert from "node:assert/strict";
import { test } from "node:test";
import { createRateLimit } from "./rate-limit.ts";

function limitAt(namesMax = 10) {
  const time = { now: 5_000 };
  const clock = { monotonic: () => time.now };
  return { time, limit: createRateLimit({ clock, tokens: 20, windowMs: 60_000, namesMax }) };
}

const takeMany = (limit: { take(name: string): number }, name: string, count: number) =>
  Array.from({ length: count }, () => limit.take(name));

test("a full bucket gives its tokens at once, then says how long to wait", () => {
  const { limit } = limitAt();
  assert.deepEqual(new Set(takeMany(limit, "a", 20)), new Set([0]));
  assert.equal(limit.take("a"), 3);
  assert.equal(limit.take("a"), 3, "a refusal costs nothing");
});

test("tokens come back evenly, and never more than the bucket holds", () => {
  const { limit, time } = limitAt();
  takeMany(limit, "a", 20);
  time.now += 2_000;
  assert.equal(limit.take("a"), 1);
  time.now += 1_000;
  assert.deepEqual(takeMany(limit, "a", 2), [0, 3]);
  time.now += 3_600_000;
  assert.deepEqual(new Set(takeMany(limit, "a", 20)), new Set([0]));
  assert.equal(limit.take("a"), 3);
});

test("names have buckets of their own, also when there are more than are kept", () => {
  const { limit, time } = limitAt(2);
  takeMany(limit, "a", 20);
  for (const name of ["b", "c", "d"]) {
    assert.equal(limit.take(name), 0);
    time.now += 3_000;
  }
  assert.deepEqual(takeMany(limit, "a", 4), [0, 0, 0, 3], "an emptied bucket is not forgotten");
});
