/** What is wrong with the URL of an outbox's database; undefined for a good one. */
export function findUrlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || /\s/.test(text)) {
    return "This takes a postgres:// URL; no other database is supported.";
  }
  const database = url.pathname.slice(1);
  return database === "" ? "The URL names no database." : undefined;
}

/** User, host, port and database of a good URL for people: no password, no parameters. */
export function showUrl(text: string): string {
  const url = new URL(text);
  const user = url.username || (url.searchParams.get("user") ?? "");
  const host = url.host || (url.searchParams.get("host") ?? "");
  return `${user === "" ? "" : `${decodeURIComponent(user)}@`}${host}${url.pathname}`;
}
