import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { ApiError, type FieldError } from "../errors.ts";
import { failWith, validate, type Part } from "./validate.ts";

const schema = z.strictObject({
  name: z.string().min(2).max(3),
  count: z.int().min(1).max(9).optional(),
  kind: z.enum(["a", "b"]).optional(),
  limit: z
    .string()
    .refine((text) => text === "1", failWith("limit_invalid"))
    .optional(),
  inner: z.strictObject({ "a/b": z.array(z.string()) }).optional(),
});

function problemsOf(value: unknown, part: Part = "body"): readonly FieldError[] {
  try {
    validate(schema, value, part);
  } catch (error) {
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, "invalid_request");
    return error.fields;
  }
  return [];
}

const codesOf = (value: unknown, part?: Part) =>
  problemsOf(value, part).map(({ pointer, code }) => `${pointer} ${code}`);

test("a value that fits is answered as the schema transforms it", () => {
  const trimmed = z.strictObject({ name: z.string().trim() });
  assert.deepEqual(validate(trimmed, { name: " a " }, "body"), { name: "a" });
});

test("each kind of mistake has its code", () => {
  assert.deepEqual(codesOf({}), ["/name required"]);
  assert.deepEqual(codesOf({ name: 1 }), ["/name invalid_type"]);
  assert.deepEqual(codesOf({ name: null }), ["/name invalid_type"]);
  assert.deepEqual(codesOf({ name: "a" }), ["/name too_short"]);
  assert.deepEqual(codesOf({ name: "abcd" }), ["/name too_long"]);
  assert.deepEqual(codesOf({ name: "ab", count: 0 }), ["/count too_small"]);
  assert.deepEqual(codesOf({ name: "ab", count: 10 }), ["/count too_large"]);
  assert.deepEqual(codesOf({ name: "ab", kind: "c" }), ["/kind invalid_value"]);
  assert.deepEqual(codesOf({ name: "ab", limit: "2" }), ["/limit limit_invalid"]);
  assert.deepEqual(codesOf([]), [" invalid_type"]);
});

test("messages are sentences that say what would do", () => {
  const messagesOf = (value: unknown) => problemsOf(value).map(({ message }) => message);
  assert.deepEqual(messagesOf({}), ["The field is missing."]);
  assert.deepEqual(messagesOf({ name: "abcd", count: 10, kind: "c", inner: 1 }), [
    "The text or list is longer than allowed: at most 3.",
    "The number or the content is above the maximum: at most 9.",
    "The value is not one of those this field takes: a, b.",
    "The value has another JSON type than this field takes: object.",
  ]);
  assert.deepEqual(messagesOf({ name: "ab", limit: "2" }), ["A page holds 1 to 100 items."]);
});

test("all mistakes are told at once", () => {
  assert.equal(problemsOf({ count: 0, kind: "c", x: 1 }).length, 4);
});

test("an unknown name is a field in a body and a parameter in a query", () => {
  assert.deepEqual(codesOf({ name: "ab", x: 1 }), ["/x unknown_field"]);
  assert.deepEqual(codesOf({ name: "ab", x: 1 }, "query"), ["/x unknown_parameter"]);
  const polluted: unknown = JSON.parse('{"name":"ab","__proto__":{"x":1}}');
  assert.deepEqual(codesOf(polluted), ["/__proto__ unknown_field"]);
});

test("pointers are JSON Pointers: slashes and tildes of names are escaped", () => {
  const value = { name: "ab", inner: { "a/b": ["x", 1], "~": 1 } };
  assert.deepEqual(codesOf(value).sort(), [
    "/inner/a~1b/1 invalid_type",
    "/inner/~0 unknown_field",
  ]);
});

test("messages never repeat what was sent", () => {
  const secret = "pho_secret";
  const problems = problemsOf({ name: secret, count: secret, kind: secret, limit: secret });
  assert.equal(problems.length, 4);
  assert.equal(JSON.stringify(problems).includes(secret), false);
});
