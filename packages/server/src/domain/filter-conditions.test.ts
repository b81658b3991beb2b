import assert from "node:assert/strict";
import { test } from "node:test";
import { compileFirstUnmet } from "./filter-conditions.ts";
import { compileFilter } from "./filter.ts";

const FILTER = {
  type: "order.paid",
  data: {
    amount: { $gt: 500, $lte: 900 },
    country: "DE",
    $or: [{ vip: true }, { age: { $gte: 18 } }],
    $and: [{ items: { $contains: "a" } }, { "a/b": { $exists: false } }],
  },
};
const GOOD = { amount: 700, country: "DE", vip: true, items: ["a"] };

test("the first part that does not hold is named by its place in the filter", () => {
  const firstUnmet = compileFirstUnmet(FILTER);
  const unmet = (data: unknown, type = "order.paid") => firstUnmet({ type, data });
  assert.equal(unmet(GOOD), undefined);
  assert.equal(unmet(GOOD, "order.created"), "/type");
  assert.equal(unmet({ ...GOOD, amount: 500 }), "/data/amount/$gt");
  assert.equal(unmet({ ...GOOD, amount: 901 }), "/data/amount/$lte");
  assert.equal(unmet({ ...GOOD, country: "FR" }), "/data/country");
  assert.equal(unmet({ ...GOOD, vip: false, age: 17 }), "/data/$or");
  assert.equal(unmet({ ...GOOD, items: [] }), "/data/$and/0/items/$contains");
  assert.equal(unmet({ ...GOOD, "a/b": 1 }), "/data/$and/1/a~1b/$exists");
  assert.equal(unmet(null), "/data/amount/$gt");
});

test("it names a part exactly when the whole filter does not match", () => {
  const documents = [
    FILTER,
    { data: { a: { b: { $ne: 1 } } } },
    { $or: [{ type: "order.paid" }, { data: { a: 1 } }] },
    { $not: { data: { amount: 1 } } },
    { data: "text" },
    { data: { $not: { country: "DE" } } },
  ];
  const values = [GOOD, {}, null, "text", { a: 1 }, { a: { b: 1 } }, { amount: 1, country: "DE" }];
  for (const document of documents) {
    const whole = compileFilter(document);
    assert.ok(whole.ok);
    const firstUnmet = compileFirstUnmet(document);
    for (const data of values) {
      const event = { type: "order.paid", data };
      assert.equal(
        firstUnmet(event) === undefined,
        whole.matches(event),
        JSON.stringify([document, data]),
      );
    }
  }
});
