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
