import assert from "node:assert/strict";
import { test } from "node:test";
import { CliFailure, EXIT } from "./failure.ts";
import { reportFailure } from "./report.ts";

function told(error: unknown): string {
  let text = "";
  const stderr = { write: (piece: string) => (text += piece) };
  reportFailure({ stderr }, { color: true, timeout: "60s", verbose: true }, error);
  return text;
}

test("-v shows where our own mistakes happened, and no control character of what they quote", () => {
  const text = told(new Error("of a stranger: \u001b]0;owned\u0007\nsecond\u009b2J\u202e"));
  assert.match(text, /\n {4}at .*report\.test/);
  // oxlint-disable-next-line no-control-regex -- These must not be there.
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
});

test("-v shows no place in our code for what a server answered", () => {
  const details = { code: "internal", status: 500, requestId: "req_1" };
  const text = told(new CliFailure(EXIT.unexpected, "Broken\u001b]0;owned\u0007.", details));
  assert.equal(text, "posthorn: Broken]0;owned. (internal)\n  Request req_1\n");
});
