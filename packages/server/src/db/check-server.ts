import { databaseFailure } from "./sqlstate.ts";
import type { Connection } from "./address.ts";
import { createPool, type Pool } from "./pool.ts";

/** Why this PostgreSQL cannot be used. */
export class DatabaseRefusedError extends Error {
  override readonly name = "DatabaseRefusedError";
}

/**
 * Refuses servers that do not answer or are older than 15, read-only ones, and a pooler in front that does not keep
 * sessions: LISTEN, advisory locks and settings would land on sessions that are no longer ours, and nothing says so.
 * Answers the major version; throws `DatabaseRefusedError`.
 */
export async function checkServer(connection: Connection): Promise<{ major: number }> {
  const pool = createPool(connection, { max: 2, applicationName: "posthorn check" });
  try {
    const major = await checkVersion(pool);
    await checkSessions(pool);
    return { major };
  } catch (error) {
    throw refusal(error);
  } finally {
    await pool.end({ timeout: 5 });
  }
}

const MAJOR_MIN = 15;

async function checkVersion(pool: Pool): Promise<number> {
  const [server] = await pool<{ version: number; is_read_only: boolean; schema: string }[]>`
    select current_setting('server_version_num')::int as version,
           current_setting('transaction_read_only')::boolean as is_read_only,
           current_setting('search_path') as schema`;
  const major = Math.floor((server?.version ?? 0) / 10_000);
  if (major < MAJOR_MIN) {
    throw new DatabaseRefusedError(
      `PostgreSQL ${major} is too old; Posthorn needs ${MAJOR_MIN} or newer.`,
    );
  }
  if (server?.is_read_only) {
    throw new DatabaseRefusedError(
      "This PostgreSQL is read-only, a standby perhaps; give the address of the primary.",
    );
  }
  // We set it with every connection; a pooler may be told to ignore that.
  if (server?.schema !== "posthorn") throw new DatabaseRefusedError(POOLER);
  return major;
}

const POOLER =
  "There is a pooler in front of this PostgreSQL that keeps neither sessions nor their settings. " +
  "Give the server's direct address.";
const ROUNDS = 3;

/**
 * A server announces its process id when a session begins, and a pooler invents one: when the numbers agree, nobody
 * stands in between. Otherwise it may still pool whole sessions. So a second session opens a transaction, and either
 * it gets the process that has just served the first one, or the first one gets another process from then on.
 */
async function checkSessions(pool: Pool): Promise<void> {
  const ours = await pool.reserve();
  try {
    const { announced, actual } = await findProcess(ours);
    if (announced === actual) return;
    for (let round = 0; round < ROUNDS; round++) {
      const other = await pool.begin(async (tx) => {
        const theirs = (await findProcess(tx)).actual;
        return theirs === actual || (await findProcess(ours)).actual !== actual;
      });
      if (other) throw new DatabaseRefusedError(POOLER);
    }
  } finally {
    ours.release();
  }
}

async function findProcess(
  sql: Pick<Pool, "unsafe">,
): Promise<{ announced: number; actual: number }> {
  const rows = await sql.unsafe<{ pid: number }[]>("select pg_backend_pid() as pid");
  return { announced: rows.state.pid, actual: rows[0]?.pid ?? 0 };
}

function refusal(error: unknown): unknown {
  if (error instanceof DatabaseRefusedError || !(error instanceof Error)) return error;
  // PgBouncer does not know our session settings unless it is told to ignore them.
  if (/unsupported startup parameter/.test(error.message)) {
    return new DatabaseRefusedError(POOLER, { cause: error });
  }
  const code = "code" in error ? String(error.code) : "";
  const isOurs = databaseFailure(error) === "unavailable" || /^(28|3D|E[A-Z])/.test(code);
  if (!isOurs) return error;
  const reason = error.message || code;
  return new DatabaseRefusedError(
    `PostgreSQL cannot be used: ${reason}. Is --database-url right?`,
    {
      cause: error,
    },
  );
}
