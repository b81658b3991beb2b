import assert from "node:assert/strict";
import { test } from "node:test";
import { createRateLimit } from "./rate-limit.ts";

function limitAt(namesMax = 10, share = () => 1) {
  const time = { now: 5_000 };
  const clock = { monotonic: () => time.now };
  return { time, limit: createRateLimit({ clock, windowMs: 60_000, namesMax, share }) };
}

const takeMany = (
  limit: { take(name: string, tokens: number): number },
  name: string,
  count: number,
) => Array.from({ length: count }, () => limit.take(name, 20));

test("a full bucket gives its tokens at once, then says how long to wait", () => {
  const { limit } = limitAt();
  assert.deepEqual(new Set(takeMany(limit, "a", 20)), new Set([0]));
  assert.equal(limit.take("a", 20), 3);
  assert.equal(limit.take("a", 20), 3, "a refusal costs nothing");
});

test("tokens come back evenly, and never more than the bucket holds", () => {
  const { limit, time } = limitAt();
  takeMany(limit, "a", 20);
  time.now += 2_000;
  assert.equal(limit.take("a", 20), 1);
  time.now += 1_000;
  assert.deepEqual(takeMany(limit, "a", 2), [0, 3]);
  time.now += 3_600_000;
  assert.deepEqual(new Set(takeMany(limit, "a", 20)), new Set([0]));
  assert.equal(limit.take("a", 20), 3);
});

test("names have buckets of their own, also when there are more than are kept", () => {
  const { limit, time } = limitAt(2);
  takeMany(limit, "a", 20);
  for (const name of ["b", "c", "d"]) {
    assert.equal(limit.take(name, 20), 0);
    time.now += 3_000;
  }
  assert.deepEqual(takeMany(limit, "a", 4), [0, 0, 0, 3], "an emptied bucket is not forgotten");
});

test("a bucket may be smaller or larger than others", () => {
  const { limit } = limitAt();
  assert.deepEqual([limit.take("small", 1), limit.take("small", 1)], [0, 60]);
  assert.equal(limit.take("large", 6_000), 0);
});

test("what is left of a bucket can be told, and telling takes nothing", () => {
  const { limit, time } = limitAt();
  assert.deepEqual(limit.left("a", 20), { tokens: 20, fullInSeconds: 0 });
  takeMany(limit, "a", 5);
  assert.deepEqual(limit.left("a", 20), { tokens: 15, fullInSeconds: 15 });
  takeMany(limit, "a", 15);
  assert.deepEqual(limit.left("a", 20), { tokens: 0, fullInSeconds: 60 });
  time.now += 3_000;
  assert.deepEqual(limit.left("a", 20), { tokens: 1, fullInSeconds: 57 });
});

test("of several processes each gives its part, and never less than one token", () => {
  let processes = 4;
  const { limit, time } = limitAt(10, () => processes);
  assert.deepEqual(new Set(takeMany(limit, "a", 5)), new Set([0]));
  assert.equal(limit.take("a", 20), 12, "a fourth of twenty in a minute");
  assert.equal(limit.take("small", 1), 0);
  assert.equal(limit.take("small", 1), 60);
  processes = 1;
  time.now += 60_000;
  assert.deepEqual(new Set(takeMany(limit, "a", 20)), new Set([0]), "alone it gives all");
});
