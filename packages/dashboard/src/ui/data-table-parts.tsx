import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { setCompact, useIsCompact } from "./density.ts";
import { Icon } from "./icons.tsx";
import { SkeletonText, useSkeleton } from "./skeleton.tsx";
import { words } from "./words.ts";

export interface Sorting {
  /** As the API takes it: a field, with `-` in front when descending. */
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

export interface Paging {
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly onMore: () => void;
}

/** The name of a row: a real link, so that it opens in a new tab, too. */
export function RowLink({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Link to={to} className="rounded-[3px] font-medium text-text hover:underline">
      {children}
    </Link>
  );
}

export function SortHeader(props: {
  readonly column: {
    readonly key: string;
    readonly title: string;
    readonly isSortable?: boolean;
  };
  readonly sorting: Sorting | undefined;
  readonly className: string;
}) {
  const { column, sorting, className } = props;
  if (!column.isSortable || !sorting) {
    return (
      <th scope="col" className={className}>
        {column.title}
      </th>
    );
  }
  const isSorted = sorting.sort.replace("-", "") === column.key;
  const isDescending = sorting.sort.startsWith("-");
  const order = isDescending ? "descending" : "ascending";
  return (
    <th scope="col" className={className} aria-sort={isSorted ? order : "none"}>
      <button
        type="button"
        title={words.sortBy(column.title)}
        onClick={() => sorting.onSort(isSorted && isDescending ? column.key : `-${column.key}`)}
        className="inline-flex items-center gap-1 rounded-[3px] font-medium hover:text-text"
      >
        {column.title}
        {isSorted && <Icon of={isDescending ? ArrowDown : ArrowUp} />}
      </button>
    </th>
  );
}

const ROWS = 6;

/** The final geometry, before there is data. */
export function SkeletonRows({ columns }: { readonly columns: number }) {
  const isShown = useSkeleton(true);
  return Array.from({ length: ROWS }, (_, row) => (
    <tr key={row} aria-hidden className="h-10 border-b border-hairline">
      {Array.from({ length: columns }, (_unused, column) => (
        <td key={column} className="px-3 first:pl-0">
          {isShown && <SkeletonText width={column === 0 ? 2 : 8 + ((row * 7 + column * 5) % 9)} />}
        </td>
      ))}
    </tr>
  ));
}

export function TableFoot(props: {
  readonly paging: Paging | undefined;
  readonly shown: number;
  /** Whether the height of rows can be chosen here. */
  readonly hasDensity: boolean;
}) {
  const { paging, shown } = props;
  const isCompact = useIsCompact();
  if (shown === 0) return null;
  return (
    <div className="flex h-11 items-center gap-3 text-label text-muted" aria-live="polite">
      <span className="tabular-nums">
        {paging?.hasMore ? words.shown(shown) : words.all(shown)}
      </span>
      {paging?.hasMore && (
        <Button look="quiet" onClick={paging.onMore} isBusy={paging.isLoadingMore}>
          {paging.isLoadingMore ? words.loading : words.loadMore}
        </Button>
      )}
      {props.hasDensity && (
        <button
          type="button"
          aria-pressed={isCompact}
          onClick={() => setCompact(!isCompact)}
          className="ml-auto h-6 rounded-[3px] px-1 hover:text-text aria-pressed:text-text aria-pressed:underline"
        >
          {words.compactRows}
        </button>
      )}
    </div>
  );
}
