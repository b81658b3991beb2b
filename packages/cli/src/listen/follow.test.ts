import assert from "node:assert/strict";
import { test } from "node:test";
import { CliFailure, EXIT } from "../failure.ts";
import { follow } from "./follow.ts";

/** What Node says when a timer is given more than it can hold, which then goes off at once. */
const OVERFLOW = "TimeoutOverflowWarning";

test("a server that wants to be left alone for longer than a timer holds is not asked without rest", async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => void warnings.push(name);
  process.on("warning", onWarning);
  const stop = new AbortController();
  const details = { code: "rate_limited", status: 429, retryAfterSeconds: 2 ** 31 };
  const events = follow({
    path: "/api/stream",
    signal: stop.signal,
    stream: async () => Promise.reject(new CliFailure(EXIT.rateLimited, "Later.", details)),
    // The pause begins in the same turn, and so does what Node says about it.
    onState: () => setImmediate(() => stop.abort()),
  });
  assert.equal((await events.next()).done, true);
  process.off("warning", onWarning);
  assert.equal(warnings.includes(OVERFLOW), false);
});
