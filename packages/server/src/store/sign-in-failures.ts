import type { Sql } from "../db/pool.ts";

/** Whole seconds until the next password of this account may be tried; 0 when it may be now. */
export async function findSignInDelay(sql: Sql, account: Buffer): Promise<number> {
  const rows = await sql<{ seconds: number }[]>`
    select ceil(extract(epoch from retry_at - now()))::int as seconds from sign_in_failures
    where account = ${account} and retry_at > now()`;
  return rows[0]?.seconds ?? 0;
}

/** Counts a wrong password; `delaySeconds` says what so many mean. Answers how many there are. */
export async function recordSignInFailure(
  sql: Sql,
  account: Buffer,
  delaySeconds: (failures: number) => number,
): Promise<number> {
  const rows = await sql<{ failures: number }[]>`
    insert into sign_in_failures (account, failures, retry_at) values (${account}, 1, now())
    on conflict (account) do update set failures = sign_in_failures.failures + 1, updated_at = now()
    returning failures`;
  const failures = rows[0]?.failures ?? 1;
  await sql`
    update sign_in_failures set retry_at = now() + ${delaySeconds(failures)} * interval '1 second'
    where account = ${account}`;
  return failures;
}

export async function forgetSignInFailures(sql: Sql, account: Buffer): Promise<void> {
  await sql`delete from sign_in_failures where account = ${account}`;
}
