import { Link } from "@tanstack/react-router";
import type { DataTableProps } from "./data-table.tsx";
import { ActionMenu, rowMenuLabel } from "./menu.tsx";
import { SkeletonText, useSkeleton } from "./skeleton.tsx";
import { toggled } from "./table-keys.ts";
import { words } from "./words.ts";

/** The rows of a table on a phone: what it is, and what is to know, on two lines. */
export function TableCards<Row>(props: DataTableProps<Row>) {
  if (props.rows === undefined) return <SkeletonCards />;
  return (
    <ul aria-label={props.caption} className="border-t border-hairline">
      {props.rows.map((row) => (
        <Card key={props.rowId(row)} row={row} table={props} />
      ))}
    </ul>
  );
}

function Card<Row>({ row, table }: { readonly row: Row; readonly table: DataTableProps<Row> }) {
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
    <li className="flex items-center gap-3 border-b border-hairline py-2">
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
