/** A table by keyboard: a cursor that j, k and the arrows move; Enter opens, x selects, Shift x selects a range. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type KeyboardEvent, type RefObject, type SyntheticEvent } from "react";
import { useSingleKeys } from "./single-keys.ts";

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly onChange: (ids: ReadonlySet<string>) => void;
}

interface KeyedTable<Row> {
  readonly rows: readonly Row[] | undefined;
  readonly rowId: (row: Row) => string;
  readonly href?: (row: Row) => string;
  readonly selection?: Selection | undefined;
  readonly keys?: Readonly<Record<string, (row: Row) => void>>;
}

/** Of the row, and not only of its place: rows that come above it would put another one there. */
interface Cursor {
  /** Null until a row was touched. */
  readonly id: string | null;
  /** Where it was last; the row that follows one that is gone has the cursor's place. */
  readonly at: number;
}

export function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids);
  if (!next.delete(id)) next.add(id);
  return next;
}

export function useTableKeys<Row>(
  table: KeyedTable<Row>,
  body: RefObject<HTMLTableSectionElement | null>,
) {
  const navigate = useNavigate();
  const [cursor, setCursor] = useState<Cursor>({ id: null, at: 0 });
  const [anchor, setAnchor] = useState<string | null>(null);
  const rows = table.rows ?? [];
  const indexOf = (id: string | null) => rows.findIndex((each) => table.rowId(each) === id);
  const found = indexOf(cursor.id);
  const at = found < 0 ? Math.min(cursor.at, Math.max(0, rows.length - 1)) : found;
  /** Undefined while no row was chosen, or the one that was is gone: keys act on no row that nobody chose. */
  const row = rows[found];

  const goTo = (next: number) => {
    const target = rows[next];
    if (!target) return;
    const id = table.rowId(target);
    setCursor({ id, at: next });
    focusRow(body.current, id);
  };
  const move = (from: number, step: number) =>
    goTo(Math.min(Math.max(0, from + step), rows.length - 1));
  const select = (isRange: boolean) => {
    if (!row || !table.selection) return;
    const { ids, onChange } = table.selection;
    if (!isRange) {
      setAnchor(cursor.id);
      return onChange(toggled(ids, table.rowId(row)));
    }
    const start = Math.max(0, indexOf(anchor));
    const [from, to] = [Math.min(start, at), Math.max(start, at)];
    onChange(new Set([...ids, ...rows.slice(from, to + 1).map(table.rowId)]));
  };

  useSingleKeys({
    j: () => move(at, document.activeElement?.closest("tr[data-row]") ? 1 : 0),
    k: () => move(at, -1),
    x: () => select(false),
    X: () => select(true),
    ...Object.fromEntries(
      Object.entries(table.keys ?? {}).map(([key, act]) => [key, () => row && act(row)]),
    ),
  });
  /** What has the focus, or was clicked, has the cursor: else keys would act on another row than the one in sight. */
  const onTouch = ({ target }: SyntheticEvent) => {
    const id = idOfRow(target);
    const index = indexOf(id);
    if (index >= 0) setCursor({ id, at: index });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event;
    if (!(target instanceof HTMLTableRowElement)) return;
    const index = indexOf(idOfRow(target));
    const own = rows[index];
    if (!own) return;
    if (event.key === "ArrowDown") move(index, 1);
    else if (event.key === "ArrowUp") move(index, -1);
    else if (event.key === "Enter" && table.href) void navigate({ to: table.href(own) });
    else return;
    event.preventDefault();
  };
  return { cursor: at, onKeyDown, onTouch };
}

function idOfRow(target: EventTarget): string | null {
  return target instanceof Element
    ? (target.closest("tr[data-row]")?.getAttribute("data-row") ?? null)
    : null;
}

function focusRow(body: HTMLElement | null, id: string): void {
  const found = body?.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(id)}"]`);
  found?.focus({ preventScroll: true });
  found?.scrollIntoView({ block: "nearest" });
}
