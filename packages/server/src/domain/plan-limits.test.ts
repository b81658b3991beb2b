import assert from "node:assert/strict";
import { test } from "node:test";
import { limitsOf } from "./plan-limits.ts";

const access = { limits: { "*": { endpoints: 10, keys: 20 }, pro: { endpoints: 30 } } };

test("an organization's own limits come before its plan's, and these before everybody's", () => {
  const own = { endpoints: 5 };
  assert.equal(limitsOf({ plan: "pro", limits: own }, access).endpoints, 5);
  assert.equal(limitsOf({ plan: "pro", limits: {} }, access).endpoints, 30);
  assert.equal(limitsOf({ plan: "free", limits: {} }, access).endpoints, 10);
  assert.equal(limitsOf({ plan: null, limits: {} }, access).keys, 20);
});

test("where nobody says anything, there are the bounds of the installation, and publishing has none", () => {
  const limits = limitsOf({ plan: "pro", limits: { keys: undefined } }, {});
  assert.deepEqual([limits.endpoints, limits.keys, limits.publishesPerMinute], [50, 1_000, null]);
});

test("a lifted limit ends where the installation does, and a number of the organization stands before it", () => {
  const lifted = { "*": { readsPerMinute: 5 }, pro: { endpoints: null, readsPerMinute: null } };
  const ofPlan = limitsOf({ plan: "pro", limits: {} }, { limits: lifted });
  assert.deepEqual([ofPlan.endpoints, ofPlan.readsPerMinute], [50, null]);
  const own = { endpoints: 3, readsPerMinute: 60 };
  const ofOwn = limitsOf({ plan: "pro", limits: own }, { limits: lifted });
  assert.deepEqual([ofOwn.endpoints, ofOwn.readsPerMinute], [3, 60]);
  const unlimited = { keys: "unlimited", readsPerMinute: "unlimited" } as const;
  const ofNone = limitsOf({ plan: null, limits: unlimited }, { limits: lifted });
  assert.deepEqual([ofNone.keys, ofNone.readsPerMinute], [1_000, null]);
});
