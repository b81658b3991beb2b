import assert from "node:assert/strict";
import { test } from "node:test";
import { assign } from "./assign.ts";

test("a value is JSON where it can be, else text, and may contain an equals sign", () => {
  assert.deepEqual(assign({ a: 1 }, "data.total=4200"), { a: 1, total: 4200 });
  assert.deepEqual(assign({}, "data.id=o_1"), { id: "o_1" });
  assert.deepEqual(assign({}, "data.url=a=b"), { url: "a=b" });
  assert.deepEqual(assign({ a: 1 }, "data={}"), {});
});

test("objects on the way are made, elements of arrays are replaced or appended", () => {
  assert.deepEqual(assign({}, "data.a.b.c=true"), { a: { b: { c: true } } });
  assert.deepEqual(assign({ a: [1, 2] }, "data.a.1=3"), { a: [1, 3] });
  assert.deepEqual(assign({ a: [1] }, "data.a.1=2"), { a: [1, 2] });
  assert.throws(() => assign({ a: [1] }, "data.a.5=2"), { exitCode: 2 });
});

test("the given data stays as it was, and no name reaches a prototype", () => {
  const data = Object.freeze({ a: 1 });
  const made = assign(data, "data.__proto__.polluted=1");
  assert.deepEqual(data, { a: 1 });
  assert.equal(JSON.stringify(made), '{"a":1,"__proto__":{"polluted":1}}');
  assert.equal("polluted" in {}, false);
});

test("a setting of another form is refused", () => {
  for (const setting of ["total=1", "data.total", "data..a=1", "=1", ""]) {
    assert.throws(() => assign({}, setting), { exitCode: 2 }, setting);
  }
});
