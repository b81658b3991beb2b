import assert from "node:assert/strict";
import { test } from "node:test";
import { isRunaway, schemaFlaws } from "./event-type-schema.ts";

const RUNAWAY = [
  "(a+)+",
  "^(a*)*$",
  "(?:[a-z]+)*",
  "([a-z]*){2,}",
  "((ab)+)+",
  "(\\w+\\s?)+",
  "(?<n>x+)+",
];
const GOOD = [
  "^[a-z]+(\\.[a-z]+)*$",
  "^\\d{4}-\\d{2}-\\d{2}$",
  "^ord_[a-z0-9]+$",
  "(ab)+",
  "[(+]+",
  "\\(a+\\)+",
  "^(a|b)$",
  "(a+){3}",
];

for (const pattern of RUNAWAY) {
  test(`${pattern} repeats what repeats, and is refused`, () => {
    assert.equal(isRunaway(pattern), true);
    assert.equal(
      schemaFlaws({ properties: { a: { pattern } } })[0]?.pointer,
      "/properties/a/pattern",
    );
    const inName = schemaFlaws({ patternProperties: { [pattern]: {} } });
    assert.equal(inName[0]?.pointer, "/patternProperties");
  });
}

for (const pattern of GOOD) {
  test(`${pattern} has an end to its ways, and is taken`, () => {
    assert.deepEqual(schemaFlaws({ type: "string", pattern }), []);
  });
}

test("properties may have the names of keywords", () => {
  const properties = { $ref: { type: "string" }, $id: { type: "string" }, pattern: {} };
  assert.deepEqual(schemaFlaws({ type: "object", properties }), []);
});
