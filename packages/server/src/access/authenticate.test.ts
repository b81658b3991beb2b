import assert from "node:assert/strict";
import { test } from "node:test";
import { API_KEY_RANDOM_BYTES, formatApiKey } from "../domain/api-key.ts";
import { ApiError } from "../errors.ts";
import { authenticate } from "./authenticate.ts";

const KEY = formatApiKey("pho", new Uint8Array(API_KEY_RANDOM_BYTES).fill(7));

/** The code of the answer, and how often a key was looked up. */
function ask(authorization: string): { code: string; lookups: number } {
  let lookups = 0;
  const find = () => {
    lookups += 1;
    return undefined;
  };
  const services = {
    keys: { findOperator: find, findApi: find },
    clock: { now: () => 0 },
  };
  try {
    const rawHeaders = ["Authorization", authorization];
    const address = "203.0.113.7";
    authenticate(services, { headers: { authorization }, rawHeaders, query: "", address });
    return { code: "ok", lookups };
  } catch (error) {
    return { code: error instanceof ApiError ? error.code : "other", lookups };
  }
}

test("a key with a wrong checksum is refused without being looked up", () => {
  assert.deepEqual(ask(`Bearer ${KEY}`), { code: "key_invalid", lookups: 1 });
  for (let at = 4; at < KEY.length; at++) {
    const letter = KEY[at] === "x" ? "y" : "x";
    const mistyped = KEY.slice(0, at) + letter + KEY.slice(at + 1);
    assert.deepEqual(ask(`Bearer ${mistyped}`), { code: "key_malformed", lookups: 0 });
  }
});
