import assert from "node:assert/strict";
import { test } from "node:test";
import { dayEndsAt, forecastRetention } from "./forecast.ts";

const part = (table: string, day: string | null, bytes: number) => ({
  table,
  day,
  rows: 10,
  bytes,
});

test("a day is kept besides the present one for as many whole days as are set", () => {
  assert.equal(dayEndsAt("2026-11-26", 1).toISOString(), "2026-11-28T00:00:00.000Z");
  assert.equal(dayEndsAt("2026-12-31", 30).toISOString(), "2027-01-31T00:00:00.000Z");
});

test("what whole days have taken is what a full retention will take", () => {
  const parts = [
    part("events", "2026-11-24", 100),
    part("deliveries", "2026-11-24", 200),
    part("events", "2026-11-25", 500),
    part("events", "2026-11-26", 7),
    part("events", "2026-11-27", 1),
    part("events", null, 9),
  ];
  const forecast = forecastRetention(parts, { keptDays: 30, today: "2026-11-26" });
  assert.deepEqual(
    forecast.days.map(({ day, bytes }) => [day, bytes]),
    [
      ["2026-11-24", 300],
      ["2026-11-25", 500],
      ["2026-11-26", 7],
    ],
  );
  assert.deepEqual(forecast.days[0]?.rows, { events: 10, deliveries: 10 });
  assert.deepEqual([forecast.bytesPerDay, forecast.bytesWhenFull], [400, 12_400]);
});

test("before the first whole day nothing is forecast", () => {
  const forecast = forecastRetention([part("events", "2026-11-26", 7)], {
    keptDays: 30,
    today: "2026-11-26",
  });
  assert.deepEqual([forecast.bytesPerDay, forecast.bytesWhenFull], [null, null]);
});
