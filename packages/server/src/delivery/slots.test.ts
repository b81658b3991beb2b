import assert from "node:assert/strict";
import { test } from "node:test";
import { SLOTS_PER_NODE } from "../limits.ts";
import { slotsWithin } from "./slots.ts";

test("a usual limit of files leaves all slots, a small one leaves room for callers", () => {
  assert.equal(slotsWithin(Infinity), SLOTS_PER_NODE);
  assert.equal(slotsWithin(1_048_576), SLOTS_PER_NODE);
  assert.equal(slotsWithin(256), 64);
  assert.equal(slotsWithin(1_024), 448);
});

test("a node can always send a little", () => {
  assert.equal(slotsWithin(64), 8);
});
