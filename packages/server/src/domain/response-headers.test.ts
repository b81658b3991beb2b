import assert from "node:assert/strict";
import { test } from "node:test";
import { keptResponseHeaders } from "./response-headers.ts";

test("only what helps to understand an answer is kept", () => {
  const headers = {
    "content-type": "text/html",
    "set-cookie": ["session=secret"],
    authorization: "secret",
    "x-request-id": ["a", "b"],
    server: "s".repeat(2_000),
  };
  assert.deepEqual(keptResponseHeaders(headers), {
    "content-type": "text/html",
    "x-request-id": "a, b",
    server: "s".repeat(1_024),
  });
});

test("a hostile header name finds nothing to change", () => {
  const headers = JSON.parse('{"__proto__":"x","constructor":"y","date":"today"}');
  assert.deepEqual(keptResponseHeaders(headers), { date: "today" });
});
