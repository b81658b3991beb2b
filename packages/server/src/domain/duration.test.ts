import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "./duration.ts";

test("a duration is a number of seconds, or a number and one unit", () => {
  const known = { "0s": 0, "90s": 90, "30m": 1_800, "24h": 86_400, "7d": 604_800, "007h": 25_200 };
  for (const [text, seconds] of Object.entries(known)) assert.equal(parseDuration(text), seconds);
  assert.equal(parseDuration(0), 0);
  assert.equal(parseDuration(86_400), 86_400);
});

test("whatever could be read in two ways is no duration", () => {
  const texts = ["", "24", "h", "1.5h", "-1h", "+1h", "1h30m", " 1h", "1h ", "1H", "1w", "1ms"];
  const odd = ["1e3s", "0x1s", "١h", "1toString", "9999999999s", "1h\n"];
  for (const text of [...texts, ...odd]) assert.equal(parseDuration(text), undefined, text);
  for (const number of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assert.equal(parseDuration(number), undefined, String(number));
  }
});
