import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf } from "./calls.ts";

test("an entry shows the fields that differ, and nothing of those that stay", () => {
  const before = { url: "https://a.example", events: ["*"], description: "" };
  const after = { url: "https://b.example", events: ["*"], enabled: true };
  assert.deepEqual(changesOf({ before, after }), [
    { name: "url", before: "https://a.example", after: "https://b.example" },
    { name: "enabled", before: "", after: "true" },
  ]);
  assert.deepEqual(changesOf({ before: null, after: null }), []);
});
