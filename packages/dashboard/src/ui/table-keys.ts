/** A table by keyboard: a cursor that j, k and the arrows move; Enter opens, x selects, Shift x selects a range. */
import { useNavigate } from "@tanstack/react-router";
import { useState, type KeyboardEvent, type RefObject } from "react";
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
  const [cursor, setCursor] = useState(0);
  const [anchor, setAnchor] = useState(0);
  const rows = table.rows ?? [];
  const at = Math.min(cursor, Math.max(0, rows.length - 1));
  const row = rows[at];

  const move = (step: number) => {
    const next = Math.min(Math.max(0, at + step), rows.length - 1);
    setCursor(next);
    const target = rows[next];
    if (target) focusRow(body.current, table.rowId(target));
  };
  const select = (isRange: boolean) => {
    if (!row || !table.selection) return;
    const { ids, onChange } = table.selection;
    if (!isRange) {
      setAnchor(at);
      return onChange(toggled(ids, table.rowId(row)));
    }
    const [from, to] = [Math.min(anchor, at), Math.max(anchor, at)];
    onChange(new Set([...ids, ...rows.slice(from, to + 1).map(table.rowId)]));
  };

  useSingleKeys({
    j: () => move(document.activeElement?.closest("tr[data-row]") ? 1 : 0),
    k: () => move(-1),
    x: () => select(false),
    X: () => select(true),
    ...Object.fromEntries(
      Object.entries(table.keys ?? {}).map(([key, act]) => [key, () => row && act(row)]),
    ),
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLTableRowElement)) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && row && table.href) void navigate({ to: table.href(row) });
    else return;
    event.preventDefault();
  };
  return { cursor: at, onKeyDown };
}

function focusRow(body: HTMLElement | null, id: string): void {
  const found = body?.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(id)}"]`);
  found?.focus({ preventScroll: true });
  found?.scrollIntoView({ block: "nearest" });
}
