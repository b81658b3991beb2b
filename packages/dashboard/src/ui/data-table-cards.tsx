import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { MenuEntry } from "./menu-entry.ts";
import { ActionMenu, rowMenuLabel } from "./menu.tsx";
import { SkeletonText, useSkeleton } from "./skeleton.tsx";
import { toggled, type Selection } from "./table-keys.ts";
import { DRAWN_ALWAYS } from "./table-window.ts";
import { words } from "./words.ts";

/** What cards and rows have in common. */
export interface CardsProps<Row> {
  /** What the rows are, for screen readers: "Webhooks". */
  readonly caption: string;
  /** Undefined while the first page is being read. */
  readonly rows: readonly Row[] | undefined;
  readonly rowId: (row: Row) => string;
  /** A short name of a row, for its menu and checkbox. */
  readonly rowName: (row: Row) => string;
  /** Where the row leads; the first column's cell must be the link itself (`RowLink`). */
  readonly href?: (row: Row) => string;
  readonly menu?: (row: Row) => readonly MenuEntry[];
  readonly selection?: Selection | undefined;
  /** On phones: two lines. */
  readonly card: (row: Row) => { readonly title: ReactNode; readonly meta: ReactNode };
}

/** The rows of a table on a phone: what it is, and what is to know, on two lines. */
export function TableCards<Row>(props: CardsProps<Row>) {
  if (props.rows === undefined) return <SkeletonCards />;
  const isLong = props.rows.length > DRAWN_ALWAYS;
  return (
    <ul aria-label={props.caption} className="border-t border-hairline">
      {props.rows.map((row) => (
        <Card key={props.rowId(row)} row={row} table={props} isLong={isLong} />
      ))}
    </ul>
  );
}

/** Their heights differ, so they are not windowed as a table's rows are: the browser leaves out what is far away. */
const FAR_CARDS = "[contain-intrinsic-size:auto_61px] [content-visibility:auto]";

function Card<Row>(props: {
  readonly row: Row;
  readonly table: CardsProps<Row>;
  readonly isLong: boolean;
}) {
  const { row, table, isLong } = props;
  const { title, meta } = table.card(row);
  const id = table.rowId(row);
  const { selection } = table;
  const text = (
    <>
      <span className="block truncate text-body font-medium">{title}</span>
      <span className="flex flex-wrap items-center gap-x-3 text-table text-secondary">{meta}</span>
    </>
  );
  return (
    <li
      className={`flex items-center gap-3 border-b border-hairline py-2 ${isLong ? FAR_CARDS : ""}`}
    >
      {selection && (
        <label className="-m-2 flex size-11 shrink-0 items-center justify-center">
          <input
            type="checkbox"
            aria-label={words.select(table.rowName(row))}
            checked={selection.ids.has(id)}
            onChange={() => selection.onChange(toggled(selection.ids, id))}
            className="size-4 accent-accent"
          />
        </label>
      )}
      {table.href ? (
        <Link to={table.href(row)} className="min-w-0 flex-1">
          {text}
        </Link>
      ) : (
        <div className="min-w-0 flex-1">{text}</div>
      )}
      {table.menu && (
        <ActionMenu label={rowMenuLabel(table.rowName(row))} entries={table.menu(row)} />
      )}
    </li>
  );
}

function SkeletonCards() {
  const isShown = useSkeleton(true);
  return (
    <ul aria-hidden className="border-t border-hairline">
      {[26, 20, 24, 18].map((width) => (
        <li
          key={width}
          className="flex h-[61px] flex-col justify-center gap-2 border-b border-hairline"
        >
          {isShown && <SkeletonText width={width} />}
          {isShown && <SkeletonText width={width - 10} />}
        </li>
      ))}
    </ul>
  );
}
