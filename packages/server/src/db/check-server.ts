import type { Pool } from "./pool.ts";

/** Why this PostgreSQL cannot be used. */
export class DatabaseRefusedError extends Error {
  override readonly name = "DatabaseRefusedError";
}

const VERSION_MIN = 150_000;

/**
 * Refuses servers older than 15, read-only ones, and a transaction pooler in front: behind one, LISTEN and advisory
 * locks land on sessions that are no longer ours, and nothing says so.
 */
export async function checkServer(pool: Pool): Promise<void> {
  const [server] = await pool<{ version: number; is_read_only: boolean }[]>`
    select current_setting('server_version_num')::int as version,
           current_setting('transaction_read_only')::boolean as is_read_only`;
  if (!server || server.version < VERSION_MIN) {
    const major = Math.floor((server?.version ?? 0) / 10_000);
    throw new DatabaseRefusedError(`PostgreSQL ${major} is too old; Posthorn needs 15 or newer.`);
  }
  if (server.is_read_only) {
    throw new DatabaseRefusedError(
      "This PostgreSQL is read-only, a standby perhaps; give the address of the primary.",
    );
  }
  if (!(await keepsSession(pool))) {
    throw new DatabaseRefusedError(
      "There is a transaction pooler in front of this PostgreSQL. Give its direct address, or a pool in session mode.",
    );
  }
}

/** A session setting is still there in the next transaction, on the same backend, when nobody pools in between. */
async function keepsSession(pool: Pool): Promise<boolean> {
  const session = await pool.reserve();
  try {
    const seen = new Set<number>();
    for (let index = 0; index < 5; index++) {
      const [row] = await session<{ pid: number }[]>`select pg_backend_pid() as pid`;
      seen.add(row?.pid ?? 0);
    }
    await session`select set_config('posthorn.session', 'kept', false)`;
    const [row] = await session<{ value: string }[]>`
      select current_setting('posthorn.session', true) as value`;
    return seen.size === 1 && row?.value === "kept";
  } finally {
    session.release();
  }
}
