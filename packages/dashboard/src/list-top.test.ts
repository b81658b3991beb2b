import assert from "node:assert/strict";
import { test } from "node:test";
import { withChanges, withTop, type Pages } from "./list-top.ts";

const page = (ids: string, hasMore = true) => ({
  data: [...ids].map((id) => ({ id })),
  nextCursor: hasMore ? `after ${ids.at(-1)}` : null,
  hasMore,
});
const LIST: Pages = { pages: [page("dcb"), page("a", false)], pageParams: ["", "after b"] };

const idsOf = (list: Pages | undefined) =>
  list?.pages.map(({ data }) => data.map(({ id }) => id).join(""));

test("new rows come above the first page, and everything below stays, cursors too", () => {
  const list = withTop(LIST, page("fed"));
  assert.deepEqual(idsOf(list), ["fedcb", "a"]);
  assert.equal(list?.pages[0]?.nextCursor, "after b");
});

test("rows that have changed are replaced", () => {
  const top = { ...page("dcb"), data: [{ id: "d" }, { id: "c" }, { id: "b", status: "failed" }] };
  assert.deepEqual(withTop(LIST, top)?.pages[0]?.data.at(-1), { id: "b", status: "failed" });
});

test("where not one row is known, something may be missing between", () => {
  assert.equal(withTop(LIST, page("zyx")), undefined);
});

test("what should stand among the rows that were read, and does not, is gone", () => {
  assert.deepEqual(idsOf(withTop(LIST, page("edb"))), ["edb", "a"]);
  assert.deepEqual(idsOf(withTop(LIST, page("db", false))), ["db", ""]);
});

test("a list that grows at its top for hours begins anew", () => {
  const rows = Array.from({ length: 2_000 }, (_, index) => ({ id: `row ${index}` }));
  const grown = { ...LIST, pages: [{ ...page("dcb"), data: rows }, page("a", false)] };
  const list = withTop(grown, { ...page("f"), data: [{ id: "f" }, { id: "row 0" }] });
  assert.deepEqual(idsOf(list), ["frow 0"]);
  assert.deepEqual(list?.pageParams, [""]);
});

test("changes are put in the place of the rows, and what is gone is taken out, on every page", () => {
  const changes = [{ id: "c", status: "failed" }, { id: "a" }].map((row) => [row.id, row] as const);
  const list = withChanges(LIST, new Map(changes));
  assert.deepEqual(idsOf(list), ["dcb", ""]);
  assert.deepEqual(list.pages[0]?.data[1], { id: "c", status: "failed" });
});
