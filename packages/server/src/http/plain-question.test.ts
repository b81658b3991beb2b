import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ApiError } from "../errors.ts";
import { parseJson } from "./json-body.ts";
import { keyQuestion } from "./key-verdict.ts";
import { readPlainQuestion } from "./plain-question.ts";
import { validate } from "./validate.ts";

/** What the long way makes of it; undefined when it refuses. */
function inFull(body: Buffer): unknown {
  try {
    return validate(keyQuestion, parseJson(body), "body");
  } catch (error) {
    assert.ok(error instanceof ApiError);
    return undefined;
  }
}

test("questions as clients write them are read without the long way", () => {
  for (const text of [
    '{"key":"phk_abc"}',
    '{ "scopes": ["events:write", "x"], "key": "phk_abc", "ip": "2001:db8::1" }',
    '{"key":"k","scopes":[],"resource":"tour:2027-eu","method":"GET","path":"/orders?a=b"}',
  ]) {
    const body = Buffer.from(text);
    assert.deepEqual(readPlainQuestion(body), inFull(body), text);
    assert.notEqual(readPlainQuestion(body), undefined, text);
  }
});

test("whatever is odd goes the long way", () => {
  for (const text of [
    "",
    "[]",
    "null",
    '"key"',
    '{"key":"a","key":"b"}',
    '{"key":"a","scopes":"x"}',
    '{"key":"a","scopes":[1]}',
    '{"key":"a","scopes":[{"key":"b"}]}',
    '{"key":"a","other":"b"}',
    '{"key":"a","__proto__":"b"}',
    '{"key":"a","constructor":"b"}',
    '{"key":{"key":"a"}}',
    '{"scopes":[]}',
    '{"key":"\\u0061"}',
    '{"key":"a","ip":"\\u0000"}',
    '{"key":"a","path":"\\ud800"}',
    '{"key":"a","path":"\0"}',
    '{"key":"é"}',
    '{"key":"a","method":"AVERYLONGMETHODNAME"}',
    `{"key":"${"a".repeat(201)}"}`,
    '{"key":"a"',
    '{"key":"a" : "b"}',
    '{"key":"a","key":"b","resource" : "c"}',
  ]) {
    assert.equal(readPlainQuestion(Buffer.from(text)), undefined, text);
  }
});

test("the short way never answers other than the long one", () => {
  const value = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.array(fc.oneof(fc.string({ maxLength: 5 }), fc.integer()), { maxLength: 3 }),
    fc.constantFrom(null, 1, true, {}),
  );
  const name = fc.constantFrom(
    "key",
    "scopes",
    "resource",
    "ip",
    "method",
    "path",
    "k",
    "__proto__",
  );
  const member = fc
    .tuple(name, value, fc.constantFrom(":", " : ", ': "":'))
    .map(([each, what, colon]) => `${JSON.stringify(each)}${colon}${JSON.stringify(what)}`);
  const document = fc
    .array(member, { maxLength: 5 })
    .map((members) => Buffer.from(`{${members.join(",")}}`));
  fc.assert(
    fc.property(document, (body) => {
      const short = readPlainQuestion(body);
      if (short !== undefined) assert.deepEqual(short, inFull(body));
    }),
    { numRuns: 3_000 },
  );
});
