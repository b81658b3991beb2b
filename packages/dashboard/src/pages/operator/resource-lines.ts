/** A tree of resources as text that a person writes: `artist:nova Nova`, two more spaces for what is below. */
import type { Resource } from "@posthorn/sdk";

const INDENT = 2;

export function linesOf(resources: readonly Resource[]): string {
  const below = Map.groupBy(resources, ({ parent }) => parent);
  const write = (parent: string | null, depth: number): readonly string[] =>
    (below.get(parent) ?? []).flatMap(({ id, title }) => [
      `${" ".repeat(depth * INDENT)}${id} ${title}`.trimEnd(),
      ...write(id, depth + 1),
    ]);
  return write(null, 0).join("\n");
}

/** The parent of a line is the last one above it that stands further left. */
export function resourcesOf(text: string): readonly Resource[] {
  const open: { readonly id: string; readonly indent: number }[] = [];
  return text.split("\n").flatMap((line) => {
    const [, space = "", id = "", title = ""] = /^(\s*)(\S+)\s*(.*)$/.exec(line) ?? [];
    if (id === "") return [];
    while ((open.at(-1)?.indent ?? -1) >= space.length) open.pop();
    const parent = open.at(-1)?.id ?? null;
    open.push({ id, indent: space.length });
    return [{ id, title: title.trim(), parent }];
  });
}
