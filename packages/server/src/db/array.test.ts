import assert from "node:assert/strict";
import { test } from "node:test";
import { readArray, textArray } from "./array.ts";

test("texts go into an array literal and come out of it as they were", () => {
  const texts = ["", "a", "NULL", null, 'quote " and \\ back', "comma, {brace}", "line\nend", "ü"];
  assert.deepEqual(readArray(textArray(texts)), texts);
  assert.deepEqual(readArray("{}"), []);
  // As the server writes what needs no quotes.
  assert.deepEqual(readArray("{a,NULL,1.5}"), ["a", null, "1.5"]);
});
