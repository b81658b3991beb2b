import assert from "node:assert/strict";
import { test } from "node:test";
import { withTop, type Pages } from "./list-top.ts";

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

test("rows that have changed are replaced wherever they stand", () => {
  const top = { ...page("ba", false), data: [{ id: "b", status: "failed" }, { id: "a" }] };
  assert.deepEqual(withTop(LIST, top)?.pages[0]?.data.at(-1), { id: "b", status: "failed" });
});

test("where not one row is known, something may be missing between", () => {
  assert.equal(withTop(LIST, page("zyx")), undefined);
});
