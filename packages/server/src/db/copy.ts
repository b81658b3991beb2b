import type { Writable } from "node:stream";
import type { Table } from "./catalog.ts";
import type { Pool, Sql } from "./pool.ts";

/*
 * COPY in the text form: it means the same to every major version, and a row is a line. Both statements end with
 * their stream; a stream that is given up leaves its session amid rows (see `beginCopies`).
 */

/**
 * Runs `work` in a transaction that copies. When it fails the pool is ended: a session amid rows takes no other
 * statement, not even the one that rolls back, and PostgreSQL rolls back whatever ends without a commit.
 */
export async function beginCopies<Result>(
  pool: Pool,
  mode: "isolation level repeatable read, read only" | "read write",
  work: (tx: Sql) => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const begun = pool.begin(mode, async (tx) => {
      try {
        return await work(tx);
      } catch (error) {
        reject(error);
        void pool.end({ timeout: 0 });
        throw error;
      }
    });
    // Proof: postgres.js answers what the callback answers, but for arrays of queries, which ours never is.
    begun.then((result) => resolve(result as Result), reject);
  });
}

/** All rows of a table, those of its partitions included, in the order in which they lie. */
export async function* copyOut(tx: Sql, { name, columns }: Table): AsyncGenerator<Buffer> {
  const rows = tx`select ${tx(columns)} from ${tx(name)}`;
  const stream = await tx`copy (${rows}) to stdout`.readable();
  yield* stream;
  // The driver pauses its socket while the stream is full, and forgets that when the rows end meanwhile: the next
  // statement would wait for its answer for ever.
  stream._read(0);
}

/** Takes rows in the form of `copyOut`; finishes when PostgreSQL has taken all of them. */
export function copyIn(tx: Sql, { name, columns }: Table): Promise<Writable> {
  return tx`copy ${tx(name)} (${tx(columns)}) from stdin`.writable();
}

/**
 * Keeps the tables from being changed in shape or dropped until the transaction ends; reads and writes go on. Must
 * come before the transaction's first read: what its snapshot knows and a drop has taken away would be missing.
 */
export async function lockShape(tx: Sql, tables: readonly Table[]): Promise<void> {
  for (const { name } of tables) await tx`lock table ${tx(name)} in access share mode`;
}
