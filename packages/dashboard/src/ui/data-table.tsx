import { useNavigate } from "@tanstack/react-router";
import { useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from "react";
import { TableCards } from "./data-table-cards.tsx";
import {
  SortHeader,
  TableFoot,
  SkeletonRows,
  type Paging,
  type Sorting,
} from "./data-table-parts.tsx";
import { ActionMenu, rowMenuLabel, type MenuEntry } from "./menu.tsx";
import { usePhone } from "./media.ts";
import { toggled, useTableKeys, type Selection } from "./table-keys.ts";
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

export interface DataTableProps<Row> {
  /** What the rows are, for screen readers: "Webhooks". */
  readonly caption: string;
  /** Undefined while the first page is being read. */
  readonly rows: readonly Row[] | undefined;
  readonly rowId: (row: Row) => string;
  /** A short name of a row, for its menu and checkbox. */
  readonly rowName: (row: Row) => string;
  /** Where the row leads; the first column's cell must be the link itself (`RowLink`). */
  readonly href?: (row: Row) => string;
  readonly columns: readonly Column<Row>[];
  readonly menu?: (row: Row) => readonly MenuEntry[];
  readonly selection?: Selection | undefined;
  readonly sorting?: Sorting | undefined;
  readonly paging?: Paging | undefined;
  /** On phones: two lines. */
  readonly card: (row: Row) => { readonly title: ReactNode; readonly meta: ReactNode };
  /** Shown instead of rows when there are none: an `EmptyState`. */
  readonly empty: ReactNode;
  /** 32 instead of 40 px. */
  readonly isCompact?: boolean;
  /** Further keys on the row that has the cursor, for example `r`. */
  readonly keys?: Readonly<Record<string, (row: Row) => void>>;
  /** Ids of rows that have just changed: their edge flashes once. */
  readonly flashing?: ReadonlySet<string>;
}

const FROM = { md: "hidden md:table-cell", lg: "hidden lg:table-cell", xl: "hidden xl:table-cell" };

/** A list: a real table on screens, cards on phones. `j k` move, Enter opens, `x` selects. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const isPhone = usePhone();
  if (props.rows?.length === 0)
    return <div className="border-t border-hairline">{props.empty}</div>;
  return (
    <div>
      {isPhone ? <TableCards {...props} /> : <WideTable {...props} />}
      <TableFoot paging={props.paging} shown={props.rows?.length ?? 0} />
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
      <tbody ref={body} onKeyDown={keys.onKeyDown}>
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

function TableRow<Row>({ row, table, index, hasCursor }: RowProps<Row>) {
  const navigate = useNavigate();
  const id = table.rowId(row);
  const isSelected = table.selection?.ids.has(id) === true;
  const open = (event: MouseEvent | KeyboardEvent) => {
    const isControl =
      event.target instanceof Element && event.target.closest("a,button,input,label");
    if (!table.href || isControl || window.getSelection()?.toString()) return;
    void navigate({ to: table.href(row) });
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
