import assert from "node:assert/strict";
import { test } from "node:test";
import { childPath, parseJson } from "./json-path.ts";

test("a path names a member so that it can be pasted into code", () => {
  assert.equal(childPath("$.data.winners", "0", true), "$.data.winners[0]");
  assert.equal(childPath("$.data", "consumerId", false), "$.data.consumerId");
  assert.equal(childPath("$", "first name", false), '$["first name"]');
});

test("a text that is no JSON is undefined, and null is null", () => {
  assert.equal(parseJson("{"), undefined);
  assert.equal(parseJson("null"), null);
});
