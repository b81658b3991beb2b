/** What the audit log asks of the API. */
import type { AuditEntry } from "@posthorn/sdk";
import { useList, type List } from "../../paged.ts";
import type { UrlState } from "../../url-state.ts";

export function useAuditLog({
  action,
  refused,
  objectId,
  actorId,
  sort,
}: UrlState): List<AuditEntry> {
  const query = { action, refused, objectId, actorId, sort };
  return useList<AuditEntry>({ key: ["audit-log"], path: "/api/audit-log", query });
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
