import { useNavigate } from "@tanstack/react-router";
import { memo, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import { TableCards, type CardsProps } from "./data-table-cards.tsx";
import {
  SortHeader,
  TableFoot,
  SkeletonRows,
  type Paging,
  type Sorting,
} from "./data-table-parts.tsx";
import { ActionMenu, rowMenuLabel } from "./menu.tsx";
import { useIsCompact } from "./density.ts";
import { usePhone } from "./media.ts";
import { toggled, useTableKeys } from "./table-keys.ts";
import { useWindow } from "./table-window.ts";
import { words } from "./words.ts";

export interface Column<Row> {
  /** Stable; the field name of `sort` where the list can be sorted by it. */
  readonly key: string;
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand right, with tabular figures. */
  readonly isNumber?: boolean;
  readonly isSortable?: boolean;
  /** Hidden on screens narrower than this. */
  readonly from?: "md" | "lg" | "xl";
  /** Tailwind width, for example `w-32`; the column without one takes what is left. */
  readonly width?: string;
}

export interface DataTableProps<Row> extends CardsProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly sorting?: Sorting | undefined;
  readonly paging?: Paging | undefined;
  /** Shown instead of rows when there are none: an `EmptyState`. */
  readonly empty: ReactNode;
  /** 32 instead of 40 px. */
  readonly isCompact?: boolean;
  /** A click on a row, where it does not go to its page; the link in it and Enter do. */
  readonly onOpen?: (row: Row) => void;
  /** Further keys on the row that has the cursor, for example `r`. */
  readonly keys?: Readonly<Record<string, (row: Row) => void>>;
  /** Ids of rows that have just changed: their edge flashes once. */
  readonly flashing?: ReadonlySet<string>;
}

/** With fewer rows their height changes nothing. */
const MANY = 10;

const FROM = { md: "hidden md:table-cell", lg: "hidden lg:table-cell", xl: "hidden xl:table-cell" };

/** A list: a real table on screens, cards on phones. `j k` move, Enter opens, `x` selects. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const isPhone = usePhone();
  const isCompact = useIsCompact();
  if (props.rows?.length === 0)
    return <div className="border-t border-hairline">{props.empty}</div>;
  return (
    <div>
      {isPhone ? (
        <TableCards {...props} />
      ) : (
        <WideTable {...props} isCompact={props.isCompact ?? isCompact} />
      )}
      <TableFoot
        paging={props.paging}
        shown={props.rows?.length ?? 0}
        hasDensity={!isPhone && props.isCompact === undefined && (props.rows?.length ?? 0) >= MANY}
      />
    </div>
  );
}

export function columnClass<Row>({ isNumber, from, width }: Column<Row>): string {
  const align = isNumber ? "text-right tabular-nums" : "text-left";
  return `px-3 first:pl-0 ${align} ${from ? FROM[from] : ""} ${width ?? ""}`;
}

function WideTable<Row>(props: DataTableProps<Row>) {
  const { rows, columns } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const rowHeight = props.isCompact ? 32 : 40;
  const view = useWindow(body, rows?.length ?? 0, rowHeight);
  const keys = useTableKeys(props, body);
  const columnCount = columns.length + (props.selection ? 1 : 0) + (props.menu ? 1 : 0);
  return (
    <table
      className="w-full table-fixed border-collapse text-table"
      aria-rowcount={rows?.length ?? -1}
    >
      <caption className="sr-only">{props.caption}</caption>
      <TableHead {...props} />
      <tbody ref={body} onKeyDown={keys.onKeyDown} onFocus={keys.onTouch} onClick={keys.onTouch}>
        {rows === undefined && <SkeletonRows columns={columnCount} />}
        {view.before > 0 && <Spacer height={view.before} />}
        {rows?.slice(view.start, view.end).map((row, index) => (
          <TableRow
            key={props.rowId(row)}
            row={row}
            table={props}
            index={view.start + index}
            hasCursor={keys.cursor === view.start + index}
          />
        ))}
        {view.after > 0 && <Spacer height={view.after} />}
      </tbody>
    </table>
  );
}

function Spacer({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden>
      <td style={{ height }} />
    </tr>
  );
}

function TableHead<Row>({ rows, rowId, columns, selection, sorting, menu }: DataTableProps<Row>) {
  const cell =
    "sticky top-[var(--header-height)] z-10 h-9 bg-page text-label font-medium text-secondary shadow-[inset_0_-1px_0_var(--c-hairline)]";
  const ids = rows?.map(rowId) ?? [];
  const isAll = ids.length > 0 && ids.every((id) => selection?.ids.has(id));
  return (
    <thead>
      <tr>
        {selection && (
          <th scope="col" className={`${cell} w-8 text-left`}>
            <input
              type="checkbox"
              aria-label={words.selectAll}
              checked={isAll}
              // Before there are rows a click would choose nothing, and look as if it had not been made.
              disabled={ids.length === 0}
              onChange={() => selection.onChange(new Set(isAll ? [] : ids))}
              className="block size-4 accent-accent"
            />
          </th>
        )}
        {columns.map((column) => (
          <SortHeader
            key={column.key}
            column={column}
            sorting={sorting}
            className={`${cell} ${columnClass(column)}`}
          />
        ))}
        {menu && (
          <th scope="col" className={`${cell} w-10`}>
            <span className="sr-only">{words.more}</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

interface RowProps<Row> {
  readonly row: Row;
  readonly table: DataTableProps<Row>;
  readonly index: number;
  readonly hasCursor: boolean;
}

/** While one scrolls, rows that stay in the document are not drawn again. Proof: `memo` takes the same properties. */
const TableRow = memo(PlainRow) as typeof PlainRow;

function PlainRow<Row>({ row, table, index, hasCursor }: RowProps<Row>) {
  const navigate = useNavigate();
  const id = table.rowId(row);
  const isSelected = table.selection?.ids.has(id) === true;
  const open = (event: MouseEvent | KeyboardEvent) => {
    const isControl =
      event.target instanceof Element && event.target.closest("a,button,input,label");
    if (!table.href || isControl || window.getSelection()?.toString()) return;
    if (table.onOpen) table.onOpen(row);
    else void navigate({ to: table.href(row) });
  };
  return (
    <tr
      data-row={id}
      tabIndex={hasCursor ? 0 : -1}
      aria-rowindex={index + 1}
      aria-selected={table.selection ? isSelected : undefined}
      onClick={open}
      className={
        `border-b border-hairline outline-offset-[-2px] hover:bg-sunken ${table.isCompact ? "h-8" : "h-10"} ` +
        `${isSelected ? "bg-info-tint" : ""} ${table.href ? "cursor-pointer" : ""} ${table.flashing?.has(id) ? "row-flash" : ""}`
      }
    >
      {table.selection && (
        <td className="w-8">
          <input
            type="checkbox"
            aria-label={words.select(table.rowName(row))}
            checked={isSelected}
            onChange={() => table.selection?.onChange(toggled(table.selection.ids, id))}
            className="block size-4 accent-accent"
          />
        </td>
      )}
      {table.columns.map((column) => (
        <td key={column.key} className={`truncate ${columnClass(column)}`}>
          {column.cell(row)}
        </td>
      ))}
      {table.menu && (
        <td className="w-10 text-right">
          <ActionMenu label={rowMenuLabel(table.rowName(row))} entries={table.menu(row)} />
        </td>
      )}
    </tr>
  );
}
