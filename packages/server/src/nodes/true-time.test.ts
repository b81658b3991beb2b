import assert from "node:assert/strict";
import { test } from "node:test";
import { createLogger } from "../platform/log.ts";
import { TrueTime } from "./true-time.ts";

const HOUR_MS = 3_600_000;

function machine() {
  const time = { wall: 1_000_000_000_000, monotonic: 500 };
  const logged: string[] = [];
  const output = { write: (line: string) => void logged.push(JSON.parse(line).event) };
  const clock = { now: () => time.wall, monotonic: () => time.monotonic, after: () => () => {} };
  const trueTime = new TrueTime({ clock, log: createLogger({ level: "info", output }) });
  return {
    time,
    logged,
    trueTime,
    pass: (ms: number) => {
      time.wall += ms;
      time.monotonic += ms;
    },
    /** An answer that takes `roundTripMs`. */
    ask(databaseMs: number, roundTripMs = 0) {
      const sentAt = time.monotonic;
      time.wall += roundTripMs;
      time.monotonic += roundTripMs;
      trueTime.take({ sentAt, receivedAt: time.monotonic, databaseMs });
    },
  };
}

test("signatures carry the database's time, whatever the machine's clock says", () => {
  const { trueTime, time, pass, ask } = machine();
  const databaseMs = time.wall - 20_000;
  ask(databaseMs);
  assert.equal(trueTime.now(), databaseMs);
  assert.equal(trueTime.offsetMs(), 20_000);
  assert.equal(trueTime.maySign(), true);
  pass(4_000);
  assert.equal(trueTime.now(), databaseMs + 4_000);
});

test("half of the round trip is taken for the way back, and a very slow answer changes nothing", () => {
  const { trueTime, time, ask } = machine();
  ask(time.wall + 50, 100);
  assert.equal(Math.round(trueTime.offsetMs()), 0);
  ask(time.wall - 20_000, 5_000);
  assert.equal(Math.round(trueTime.offsetMs()), 0);
});

test("a clock that jumps an hour stops signing at once, before the next heartbeat, and moves no timestamp", () => {
  for (const jumpMs of [HOUR_MS, -HOUR_MS]) {
    const { trueTime, time, logged, ask, pass } = machine();
    ask(time.wall);
    const before = trueTime.now();
    time.wall += jumpMs;
    pass(1_000);
    assert.equal(trueTime.now(), before + 1_000);
    assert.equal(trueTime.maySign(), false);
    ask(before + 1_000);
    ask(before + 1_000);
    assert.deepEqual(logged, ["clock.off"], "said once");
    time.wall -= jumpMs;
    assert.equal(trueTime.maySign(), true);
    ask(before + 1_000);
    assert.deepEqual(logged, ["clock.off", "clock.right"]);
  }
});

test("a slow drift is followed and refused at 30 seconds", () => {
  const { trueTime, time, ask, pass } = machine();
  const start = time.wall;
  for (let step = 1; step <= 30; step++) {
    pass(1_000);
    time.wall += 1_000;
    ask(start + step * 1_000);
    assert.equal(trueTime.offsetMs(), step * 1_000);
    assert.equal(trueTime.maySign(), true);
  }
  time.wall += 1;
  assert.equal(trueTime.maySign(), false);
});
