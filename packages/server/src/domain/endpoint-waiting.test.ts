import assert from "node:assert/strict";
import { test } from "node:test";
import { slowedBy } from "./endpoint-waiting.ts";

const NOW = 100_000;
const waiting = { count: 3, oldestDueAt: new Date(NOW - 5_000), nowMs: NOW };
const limited = {
  state: "active",
  holdUntil: null,
  isAllPaused: false,
  isAllLimited: false,
  failingSince: null,
  rateLimit: { count: 1, per: "second" },
} as const;

test("the first thing that stands in the way is named", () => {
  assert.equal(slowedBy(limited, waiting), "rate_limit");
  assert.equal(slowedBy({ ...limited, failingSince: new Date(0) }, waiting), "failures");
  const together = { ...limited, isAllLimited: true };
  assert.equal(slowedBy(together, waiting), "all_limited");
  assert.equal(slowedBy({ ...together, failingSince: new Date(0) }, waiting), "failures");
  const held = { ...limited, holdUntil: new Date(NOW + 1) };
  assert.equal(slowedBy(held, waiting), "retry_after");
  assert.equal(slowedBy({ ...held, state: "paused" }, waiting), "paused");
  assert.equal(slowedBy({ ...limited, state: "disabled" }, waiting), "disabled");
  assert.equal(slowedBy({ ...held, state: "paused", isAllPaused: true }, waiting), "all_paused");
});

test("nothing slows down an endpoint for which nothing waits, or nothing longer than its way takes", () => {
  assert.equal(slowedBy(limited, { ...waiting, count: 0 }), null);
  assert.equal(slowedBy(limited, { ...waiting, oldestDueAt: new Date(NOW - 500) }), null);
  assert.equal(slowedBy({ ...limited, rateLimit: null }, waiting), null);
});
