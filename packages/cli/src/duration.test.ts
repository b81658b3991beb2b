import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEnd, parseMoment } from "./duration.ts";
import { CliFailure } from "./failure.ts";

test("a moment is an age, a time of the last day, or a date", () => {
  const now = new Date(2026, 10, 21, 12, 0, 30);
  const read = (text: string) => parseMoment(text, now.getTime());
  assert.equal(read("2h"), new Date(2026, 10, 21, 10, 0, 30).toISOString());
  assert.equal(read("09:00"), new Date(2026, 10, 21, 9).toISOString());
  assert.equal(read("9:05"), new Date(2026, 10, 21, 9, 5).toISOString());
  assert.equal(read("23:59"), new Date(2026, 10, 20, 23, 59).toISOString());
  assert.equal(read("2026-11-21T09:00:00Z"), "2026-11-21T09:00:00.000Z");
  for (const text of ["24:00", "9:5", "soon", ""]) assert.throws(() => read(text), CliFailure);
});

test("an end is a time from now or a date", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  assert.equal(parseEnd("2h", now), "2026-11-21T14:00:00.000Z");
  assert.equal(parseEnd("2027-01-01", now), "2027-01-01T00:00:00.000Z");
  for (const text of ["soon", "09:00", ""]) assert.throws(() => parseEnd(text, now), CliFailure);
});
