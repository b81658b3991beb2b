/** Lists that somebody has read on in: of those only the beginning is read again when something changes. */
import type { InfiniteData, Query, QueryClient } from "@tanstack/react-query";
import type { Page } from "./api.ts";

type Row = { readonly id: string };
export type Pages = InfiniteData<Page<Row>>;

/** In the `meta` of a list's query: reads its first page. */
export interface ListMeta extends Record<string, unknown> {
  readonly readTop: () => Promise<Page<Row>>;
  /** False where new rows do not come at the top. */
  readonly isNewestFirst: boolean;
}

/** Whether more than the first page of a list is shown: two hundred pages cannot be read again three times a second. */
export function isLongList({ queryKey, state }: Query): boolean {
  if (!queryKey.includes("list")) return false;
  // Proof: queries with this word in their key are the lists of `useList`.
  const data = state.data as Pages | undefined;
  return (data?.pages.length ?? 0) > 1;
}

/** Reads the beginning of a long list and puts what is new above what is there; all of it where too much is new. */
export async function refreshTop(client: QueryClient, query: Query): Promise<void> {
  const { queryKey } = query;
  // Proof: `useList` sets it.
  const { readTop, isNewestFirst } = query.meta as ListMeta;
  if (!isNewestFirst) return;
  const top = await readTop();
  const known = client.getQueryData<Pages>(queryKey);
  const merged = known && withTop(known, top);
  if (merged) client.setQueryData(queryKey, merged);
  else await client.invalidateQueries({ queryKey });
}

/** Pure: the pages with the rows of a newly read first page; undefined when they do not meet. */
export function withTop(list: Pages, top: Page<Row>): Pages | undefined {
  const known = new Set(list.pages.flatMap(({ data }) => data.map(({ id }) => id)));
  const fresh = top.data.filter(({ id }) => !known.has(id));
  if (fresh.length === top.data.length && top.hasMore) return undefined;
  const changed = new Map(top.data.map((row) => [row.id, row]));
  const [first, ...rest] = list.pages.map((page) => ({
    ...page,
    data: page.data.map((row) => changed.get(row.id) ?? row),
  }));
  if (!first) return undefined;
  return { ...list, pages: [{ ...first, data: [...fresh, ...first.data] }, ...rest] };
}
