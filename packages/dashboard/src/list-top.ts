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

/** Rows that came above since somebody read on; with more the list begins anew, or it would grow as long as it is shown. */
const NEW_MAX = 2_000;

/** Pure: the pages with the rows of a newly read first page, and without those that it should have; undefined when they do not meet. */
export function withTop(list: Pages, top: Page<Row>): Pages | undefined {
  const ids = list.pages.flatMap(({ data }) => data.map(({ id }) => id));
  const known = new Set(ids);
  const fresh = top.data.filter(({ id }) => !known.has(id));
  if (fresh.length === top.data.length && top.hasMore) return undefined;
  const changed = new Map(top.data.map((row) => [row.id, row]));
  // Newest first: whatever stands above the last row of this page and is not in it is gone, or matches no more.
  const end = top.hasMore ? ids.findLastIndex((id) => changed.has(id)) : ids.length;
  const gone = new Set(ids.slice(0, end).filter((id) => !changed.has(id)));
  const [first, ...rest] = list.pages.map((page) => ({
    ...page,
    data: page.data.filter(({ id }) => !gone.has(id)).map((row) => changed.get(row.id) ?? row),
  }));
  if (!first) return undefined;
  const data = [...fresh, ...first.data];
  if (data.length > NEW_MAX) return { pages: [top], pageParams: list.pageParams.slice(0, 1) };
  return { ...list, pages: [{ ...first, data }, ...rest] };
}

/** Pure: the pages with the new states of rows by id, and without those of which there is nothing but the id: they are gone. */
export function withChanges(list: Pages, changes: ReadonlyMap<string, Row>): Pages {
  const changed = (row: Row): readonly Row[] => {
    const change = changes.get(row.id);
    if (!change) return [row];
    return Object.keys(change).length === 1 ? [] : [{ ...row, ...change }];
  };
  const pages = list.pages.map((page) => ({ ...page, data: page.data.flatMap(changed) }));
  return { ...list, pages };
}
