import assert from "node:assert/strict";
import { test } from "node:test";
import { mergeDraft } from "./merge-draft.ts";

test("what was typed stays, and everything else is what somebody else has saved", () => {
  const before = {
    name: "One",
    scopes: ["read"],
    enabled: true,
    limits: { keys: "", members: "3" },
  };
  const mine = { ...before, name: "Mine", limits: { keys: "5", members: "3" } };
  const theirs = { name: "Theirs", scopes: [], enabled: false, limits: { keys: "", members: "9" } };
  assert.deepEqual(mergeDraft(before, mine, theirs), {
    name: "Mine",
    scopes: [],
    enabled: false,
    limits: { keys: "5", members: "9" },
  });
});

test("what one of the two has added or taken out is so in the end", () => {
  const limits = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 1]));
  const merged = mergeDraft(limits("a", "b", "c"), limits("b", "c", "d"), limits("a", "c", "e"));
  assert.deepEqual(merged, {
    c: 1,
    d: 1,
    e: 1,
  });
});
