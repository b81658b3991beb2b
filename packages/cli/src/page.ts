import type { Command } from "commander";
import { parseMoment } from "./duration.ts";
import { listAt, textAt } from "./json.ts";
import type { Request } from "./client.ts";
import type { Session } from "./session.ts";
import type { Part } from "./terminal.ts";

export interface PageOptions {
  readonly limit?: string;
  readonly cursor?: string;
  readonly oldestFirst?: boolean;
}

export interface RangeOptions {
  readonly since?: string;
  readonly until?: string;
}

export function addPageOptions(command: Command): Command {
  return command
    .option("--limit <n>", "rows of a page, 1 to 100 (20)")
    .option("--cursor <text>", "go on after a page: its nextCursor")
    .option("--oldest-first", "from the other end of the list");
}

export function addRangeOptions(command: Command): Command {
  return command
    .option("--since <time>", "from then on: an age such as 2h, or a time")
    .option("--until <time>", "up to then");
}

export function pageQuery({ limit, cursor, oldestFirst }: PageOptions): Request["query"] & object {
  return { limit, cursor, sort: oldestFirst ? "createdAt" : undefined };
}

export function rangeQuery({ since, until }: RangeOptions): Request["query"] & object {
  const nowMs = Date.now();
  return {
    "createdAt[gte]": since && parseMoment(since, nowMs),
    "createdAt[lte]": until && parseMoment(until, nowMs),
  };
}

/** Gets a page and shows it: as it came, as ids, or as a table. */
export async function showPage(
  { call, terminal }: Session,
  request: Omit<Request, "method">,
  columns: readonly (readonly [head: string, cell: (row: unknown) => Part])[],
): Promise<void> {
  const { text, body } = await call({ ...request, method: "GET" });
  const rows = listAt(body, "data");
  terminal.show({
    json: text,
    quiet: rows.map(
      (row) => textAt(row, "id") || textAt(row, "type") || textAt(row, "first", "id"),
    ),
    human() {
      if (rows.length === 0) return terminal.progress("Nothing found.");
      terminal.table(
        columns.map(([head]) => head),
        rows.map((row) => columns.map(([, cell]) => cell(row))),
      );
      const cursor = textAt(body, "nextCursor");
      if (cursor !== "") terminal.progress(`More: --cursor ${cursor}`);
    },
  });
}

/** A column that shows a member. */
export function column(head: string, ...path: readonly string[]) {
  return [head, (row: unknown) => textAt(row, ...path)] as const;
}
