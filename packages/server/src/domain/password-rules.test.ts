import assert from "node:assert/strict";
import { test } from "node:test";
import { judgePassword, signInDelaySeconds } from "./password-rules.ts";

test("passwords that are guessed first are refused, long sentences are not", () => {
  const judge = (password: string) => judgePassword(password, "ada@example.com");
  assert.equal(judge("short"), "password_too_short");
  assert.equal(judge("x".repeat(201)), "password_too_long");
  assert.equal(judge("Password1234"), "password_too_common");
  assert.equal(judge("aaaaaaaaaaaa"), "password_too_common");
  assert.equal(judgePassword("ada@example.com", "ada@example.com"), "password_too_common");
  assert.equal(judge("the horse eats at noon"), undefined);
});

test("the first five mistakes cost nothing, then waiting doubles up to a minute", () => {
  const delays = [1, 4, 5, 6, 7, 8, 10, 11, 12, 500].map(signInDelaySeconds);
  assert.deepEqual(delays, [0, 0, 1, 2, 4, 8, 32, 60, 60, 60]);
});
