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

/**
 * `theirs` with what was written here: the resources of `mine` that differ from `before`, which both were made from.
 * What hangs below a resource that was taken out goes with it.
 */
export function mergeResources(
  before: readonly Resource[],
  mine: readonly Resource[],
  theirs: readonly Resource[],
): readonly Resource[] {
  const [was, own, other] = [byId(before), byId(mine), byId(theirs)];
  const isTouched = (id: string) => sayResource(was.get(id)) !== sayResource(own.get(id));
  const kept = theirs
    .filter(({ id }) => own.has(id) || !was.has(id))
    .map((each) => (isTouched(each.id) ? (own.get(each.id) ?? each) : each));
  return [...kept, ...mine.filter(({ id }) => isTouched(id) && !other.has(id))];
}

function byId(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  return new Map(resources.map((each) => [each.id, each]));
}

function sayResource(resource: Resource | undefined): string {
  return JSON.stringify([resource?.title, resource?.parent]);
}
