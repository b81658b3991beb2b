import assert from "node:assert/strict";
import { test } from "node:test";
import { serverPauseMs } from "./server-pause.ts";

test("a server is asked again after what it wants, but neither without rest nor after an hour", () => {
  assert.equal(serverPauseMs(5_000), 5_000);
  for (const none of [Number.NaN, 0, -1, 1]) assert.equal(serverPauseMs(none), 250);
  for (const many of [3_600_000, 2 ** 31, 1e30, Infinity])
    assert.equal(serverPauseMs(many), 60_000);
});
