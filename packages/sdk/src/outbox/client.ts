import { quote } from "./quote.ts";

type Values = readonly (string | null)[];

/**
 * Whatever runs statements inside your transaction: a client of `pg` (`query`), a transaction of postgres.js (`unsafe`),
 * one of Drizzle (`execute`), or a function that takes the text with `$1 …` and the values.
 */
export type OutboxClient =
  | ((text: string, values: (string | null)[]) => PromiseLike<unknown>)
  | { query(text: string, values: (string | null)[]): PromiseLike<unknown> }
  | { unsafe(text: string, values: (string | null)[]): PromiseLike<unknown> }
  | { execute(text: string): PromiseLike<unknown> };

/** Runs one statement and answers its first row; undefined when the client answers in a form of its own. */
export async function runStatement(
  client: OutboxClient,
  text: string,
  values: Values,
): Promise<unknown> {
  const [row] = await runRows(client, text, values);
  return row;
}

/** The same with all rows; none when the client answers in a form of its own. */
export async function runRows(
  client: OutboxClient,
  text: string,
  values: Values,
): Promise<readonly unknown[]> {
  const answer = await send(client, text, values);
  const rows = isObject(answer) && "rows" in answer ? answer.rows : answer;
  return Array.isArray(rows) ? rows : [];
}

/** By the most telling name first: a transaction of postgres.js is a function, too, but one for templates. */
function send(client: OutboxClient, text: string, values: Values): PromiseLike<unknown> {
  if ("unsafe" in client) return client.unsafe(text, [...values]);
  if ("query" in client && typeof client.query === "function")
    return client.query(text, [...values]);
  if ("execute" in client) {
    return client.execute(
      text.replace(/\$(\d+)/g, (_, number) => quote(values[number - 1] ?? null)),
    );
  }
  if (typeof client === "function") return client(text, [...values]);
  throw new TypeError("A client needs query, unsafe or execute, or to be a function.");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
