import assert from "node:assert/strict";
import { test } from "node:test";
import { behaviorOf, choiceOf } from "./behavior.ts";
import { strings } from "./strings.ts";

test("every choice is one behaviour, and is found again from it", () => {
  for (const { value } of strings.behaviors) assert.equal(choiceOf(behaviorOf(value)), value);
});
