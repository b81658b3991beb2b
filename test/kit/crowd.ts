/** Several requests at the same point of a transaction, so that a race has its winner every time and not once a week. */
import { eventually } from "./eventually.ts";
import type { TestServer } from "./server.ts";

/**
 * Starts requests while a row is locked, and lets them go once all of them wait for it: whatever they have read before,
 * each has read it without the others. The row must be one that they lock, or that what they insert refers to.
 */
export async function crowd<Answer>(
  { sql }: Pick<TestServer, "sql">,
  row: { readonly table: "users" | "organizations"; readonly id: string },
  ask: readonly (() => Promise<Answer>)[],
): Promise<Answer[]> {
  const { answers } = await sql.begin(async (tx) => {
    await tx`select from ${tx(row.table)} where id = ${row.id} for update`;
    const answers = Promise.all(ask.map((each) => each()));
    await eventually("all of them wait for the row", async () => {
      const [waiting] = await sql<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return (waiting?.count ?? 0) >= ask.length || undefined;
    });
    return { answers };
  });
  return answers;
}
