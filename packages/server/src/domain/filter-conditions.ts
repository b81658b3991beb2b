import { compileStoredFilter, type FilteredEvent } from "./filter.ts";
import { pointerTo } from "./json-pointer.ts";

/** A part of a filter that must hold by itself. */
interface FilterCondition {
  /** Where it stands in the filter. */
  readonly pointer: string;
  readonly matches: (event: FilteredEvent) => boolean;
}

/**
 * The first part of a filter that an event does not meet, as a JSON Pointer into the filter; undefined when it meets all.
 * A filter is a conjunction, so it can be taken apart down to single operators; `$or` and `$not` are judged as a whole.
 * The filter must have passed `compileFilter`.
 */
export function compileFirstUnmet(document: unknown): (event: FilteredEvent) => string | undefined {
  const conditions = takeApart(document, { pointer: "", wrap: (part) => part }).map(compile);
  return (event) => conditions.find(({ matches }) => !matches(event))?.pointer;
}

/** Where a part stands, and how it becomes a filter of its own. */
interface Place {
  readonly pointer: string;
  readonly wrap: (part: unknown) => unknown;
}

interface Part {
  readonly pointer: string;
  readonly document: unknown;
}

function takeApart(document: unknown, { pointer, wrap }: Place): Part[] {
  if (!isRecord(document)) return [{ pointer, document: wrap(document) }];
  return Object.entries(document).flatMap(([key, operand]) => {
    const at = pointerTo(pointer, key);
    if (key === "$and" && Array.isArray(operand)) {
      return operand.flatMap((item, index) => takeApart(item, { pointer: `${at}/${index}`, wrap }));
    }
    const inner = (part: unknown) => wrap({ [key]: part });
    if (key.startsWith("$")) return [{ pointer: at, document: inner(operand) }];
    return takeApart(operand, { pointer: at, wrap: inner });
  });
}

function compile({ pointer, document }: Part): FilterCondition {
  return { pointer, matches: compileStoredFilter(document) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
