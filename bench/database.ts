import type { Pool } from "../packages/server/src/db/pool.ts";
import { parentOf } from "./usage.ts";

/** What the benchmark asks the server's database, on a connection of its own and never during a load. */
export interface Database {
  /** For what a measurement prepares by hand. */
  readonly sql: Pool;
  readonly version: string;
  /** Undefined when the database runs on another machine. */
  readonly postmaster: number | undefined;
  /** Bytes of write-ahead log since the database began. */
  walBytes(): Promise<number>;
  /** Deliveries that wait or are under way; cheap, by the engine's own partial indexes. */
  countOpen(): Promise<number>;
  /** Deliveries that have not ended as delivered; reads the whole table. */
  countUndelivered(): Promise<number>;
}

export async function observe(sql: Pool): Promise<Database> {
  const [facts] = await sql<{ version: string; pid: number; is_local: boolean }[]>`
    select current_setting('server_version') as version, pg_backend_pid() as pid,
      inet_server_addr() is null or inet_server_addr() <<= '127.0.0.0/8' as is_local`;
  const found = facts?.is_local ? parentOf(facts.pid) : undefined;
  return {
    sql,
    version: facts?.version ?? "unknown",
    postmaster: found,
    async walBytes() {
      const [row] = await sql<{ bytes: string }[]>`
        select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as bytes`;
      return Number(row?.bytes);
    },
    async countOpen() {
      const [row] = await sql<{ count: number }[]>`
        select ((select count(*) from leases)
          + (select count(*) from deliveries where due_at is not null))::int as count`;
      return row?.count ?? 0;
    },
    async countUndelivered() {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from deliveries where state <> 'delivered'`;
      return row?.count ?? 0;
    },
  };
}
