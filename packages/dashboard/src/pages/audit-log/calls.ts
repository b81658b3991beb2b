/** What the audit log asks of the API. */
import type { AuditEntry } from "@posthorn/sdk";
import { read, type Page } from "../../api.ts";
import { useList, type List } from "../../paged.ts";
import type { UrlState } from "../../url-state.ts";

export function useAuditLog(state: UrlState): List<AuditEntry> {
  const query = { ...filterOf(state), sort: state["sort"] };
  return useList<AuditEntry>({ key: ["audit-log"], path: "/api/audit-log", query });
}

function filterOf({ action, refused, objectId, actorId, from, to }: UrlState) {
  const times = { "createdAt[gte]": from, "createdAt[lte]": to };
  return { action, refused, objectId, actorId, ...times };
}

/** One file is enough for a person; whoever wants more asks the API. */
export const EXPORTED_MAX = 10_000;
const PAGE = 100;

/** All entries that the filters choose, page by page. */
export async function readAllEntries(state: UrlState): Promise<{
  readonly entries: readonly AuditEntry[];
  readonly isWhole: boolean;
}> {
  const entries: AuditEntry[] = [];
  let cursor = "";
  do {
    const query = { ...filterOf(state), limit: PAGE, cursor };
    const page = await read<Page<AuditEntry>>("/api/audit-log", query);
    entries.push(...page.data);
    cursor = page.nextCursor ?? "";
  } while (cursor !== "" && entries.length < EXPORTED_MAX);
  return { entries, isWhole: cursor === "" };
}

/** The fields that differ, with their values as text. */
export function changesOf({ before, after }: Pick<AuditEntry, "before" | "after">) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names
    .map((name) => ({ name, before: say(before?.[name]), after: say(after?.[name]) }))
    .filter((change) => change.before !== change.after);
}

function say(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
