import assert from "node:assert/strict";
import { test } from "node:test";
import { changedFields } from "./changed-fields.ts";

test("only what differs is kept, lists compared by their content", () => {
  const before = { url: "https://a.example", events: ["a"], name: "x" };
  const after = { url: "https://b.example", events: ["a"], name: "x", note: "new" };
  assert.deepEqual(changedFields(before, after), {
    before: { url: "https://a.example", note: null },
    after: { url: "https://b.example", note: "new" },
  });
});

test("what is made or deleted is kept whole", () => {
  assert.deepEqual(changedFields(null, { a: 1 }), { before: null, after: { a: 1 } });
  assert.deepEqual(changedFields({ a: 1 }, null), { before: { a: 1 }, after: null });
});
