import * as crypto from "node:crypto";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { listTables, readSequences, type Table } from "../db/catalog.ts";
import { beginCopies, copyOut, lockShape } from "../db/copy.ts";
import { readJournal } from "../db/migrate.ts";
import type { Pool, Sql } from "../db/pool.ts";
import { findInstallation } from "../store/installation.ts";
import { listDays } from "../store/retention.ts";
import { BLOCK_BYTES, countRows, recordLine, SNAPSHOT_FORMAT, type Header } from "./format.ts";

/** What belongs to running processes and to their database's transactions, and the journal, which the header holds. */
export const LEFT_OUT: readonly string[] = ["nodes", "live_watches", "live_changes", "migrations"];

export interface Progress {
  readonly table: string;
  readonly rows: number;
  /** Uncompressed. */
  readonly bytes: number;
  /** False for word in between of a large table. */
  readonly isDone: boolean;
}

/** So often a large table says how far it is. */
const PROGRESS_EVERY_BYTES = 256 * 1024 * 1024;

export interface WriteOptions {
  readonly version: string;
  readonly createdAt: Date;
  readonly onProgress: (progress: Progress) => void;
}

/** There is nothing to write. */
export class NoInstallationError extends Error {
  override readonly name = "NoInstallationRefusedError";
}

/**
 * Writes everything of an installation as it is at one moment, while nodes go on. Memory is bounded: a table is never
 * held, and a slow sink slows PostgreSQL down. Secrets stay sealed. Ends the pool. Throws `NoInstallationError`.
 */
export async function writeSnapshot(
  pool: Pool,
  sink: Writable,
  options: WriteOptions,
): Promise<void> {
  try {
    await beginCopies(pool, "isolation level repeatable read, read only", async (tx) => {
      await lockShape(tx, await installedTables(pool));
      const records = Readable.from(withEnd(writeRecords(tx, options)), { objectMode: false });
      await pipeline(records, createGzip({ level: 5 }), sink);
    });
  } finally {
    await pool.end({ timeout: 5 });
  }
}

/** By another session: the transaction's own first read would fix its snapshot before the tables are locked. */
async function installedTables(pool: Pool): Promise<Table[]> {
  const tables = await listTables(pool, LEFT_OUT);
  if (tables.length === 0) {
    throw new NoInstallationError("There is no installation of Posthorn in this database.");
  }
  return tables;
}

async function* writeRecords(tx: Sql, options: WriteOptions): AsyncGenerator<Buffer> {
  const tables = await listTables(tx, LEFT_OUT);
  yield recordLine(await describe(tx, options));
  for (const table of tables) yield* writeTable(tx, table, options);
  yield recordLine({ sequences: await readSequences(tx) });
}

async function describe(tx: Sql, { version, createdAt }: WriteOptions): Promise<Header> {
  const installation = await findInstallation(tx);
  if (!installation) {
    throw new NoInstallationError("This database was never started: it holds nothing to export.");
  }
  return {
    posthorn: "snapshot",
    format: SNAPSHOT_FORMAT,
    version,
    createdAt: createdAt.toISOString(),
    migrations: await readJournal(tx),
    masterKeyFingerprint: installation.masterKeyFingerprint.toString("hex"),
    days: await listDays(tx),
  };
}

async function* writeTable(
  tx: Sql,
  table: Table,
  { onProgress }: WriteOptions,
): AsyncGenerator<Buffer> {
  yield recordLine({ table: table.name, columns: [...table.columns] });
  const hash = crypto.createHash("sha256");
  let rows = 0;
  let bytesTotal = 0;
  for await (const block of inBlocks(copyOut(tx, table))) {
    hash.update(block);
    rows += countRows(block);
    if (isMilestone(bytesTotal, block.length)) {
      onProgress({ table: table.name, rows, bytes: bytesTotal, isDone: false });
    }
    bytesTotal += block.length;
    for (let at = 0; at < block.length; at += BLOCK_BYTES) {
      const part = block.subarray(at, at + BLOCK_BYTES);
      yield recordLine({ bytes: part.length });
      yield part;
    }
  }
  yield recordLine({ rows, bytesTotal, sha256: hash.digest("hex") });
  onProgress({ table: table.name, rows, bytes: bytesTotal, isDone: true });
}

/** True when `more` bytes after `bytes` bring a table to the next moment to say so. */
export function isMilestone(bytes: number, more: number): boolean {
  const steps = (count: number) => Math.floor(count / PROGRESS_EVERY_BYTES);
  return steps(bytes + more) > steps(bytes);
}

/** The driver hands on one row at a time. */
async function* inBlocks(rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const row of rows) {
    waiting.push(row);
    bytes += row.length;
    if (bytes < BLOCK_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

/** Adds the checksum over everything, the header included. */
async function* withEnd(records: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = crypto.createHash("sha256");
  for await (const record of records) {
    hash.update(record);
    yield record;
  }
  yield recordLine({ end: true, sha256: hash.digest("hex") });
}
