import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "./clock.ts";
import { hedged } from "./hedged.ts";

const silent = () => new Promise<string>(() => {});

/** A clock whose one timer fires when it is told to. */
function startClock() {
  const timers = new Set<() => void>();
  const after: Clock["after"] = (_ms, action) => {
    timers.add(action);
    return () => void timers.delete(action);
  };
  const clock: Clock = { now: () => 0, monotonic: () => 0, after };
  return { clock, timers, pass: () => timers.forEach((action) => action()) };
}

/** Runs with these outcomes, the first time and the second. */
function runs(...outcomes: (() => Promise<string>)[]) {
  let count = 0;
  const run = () => outcomes[count++]?.() ?? assert.fail("a third time");
  return { run, count: () => count };
}

test("what answers is run once, and leaves no timer", async () => {
  const { clock, timers } = startClock();
  const { run, count } = runs(async () => "first");
  assert.equal(await hedged(run, 5, clock), "first");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([count(), timers.size], [1, 0]);
});

test("what fails at once is not run again: that is for whoever asked", async () => {
  const { clock, timers } = startClock();
  const { run, count } = runs(() => Promise.reject(new Error("refused")));
  await assert.rejects(hedged(run, 5, clock), /refused/);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([count(), timers.size], [1, 0]);
});

test("what is silent is run once more, and the first answer counts", async () => {
  const second = startClock();
  const answer = hedged(runs(silent, async () => "second").run, 5, second.clock);
  second.pass();
  assert.equal(await answer, "second");

  const first = startClock();
  let say: (text: string) => void = () => {};
  const slow = () => new Promise<string>((resolve) => (say = resolve));
  const late = hedged(runs(slow, silent).run, 5, first.clock);
  first.pass();
  say("first");
  assert.equal(await late, "first");
});

test("a second run that fails is a failure, and the first one may still say what it likes", async () => {
  const { clock, pass } = startClock();
  let refuse: (error: Error) => void = () => {};
  const slow = () => new Promise<string>((_, reject) => (refuse = reject));
  const answer = hedged(runs(slow, () => Promise.reject(new Error("refused"))).run, 5, clock);
  pass();
  await assert.rejects(answer, /refused/);
  refuse(new Error("gone"));
});
