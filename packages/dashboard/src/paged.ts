/** Lists of the API page by page: the rows so far, and what the table's foot needs. */
import { useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";
import { read, type ApiRequest, type Page } from "./api.ts";
import type { ListMeta } from "./list-top.ts";
import type { Paging } from "./ui/data-table-parts.tsx";

const PAGE = 50;

export interface List<Item> {
  /** Undefined until the first page is there. */
  readonly rows: readonly Item[] | undefined;
  readonly error: Error | null;
  /** When the rows were read; 0 before. */
  readonly updatedAt: number;
  readonly paging: Paging;
  readonly retry: () => void;
}

/** `key` begins with the noun ("webhooks"), so that live messages and changes find it. */
export function useList<Item>(request: {
  readonly key: QueryKey;
  readonly path: string;
  readonly query?: ApiRequest["query"];
}): List<Item> {
  const { key, path, query } = request;
  const list = useInfiniteQuery({
    queryKey: [...key, "list", query],
    queryFn: ({ pageParam, signal }) =>
      read<Page<Item>>(path, { limit: PAGE, ...query, cursor: pageParam }, signal),
    meta: {
      readTop: () => read<Page<Item & { id: string }>>(path, { limit: PAGE, ...query }),
      isNewestFirst: ["", undefined, "-createdAt"].includes(sortOf(query)),
    } satisfies ListMeta,
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // While a filter changes, the old rows stay in place instead of a skeleton.
    placeholderData: (before) => before,
  });
  const { data } = list;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data), [data]);
  return {
    rows,
    error: list.error,
    updatedAt: list.dataUpdatedAt,
    paging: {
      hasMore: list.hasNextPage,
      isLoadingMore: list.isFetchingNextPage,
      onMore: () => void list.fetchNextPage(),
    },
    retry: () => void list.refetch(),
  };
}

function sortOf(query: ApiRequest["query"]): string | undefined {
  const sort = query?.["sort"];
  return sort === undefined || sort === null ? undefined : String(sort);
}
