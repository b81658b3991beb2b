/** What the first example of each command asks the API for, as curl: the end of its help. */
import { hostname } from "node:os";
import type { ExampleRequest } from "./cli-calls.ts";

interface RouteRow {
  readonly method: string;
  /** With parameters as `:name`. */
  readonly path: string;
  readonly audience: string;
}

/** A command that asks for more shows the first ones: the others are more of their kind. */
const REQUESTS_MAX = 3;

export function curlModule(
  requests: ReadonlyMap<string, readonly ExampleRequest[]>,
  routes: readonly RouteRow[],
): string {
  const audiences = new Map(
    routes.map(({ method, path, audience }) => [
      `${method} ${path.replace(/:(\w+)/g, "{$1}")}`,
      audience,
    ]),
  );
  const audienceOf = ({ operation: { method, path } }: ExampleRequest) =>
    audiences.get(`${method} ${path}`) ?? "organization";
  const rows = [...requests]
    .filter(([, made]) => made.length > 0)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([command, made]) => {
      const kinds = new Map(made.map((request) => [request.operation.id, request]));
      const lines = [...kinds.values()]
        .slice(0, REQUESTS_MAX)
        .map((request) => curlOf(request, audienceOf(request)));
      return `  ${JSON.stringify(command)}: ${JSON.stringify(lines)},\n`;
    });
  return `// Made by \`npm run reference\` from the examples in the commands' help; edit these.

/** Command → what its first example asks the API for, as commands of a shell. */
export const CURL: Readonly<Record<string, readonly string[]>> = {
${rows.join("")}};
`;
}

/** What is set after `. ./.posthorn/operator.env` is enough for each of them. */
const SERVER = "${POSTHORN_URL:-http://127.0.0.1:4400}";

const KEYS: Readonly<Record<string, string>> = {
  public: "",
  operator: "$POSTHORN_OPERATOR_KEY",
  person: "$POSTHORN_SESSION",
};

function curlOf({ operation, url, body }: ExampleRequest, audience: string): string {
  const key = KEYS[audience] ?? "${POSTHORN_API_KEY:-$POSTHORN_OPERATOR_KEY}";
  const isEndless = operation.path.endsWith("/stream");
  const how = operation.method === "GET" ? "" : ` -X ${operation.method}`;
  const parts = [
    `curl${isEndless ? " -N" : ""}${how} "${SERVER}${readable(url.pathname + queryOf(url))}"`,
    ...(key === "" ? [] : [`-H "authorization: Bearer ${key}"`]),
    ...(body === undefined
      ? []
      : [`-H "content-type: application/json"`, `-d '${readable(body).replaceAll("'", "'\\''")}'`]),
  ];
  return parts.join(" \\\n    ");
}

/** A key knows its organization; the examples are run without one. */
function queryOf({ searchParams }: URL): string {
  const query = new URLSearchParams(searchParams);
  query.delete("organizationId");
  return query.size === 0 ? "" : `?${query}`;
}

/** Ids and times that only stand for others: those of the last run would make another page each time. */
function readable(text: string): string {
  return text
    .replace(/\b([a-z]+)_0{26}/g, "$1_…")
    .replace(/(whsec|phk)_[A-Za-z0-9+/]{30,}=*/g, "$1_…")
    .replaceAll(hostname(), "laptop")
    .replaceAll("%2C", ",")
    .replace(/\d{4}-\d\d-\d\dT\d\d(:|%3A)\d\d(:|%3A)\d\d(\.\d+)?Z/g, "2026-11-21T09:00:00Z");
}
