import assert from "node:assert/strict";
import { test } from "node:test";
import { findUnstorable, isStorable } from "./storable-text.ts";

test("a text is storable without a NUL and without half of a character", () => {
  for (const text of ["", "a\n", "\u{1f4ef}", "\\u0000", "\ufffd"])
    assert.ok(isStorable(text), text);
  for (const text of ["\0", "a\0b", "\ud83d", "\udcef\ud83d"]) assert.ok(!isStorable(text), text);
});

test("what jsonb would refuse in a value is found where it stands, in names too", () => {
  assert.equal(findUnstorable({ a: [1, null, true, { b: "c" }] }), undefined);
  assert.deepEqual(findUnstorable("\0"), []);
  assert.deepEqual(findUnstorable({ a: [1, { "b/c": "\ud800" }] }), ["a", "1", "b/c"]);
  assert.deepEqual(findUnstorable({ a: { "\0": 1 } }), ["a"]);
});
