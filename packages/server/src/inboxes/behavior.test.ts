import assert from "node:assert/strict";
import { test } from "node:test";
import { inboxAnswer, type InboxBehavior } from "./behavior.ts";

const status = (behavior: InboxBehavior, earlier = 0, random = 0.5) =>
  inboxAnswer(behavior, { earlier, random }).status;

test("an inbox answers the status it was told, with Retry-After where given", () => {
  const answer = inboxAnswer(
    { kind: "status", status: 429, retryAfterSeconds: 7 },
    { earlier: 0, random: 0 },
  );
  assert.deepEqual(answer, { status: 429, delayMs: 0, retryAfterSeconds: 7 });
});

test("failing first fails that many requests of the same id, then succeeds", () => {
  const behavior: InboxBehavior = { kind: "failFirst", count: 2, status: 500 };
  assert.deepEqual(
    [0, 1, 2, 3].map((earlier) => status(behavior, earlier)),
    [500, 500, 200, 200],
  );
});

test("a flaky inbox fails its share of the requests", () => {
  const behavior: InboxBehavior = { kind: "flaky", rate: 0.5 };
  assert.equal(status(behavior, 0, 0.49), 500);
  assert.equal(status(behavior, 0, 0.5), 200);
});

test("a slow inbox answers late, a silent one not at all", () => {
  assert.deepEqual(inboxAnswer({ kind: "slow", delayMs: 50 }, { earlier: 0, random: 0 }), {
    status: 200,
    delayMs: 50,
    retryAfterSeconds: null,
  });
  assert.equal(status({ kind: "timeout" }), 0);
});
