import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseEvent } from "../../packages/server/src/domain/event.ts";
import { JSON_CASES, eventBody, type JsonExpectation } from "./json-corpus.ts";
import { payloads } from "./json-payloads.ts";
import { JSON_TEXTS } from "./json-texts.ts";

const nowMs = Date.UTC(2026, 10, 21);

/** What became of a body, without sentences. */
function outcome(body: Buffer): JsonExpectation {
  const result = parseEvent(body, { nowMs });
  if (result.ok) return { accepted: true, data: Buffer.from(result.event.data) };
  const { problem } = result;
  if (problem.code !== "invalid_request") {
    const status = problem.code === "payload_too_large" ? 413 : 400;
    return { accepted: false, status, code: problem.code };
  }
  const [first] = problem.fields;
  assert.ok(first);
  const field = { pointer: first.pointer, code: first.code };
  return { accepted: false, status: 422, code: problem.code, field };
}

test("every case of the corpus is accepted or refused as it says", () => {
  for (const { name, body, expected } of JSON_CASES) {
    assert.deepEqual(outcome(body), expected, name);
  }
});

test("the corpus is large and each name is there once", () => {
  assert.ok(JSON_CASES.length >= 250, String(JSON_CASES.length));
  const names = JSON_CASES.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

test("JSON.parse agrees with the corpus on every text", () => {
  for (const { name, text, isValid } of JSON_TEXTS) {
    const parse = () => void JSON.parse(text);
    if (isValid) assert.doesNotThrow(parse, name);
    else assert.throws(parse, SyntaxError, name);
  }
});

test("generated payloads are valid JSON and are accepted with their own bytes", () => {
  fc.assert(
    fc.property(payloads(), (data) => {
      assert.doesNotThrow(() => void JSON.parse(data));
      assert.deepEqual(outcome(eventBody(data)), {
        accepted: true,
        data: Buffer.from(data),
      });
    }),
    { numRuns: 1000 },
  );
});
