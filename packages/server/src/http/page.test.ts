import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ApiError } from "../errors.ts";
import { pageBounds, pageReply, type PageQuery } from "./page.ts";

const uuids = fc.uniqueArray(fc.uuid({ version: 7 }), { minLength: 1, maxLength: 30 });

function isRefused(query: PageQuery, filter: unknown): boolean {
  try {
    pageBounds(query, filter);
    return false;
  } catch (error) {
    return error instanceof ApiError && error.fields[0]?.code === "cursor_invalid";
  }
}

/** What a store does with bounds. */
function select(ids: readonly string[], query: PageQuery): { id: string }[] {
  const { after, limit, isDescending } = pageBounds(query, "filter");
  const sorted = isDescending ? ids.toSorted().reverse() : ids.toSorted();
  const isBehind = (id: string) => after === null || (isDescending ? id < after : id > after);
  return sorted
    .filter(isBehind)
    .slice(0, limit)
    .map((id) => ({ id }));
}

test("pages give every row once and in order, whatever their size", () => {
  fc.assert(
    fc.property(uuids, fc.integer({ min: 1, max: 10 }), fc.boolean(), (ids, limit, isUp) => {
      const sort = isUp ? "createdAt" : "-createdAt";
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const query = { limit, sort, cursor };
        const page = { rows: select(ids, query), query, filter: "filter" };
        const reply = pageReply(page, ({ id }) => id);
        assert.ok(reply.data.length <= limit);
        assert.equal(reply.hasMore, reply.nextCursor !== null);
        seen.push(...reply.data);
        cursor = reply.nextCursor ?? undefined;
      } while (cursor !== undefined);
      assert.deepEqual(seen, isUp ? ids.toSorted() : ids.toSorted().reverse());
    }),
  );
});

test("a cursor is refused with another order, another filter, or one letter changed", () => {
  const query = { limit: 1, sort: "createdAt" };
  const rows = [{ id: "0190163d-8694-739b-aea5-966c26f8ad91" }, { id: "later" }];
  const { nextCursor } = pageReply({ rows, query, filter: { type: "a" } }, ({ id }) => id);
  assert.ok(nextCursor);
  const withCursor = { ...query, cursor: nextCursor };
  assert.equal(isRefused(withCursor, { type: "a" }), false);
  assert.equal(isRefused({ ...withCursor, limit: 50 }, { type: "a" }), false);
  assert.equal(isRefused(withCursor, { type: "b" }), true);
  assert.equal(isRefused({ ...withCursor, sort: "-createdAt" }, { type: "a" }), true);
  for (let at = 0; at < nextCursor.length; at++) {
    const letter = nextCursor[at] === "A" ? "B" : "A";
    const cursor: string = nextCursor.slice(0, at) + letter + nextCursor.slice(at + 1);
    assert.equal(isRefused({ ...query, cursor }, { type: "a" }), true, `letter ${at}`);
  }
});

test("no text makes a cursor by chance", () => {
  fc.assert(
    fc.property(fc.string(), (cursor) => {
      assert.equal(isRefused({ limit: 1, sort: "createdAt", cursor }, null), true);
    }),
  );
});
