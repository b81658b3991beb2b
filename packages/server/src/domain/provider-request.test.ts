import assert from "node:assert/strict";
import { test } from "node:test";
import { readDocument } from "./provider-request.ts";

const form = (body: string) =>
  readDocument({
    provider: "twilio",
    scheme: null,
    header: (name) => (name === "content-type" ? "application/x-www-form-urlencoded" : undefined),
    body: Buffer.from(body),
  }).value;

test("a field that is there several times has a list, any other its text", () => {
  assert.deepEqual(form("a=1&b=2&a=3&c=&__proto__=x"), {
    a: ["1", "3"],
    b: "2",
    c: "",
    ["__proto__"]: "x",
  });
});

test("a body full of one name is read in one go: copying its list for each was hours of work", () => {
  const count = 100_000;
  const { a } = form("a&".repeat(count)) as { a: string[] };
  assert.equal(a.length, count);
});
