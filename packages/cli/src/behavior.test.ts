import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBehavior, shownBehavior } from "./behavior.ts";

test("each short form says one behavior", () => {
  const read = (text: string) => JSON.parse(JSON.stringify(parseBehavior(text)));
  assert.deepEqual(read("500"), { kind: "status", status: 500 });
  assert.deepEqual(read("429:30"), { kind: "status", status: 429, retryAfter: 30 });
  assert.deepEqual(read("slow"), { kind: "slow" });
  assert.deepEqual(read("slow:10s"), { kind: "slow", delayMs: 10_000 });
  assert.deepEqual(read("timeout"), { kind: "timeout" });
  assert.deepEqual(read("flaky:0.5"), { kind: "flaky", rate: 0.5 });
  assert.deepEqual(read("fail-first:2"), { kind: "failFirst", count: 2 });
  assert.deepEqual(read("fail-first:2:503"), { kind: "failFirst", count: 2, status: 503 });
});

test("what is read is shown in the same form", () => {
  for (const text of ["500", "429:30", "slow:10s", "timeout", "flaky:0.5", "fail-first:2:503"]) {
    assert.equal(shownBehavior({ behavior: parseBehavior(text) }), text);
  }
});

test("anything else is refused before a request is made", () => {
  for (const text of ["", "50", "ok", "slow:x", "timeout:1", "flaky:a", "500:1:2", "slow:1s:2"]) {
    assert.throws(() => parseBehavior(text), { exitCode: 2 }, text);
  }
});
