import assert from "node:assert/strict";
import { test } from "node:test";
import { lostMembers, shapesOf } from "./json-shape.ts";

test("a shape has the names and kinds, whether of one object or of lines", () => {
  const one = { data: [{ id: "ep_1", port: null }, {}], hasMore: false };
  const shape = { data: [{ id: "string", port: "null" }], hasMore: "boolean" };
  assert.deepEqual(shapesOf(JSON.stringify(one, null, 2)), [shape]);
  assert.deepEqual(shapesOf('{"a":1}\n{"b":"x"}\n'), [{ a: "number" }, { b: "string" }]);
  assert.deepEqual(shapesOf("\n"), []);
});

test("what is gone or another kind is told, and what was added is not", () => {
  const before = shapesOf('{"id":"1","data":[{"a":1,"b":[{"c":1}]}]}');
  assert.deepEqual(lostMembers(before, before), []);
  const more = shapesOf('{"id":"1","more":1,"data":[{"a":1,"b":[{"c":1,"d":2}]}]}');
  assert.deepEqual(lostMembers(before, more), []);
  const less = shapesOf('{"id":1,"data":[{"b":{}}]}');
  assert.deepEqual(lostMembers(before, less), [
    "0.id was string and is number",
    "0.data.0.a is gone",
    "0.data.0.b.0 is gone",
  ]);
  assert.deepEqual(lostMembers(before, []), ["0 is gone"]);
});
