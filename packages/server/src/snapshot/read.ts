import * as crypto from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { isSchemaEmpty, listTables, setSequences, type Table } from "../db/catalog.ts";
import { beginCopies, copyIn } from "../db/copy.ts";
import { migrate, runJournal } from "../db/migrate.ts";
import type { Pool, Sql } from "../db/pool.ts";
import { ensureDay, findInstallation } from "../store/installation.ts";
import { altered, countRows, SnapshotRefusedError, type Header } from "./format.ts";
import { SnapshotSource } from "./source.ts";
import { isMilestone, LEFT_OUT, type Progress } from "./write.ts";

export interface ReadOptions {
  /** Folder of the migrations: the schema is built as the snapshot has it, and brought up to date afterwards. */
  readonly migrations: string;
  /** SHA-256 of the master key this installation will run with; undefined when there is none. */
  readonly masterKeyFingerprint: string | undefined;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * Fills an empty database with a snapshot, in one transaction that commits when every checksum was right: a file that
 * is cut off or altered leaves nothing. Answers what the file says about itself. Ends the pool. Throws
 * `SnapshotRefusedError` and `MigrationError`.
 */
export async function readSnapshot(
  pool: Pool,
  source: Readable,
  options: ReadOptions,
): Promise<Header> {
  try {
    const header = await beginCopies(pool, "read write", (tx) => fill(tx, source, options)).catch(
      (error: unknown) => {
        throw fromFile(error);
      },
    );
    await migrate(pool, options.migrations);
    return header;
  } finally {
    await pool.end({ timeout: 5 });
  }
}

async function fill(tx: Sql, source: Readable, options: ReadOptions): Promise<Header> {
  if (!(await isSchemaEmpty(tx))) {
    throw new SnapshotRefusedError(
      "This database holds an installation already. Import into one where Posthorn was never started.",
    );
  }
  return pipeline(source, createGunzip(), (bytes: AsyncIterable<Buffer>) =>
    readAll(tx, new SnapshotSource(bytes), options),
  );
}

async function readAll(tx: Sql, source: SnapshotSource, options: ReadOptions): Promise<Header> {
  const header = await source.header();
  checkMasterKey(header, options.masterKeyFingerprint);
  await runJournal(tx, options.migrations, header.migrations);
  for (const day of header.days) await ensureDay(tx, day);
  const missing = new Map((await listTables(tx, LEFT_OUT)).map((table) => [table.name, table]));
  for (let record = await source.record(); !("end" in record); record = await source.record()) {
    if ("sequences" in record) await setSequences(tx, record.sequences);
    else if ("table" in record) {
      const table = missing.get(record.table);
      const isSame = table && sameColumns(table.columns, record.columns);
      if (!isSame) throw altered(`the table ${record.table} is not as its schema has it`);
      missing.delete(record.table);
      options.onProgress(await readTable(tx, source, { table, onProgress: options.onProgress }));
    } else throw altered("its records are out of order");
  }
  if (missing.size > 0) throw altered(`the table ${[...missing.keys()].join(", ")} is missing`);
  const installation = await findInstallation(tx);
  if (installation?.masterKeyFingerprint.toString("hex") !== header.masterKeyFingerprint) {
    throw altered("it says another master key than it holds");
  }
  return header;
}

async function readTable(
  tx: Sql,
  source: SnapshotSource,
  { table, onProgress }: { readonly table: Table } & Pick<ReadOptions, "onProgress">,
): Promise<Progress> {
  const hash = crypto.createHash("sha256");
  let rows = 0;
  let bytes = 0;
  async function* blocks(): AsyncGenerator<Buffer> {
    for (;;) {
      const record = await source.record();
      if ("bytes" in record) {
        const block = await source.take(record.bytes);
        hash.update(block);
        rows += countRows(block);
        if (isMilestone(bytes, block.length)) {
          onProgress({ table: table.name, rows, bytes, isDone: false });
        }
        bytes += block.length;
        yield block;
        continue;
      }
      const isRight =
        "rows" in record &&
        record.rows === rows &&
        record.bytesTotal === bytes &&
        record.sha256 === hash.digest("hex");
      if (!isRight) throw altered(`the checksum of ${table.name} is another one`);
      return;
    }
  }
  await pipeline(Readable.from(blocks(), { objectMode: false }), await copyIn(tx, table));
  return { table: table.name, rows, bytes, isDone: true };
}

function checkMasterKey(header: Header, fingerprint: string | undefined): void {
  if (fingerprint === header.masterKeyFingerprint) return;
  const needed = `the master key whose SHA-256 begins with ${header.masterKeyFingerprint.slice(0, 12)}`;
  const given = fingerprint === undefined ? "None is given" : "Another one is given";
  throw new SnapshotRefusedError(
    `This snapshot needs ${needed}. ${given}: set POSTHORN_MASTER_KEY, or put the key's file beside the data directory.`,
  );
}

function sameColumns(here: readonly string[], there: readonly string[]): boolean {
  return here.length === there.length && here.every((name, index) => name === there[index]);
}

/** What gunzip says of a file that is no gzip, or ends within. */
function fromFile(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "Z_BUF_ERROR") return altered("it ends too early");
  if (code.startsWith("Z_")) return altered("it cannot be unpacked");
  // Rows that PostgreSQL refuses: classes 21 to 23, as with any value.
  if (/^2[123]...$/.test(code)) return altered("PostgreSQL refuses its rows");
  return error;
}
