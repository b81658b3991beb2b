import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileFilter } from "./filter.ts";
import { compileSearch } from "./text-search.ts";

const piece = fc.constantFrom("a", "ab", "aab", "abaab", "\ud83d\ude00");
/** Long enough for our own search, and full of what may be taken for the beginning of a part. */
const long = fc
  .array(fc.tuple(piece, fc.integer({ min: 1, max: 150 })), { minLength: 1, maxLength: 8 })
  .map((runs) => runs.map(([text, count]) => text.repeat(count)).join(""));

test("a part is found where it is, and nowhere else", () => {
  let [found, searched] = [0, 0];
  fc.assert(
    fc.property(long, long, fc.nat(), fc.nat(), (text, other, from, length) => {
      const start = from % text.length;
      const own = text.slice(start, start + 1 + (length % text.length));
      for (const part of [own, other, `${own}b`, `b${own}`]) {
        const expected = text.split(part).length > 1;
        assert.equal(compileSearch(part)(text), expected);
        if (expected) found++;
        if (part.length > 250 && text.length > part.length) searched++;
      }
    }),
    { numRuns: 1000 },
  );
  assert.ok(found > 500 && searched > 500, `${found} found, ${searched} long ones`);
  assert.ok(compileSearch("")(""));
});

test("V8's search is never asked for a part that it may take seconds for", ({ mock }) => {
  const parts: number[] = [];
  for (const name of ["includes", "indexOf"] as const) {
    const original = String.prototype[name];
    mock.method(String.prototype, name, function asked(this: string, part: string) {
      parts.push(part.length);
      return Reflect.apply(original, this, [part]);
    });
  }
  const half = "a".repeat(60_000);
  const compiled = compileFilter({ data: { text: { $contains: `${half}b${half}` } } });
  assert.ok(compiled.ok);
  assert.equal(compiled.matches({ type: "a", data: { text: "a".repeat(262_000) } }), false);
  mock.restoreAll();
  assert.ok(Math.max(...parts) <= 250, String(parts));
});
