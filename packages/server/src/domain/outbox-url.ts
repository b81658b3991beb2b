import { isStorable } from "./storable-text.ts";

/** What is wrong with the URL of an outbox's database; undefined for a good one. */
export function findUrlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || /\s/.test(text)) {
    return "This takes a postgres:// URL; no other database is supported.";
  }
  if (url.pathname.slice(1) === "") return "The URL names no database.";
  const parts = [url.username, url.password, url.hostname, url.pathname];
  const isReadable = parts.every(isPercentEncoded);
  return isReadable ? undefined : "The URL has a % that begins no character: write it as %25.";
}

/** Whether what stands behind each `%` is a character that a database can know. */
function isPercentEncoded(part: string): boolean {
  try {
    return isStorable(decodeURIComponent(part));
  } catch {
    return false;
  }
}

/** User, host, port and database of a good URL for people: no password, no parameters. */
export function showUrl(text: string): string {
  const url = new URL(text);
  const user = url.username || (url.searchParams.get("user") ?? "");
  const host = url.host || (url.searchParams.get("host") ?? "");
  return `${user === "" ? "" : `${decodeURIComponent(user)}@`}${host}${url.pathname}`;
}
