import assert from "node:assert/strict";
import { test } from "node:test";
import { decideAnswer, type InboxBehavior } from "./behavior.ts";

const statuses = (behavior: InboxBehavior, requests: readonly [number, number][]) =>
  requests.map(([requestCount, chance]) => decideAnswer(behavior, { requestCount, chance }).status);

test("a status is answered to every request, with Retry-After where one is set", () => {
  const behavior = { kind: "status", status: 429, retryAfter: 7 } as const;
  const answer = decideAnswer(behavior, { requestCount: 3, chance: 0 });
  assert.deepEqual(answer, { status: 429, delayMs: 0, retryAfter: 7 });
});

test("a slow inbox answers 200 after its delay, a silent one never", () => {
  const request = { requestCount: 1, chance: 0 };
  const slow = decideAnswer({ kind: "slow", delayMs: 50 }, request);
  assert.deepEqual(slow, { status: 200, delayMs: 50, retryAfter: undefined });
  assert.equal(decideAnswer({ kind: "timeout" }, request).status, null);
});

test("a flaky inbox fails its share of the requests: none at 0, all at 1", () => {
  const requests = [0, 0.49, 0.5, 0.999].map((chance): [number, number] => [1, chance]);
  assert.deepEqual(statuses({ kind: "flaky", rate: 0.5 }, requests), [500, 500, 200, 200]);
  assert.deepEqual(statuses({ kind: "flaky", rate: 0 }, requests), [200, 200, 200, 200]);
  assert.deepEqual(statuses({ kind: "flaky", rate: 1 }, requests), [500, 500, 500, 500]);
});

test("failing first ends after the given number of requests of a delivery", () => {
  const requests = [1, 2, 3, 4].map((count): [number, number] => [count, 0]);
  const behavior = { kind: "failFirst", count: 2, status: 503 } as const;
  assert.deepEqual(statuses(behavior, requests), [503, 503, 200, 200]);
});
