import assert from "node:assert/strict";
import { test } from "node:test";
import { sayDuration } from "./clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

test("a duration is said in one or two units, and never with a fraction of a day", () => {
  const said = [83.4, 1_234, 59_000, 3 * MINUTE_MS, 1.5 * HOUR_MS].map(sayDuration);
  assert.deepEqual(said, ["83 ms", "1.2 s", "59 s", "3 min", "1.5 h"]);
  const days = [2 * DAY_MS + 10 * MINUTE_MS, 2 * DAY_MS + 23.7 * HOUR_MS, 3 * DAY_MS + 2 * HOUR_MS];
  assert.deepEqual(days.map(sayDuration), ["2 d", "3 d", "3 d 2 h"]);
});
