import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileFilter, compileStoredFilter, type FilteredEvent } from "./filter.ts";

function matches(filter: unknown, data: unknown, type = "order.paid"): boolean {
  const compiled = compileFilter(filter);
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return compiled.matches({ type, data });
}

/** The problems as `pointer code`, or "ok". */
function problems(filter: unknown): string {
  const compiled = compileFilter(filter);
  if (compiled.ok) return "ok";
  return compiled.problems.map(({ pointer, code }) => `${pointer} ${code}`).join(", ");
}

/** The same language, interpreted in the plainest way. */
function evaluate(document: unknown, value: unknown): boolean {
  if (document === null || typeof document !== "object") return document === value;
  return Object.entries(document).every(([key, operand]) => {
    if (key.startsWith("$")) return OPERATORS[key]?.(value, operand) ?? false;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const own = isObject ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
    return evaluate(operand, own);
  });
}

/** Negative, zero or positive as with a sort; NaN for what has no order. */
function order(value: unknown, operand: unknown): number {
  if (typeof value === "number" && typeof operand === "number") return value - operand;
  if (typeof value !== "string" || typeof operand !== "string") return Number.NaN;
  if (value === operand) return 0;
  return value < operand ? -1 : 1;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const OPERATORS: Record<string, (value: unknown, operand: unknown) => boolean> = {
  $eq: (value, operand) => value === operand,
  $ne: (value, operand) => value !== operand,
  $gt: (value, operand) => order(value, operand) > 0,
  $gte: (value, operand) => order(value, operand) >= 0,
  $lt: (value, operand) => order(value, operand) < 0,
  $lte: (value, operand) => order(value, operand) <= 0,
  $in: (value, operand) => listOf(operand).some((each) => each === value),
  $nin: (value, operand) => listOf(operand).every((each) => each !== value),
  $exists: (value, operand) => operand === (value !== undefined),
  $startsWith: (value, operand) =>
    typeof value === "string" && value.slice(0, String(operand).length) === operand,
  $endsWith: (value, operand) =>
    typeof value === "string" && value.slice(value.length - String(operand).length) === operand,
  $contains: (value, operand) =>
    listOf(value).some((each) => each === operand) ||
    (typeof value === "string" && typeof operand === "string" && value.split(operand).length > 1) ||
    (typeof value === "string" && operand === ""),
  $and: (value, operand) => listOf(operand).every((each) => evaluate(each, value)),
  $or: (value, operand) => listOf(operand).some((each) => evaluate(each, value)),
  $not: (value, operand) => !evaluate(operand, value),
};

const key = fc.constantFrom("a", "b", "c", "__proto__", "constructor", "length", "0");
const plain = fc.oneof(
  fc.constantFrom<unknown>("", "a", "ab", "b", 0, 1, -1, 1.5, true, false, null),
  fc.string({ maxLength: 3 }),
);
const ordered = fc.constantFrom<unknown>("", "a", "ab", 0, 1, -1, 1.5);

/** An object that may own `__proto__`, as JSON.parse makes it. */
function owning(entries: readonly (readonly [string, unknown])[]): unknown {
  return JSON.parse(
    `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`).join()}}`,
  );
}

const { value: dataValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    plain,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 3 }).map(owning),
  ),
}));

const { condition } = fc.letrec((tie) => ({
  operator: fc.oneof(
    { maxDepth: 2 },
    fc.tuple(fc.constantFrom("$eq", "$ne", "$contains"), plain),
    fc.tuple(fc.constantFrom("$gt", "$gte", "$lt", "$lte"), ordered),
    fc.tuple(fc.constantFrom("$in", "$nin"), fc.array(plain, { minLength: 1, maxLength: 3 })),
    fc.tuple(fc.constant("$exists"), fc.boolean()),
    fc.tuple(fc.constantFrom("$startsWith", "$endsWith"), fc.constantFrom("", "a", "b", "ab")),
    fc.tuple(
      fc.constantFrom("$and", "$or"),
      fc.array(tie("condition"), { minLength: 1, maxLength: 2 }),
    ),
    fc.tuple(fc.constant("$not"), tie("condition")),
  ),
  members: fc
    .array(fc.oneof(fc.tuple(key, tie("condition")), tie("operator")), {
      minLength: 1,
      maxLength: 2,
    })
    .map((entries) => owning(entries as [string, unknown][])), // Proof: both arms are pairs.
  condition: fc.oneof({ maxDepth: 2 }, plain, tie("members")),
}));

test("a compiled filter decides as the plain interpretation of its document does", () => {
  let held = 0;
  let failed = 0;
  fc.assert(
    fc.property(condition, dataValue, (document, data) => {
      const filter = { data: document };
      const compiled = compileFilter(filter);
      if (!compiled.ok) {
        assert.ok(compiled.problems.every(({ code }) => code === "filter_too_complex"));
        return;
      }
      const expected = evaluate(filter, { type: "a", data });
      if (expected) held++;
      else failed++;
      assert.equal(compiled.matches({ type: "a", data }), expected);
    }),
    { numRuns: 5000 },
  );
  assert.ok(held > 200 && failed > 200, `${held} held, ${failed} failed`);
});

test("fields, types and literals select events", () => {
  const filter = { type: "order.paid", data: { amount: { $gt: 500, $lte: 1000 }, country: "DE" } };
  assert.ok(matches(filter, { amount: 501, country: "DE" }));
  assert.ok(!matches(filter, { amount: 500, country: "DE" }));
  assert.ok(!matches(filter, { amount: 501, country: "FR" }));
  assert.ok(!matches(filter, { amount: 501, country: "DE" }, "order.created"));
  const either = { $or: [{ type: { $startsWith: "refund." } }, { data: { vip: true } }] };
  assert.ok(matches(either, {}, "refund.made") && matches(either, { vip: true }));
  assert.ok(!matches(either, { vip: 1 }));
  assert.ok(matches({ $not: { data: { tags: { $contains: "test" } } } }, { tags: ["vip"] }));
});

test("an absent field equals nothing, not even null", () => {
  for (const condition of [
    null,
    { $eq: null },
    { $in: [null] },
    { $gte: 0 },
    { $startsWith: "" },
  ]) {
    assert.ok(!matches({ data: { a: condition } }, {}), JSON.stringify(condition));
  }
  for (const condition of [{ $ne: 1 }, { $nin: [1] }, { $exists: false }, { $not: { $eq: 1 } }]) {
    assert.ok(matches({ data: { a: condition } }, {}), JSON.stringify(condition));
  }
  assert.ok(matches({ data: { a: null } }, { a: null }));
});

test("numbers and texts never compare with each other", () => {
  assert.ok(!matches({ data: { a: { $gt: 5 } } }, { a: "9" }));
  assert.ok(!matches({ data: { a: { $lt: "9" } } }, { a: 5 }));
  assert.ok(matches({ data: { a: { $gte: "2026-01-01" } } }, { a: "2026-11-21T00:00:00Z" }));
  assert.ok(!matches({ data: { a: { $gte: 0 } } }, { a: null }));
});

test("only own fields are seen, whatever they are called", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    const filter = { data: owning([[name, { $exists: true }]]) };
    assert.ok(!matches(filter, {}), name);
    assert.ok(matches(filter, owning([[name, 1]])), name);
  }
  assert.ok(!matches({ data: { length: { $exists: true } } }, [1]));
  assert.ok(!matches({ data: { length: { $exists: true } } }, "text"));
});

test("whatever is wrong is named with its pointer", () => {
  assert.equal(problems(null), " filter_invalid");
  assert.equal(problems([]), " filter_invalid");
  assert.equal(problems({}), " filter_invalid");
  assert.equal(problems({ data: {} }), "/data filter_invalid");
  assert.equal(problems({ resource: "a" }), "/resource filter_invalid");
  assert.equal(problems({ $eq: 1 }), "/$eq filter_invalid");
  assert.equal(problems({ $or: [] }), "/$or filter_invalid");
  assert.equal(problems({ $or: ["a"] }), "/$or/0 filter_invalid");
  assert.equal(problems({ data: [1] }), "/data filter_invalid");
  assert.equal(
    problems({ type: { $regex: "a+" }, data: { "a/b": { $in: [[1]] }, c: { $exists: 1 } } }),
    "/type/$regex filter_invalid, /data/a~1b/$in filter_invalid, /data/c/$exists filter_invalid",
  );
});

test("size and depth are bounded exactly", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
  assert.equal(problems({ data: nested(6) }), "ok");
  assert.match(problems({ data: nested(7) }), /^\/data(\/a){7} filter_too_complex$/);
  const listed = (count: number) => ({ data: { $in: Array.from({ length: count }, (_, i) => i) } });
  assert.equal(problems(listed(98)), "ok");
  assert.equal(problems(listed(99)), "/data/$in filter_too_complex");
  const wide = { $or: Array.from({ length: 100_000 }, () => ({ type: "a" })) };
  assert.match(problems(wide), /^\S+ filter_too_complex$/);
});

test("a part of a text counts as ten nodes, but not in a filter that was stored when it was one", () => {
  const parts = (count: number) => ({
    data: { text: { $or: Array.from({ length: count }, (_, i) => ({ $contains: `part ${i}` })) } },
  });
  assert.equal(problems(parts(8)), "ok");
  assert.equal(problems(parts(9)), "/data/text/$or/8/$contains filter_too_complex");
  const matchesStored = compileStoredFilter(parts(48));
  assert.ok(matchesStored({ type: "a", data: { text: "This is part 47 of it." } }));
  assert.ok(!matchesStored({ type: "a", data: { text: "This is part x." } }));
});

test("no document and no event makes it throw", () => {
  const circular: Record<string, unknown> = {};
  circular["data"] = circular;
  assert.notEqual(problems(circular), "ok");
  const documents = fc.oneof(
    fc.anything(),
    fc.object({ key: fc.constantFrom("$or", "$in", "data") }),
  );
  fc.assert(
    fc.property(documents, fc.anything(), (document, data) => {
      const compiled = compileFilter({ data: document });
      const event: FilteredEvent = { type: "a", data };
      if (compiled.ok) assert.equal(typeof compiled.matches(event), "boolean");
      compileFilter(document);
    }),
    { numRuns: 2000 },
  );
});
