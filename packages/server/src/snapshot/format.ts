/**
 * The file of a snapshot, below its gzip: records, one JSON object a line. A record with `bytes` is followed by as
 * many bytes. `gzip -dc FILE | head -1` shows the first record.
 *
 *   {"posthorn":"snapshot","format":1,…}                      what this is and what it needs (`Header`)
 *   {"table":"events","columns":[…]}                          a table begins
 *   {"bytes":65536}⏎…                                         rows, in PostgreSQL's COPY text form
 *   {"rows":12,"bytesTotal":4711,"sha256":"…"}                it is complete
 *   {"sequences":{…}}
 *   {"end":true,"sha256":"…"}                                 over everything before
 */
import * as z from "zod";

/** Grows when a program of before could not read what we write. */
export const SNAPSHOT_FORMAT = 1;
/** One block of rows: large enough to be cheap, small enough for many tables in memory. */
export const BLOCK_BYTES = 64 * 1024;
/** A record is a line of ours; a longer one is not. */
export const RECORD_BYTES_MAX = 1024 * 1024;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const word = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/);

const headerSchema = z.object({
  posthorn: z.literal("snapshot"),
  format: z.int(),
  /** Of the program that wrote it. */
  version: z.string(),
  createdAt: z.string(),
  /** The migrations that its schema is made of, in order. */
  migrations: z.array(z.object({ name: z.string(), sha256 })).min(1),
  /** SHA-256 of the master key that opens its secrets. */
  masterKeyFingerprint: sha256,
  /** Days (`YYYYMMDD`, UTC) that have partitions. */
  days: z.array(z.string().regex(/^\d{8}$/)),
});
export type Header = z.infer<typeof headerSchema>;

const recordSchema = z.union([
  z.strictObject({ table: word, columns: z.array(word).min(1) }),
  z.strictObject({
    bytes: z
      .int()
      .min(1)
      .max(BLOCK_BYTES * 2),
  }),
  z.strictObject({ rows: z.int().min(0), bytesTotal: z.int().min(0), sha256 }),
  z.strictObject({ sequences: z.record(word, z.string().regex(/^\d{1,19}$/)) }),
  z.strictObject({ end: z.literal(true), sha256 }),
]);
export type SnapshotRecord = z.infer<typeof recordSchema>;

/** Why a file cannot be imported; the message says what to do. */
export class SnapshotRefusedError extends Error {
  override readonly name = "SnapshotRefusedError";
}

/** A record as a line. */
export function recordLine(record: Header | SnapshotRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}

/** Throws `SnapshotRefusedError` for a file that is none of ours, or of a newer form. */
export function readHeader(line: string): Header {
  const parsed = headerSchema.safeParse(parseJson(line));
  if (!parsed.success) {
    throw new SnapshotRefusedError("This file is no snapshot of Posthorn (posthorn export).");
  }
  const { format, version } = parsed.data;
  if (format > SNAPSHOT_FORMAT) {
    throw new SnapshotRefusedError(
      `This snapshot was written by Posthorn ${version} in a form that this version does not know. Use that version.`,
    );
  }
  return parsed.data;
}

/** Throws `SnapshotRefusedError` for anything that `writeSnapshot` does not write. */
export function readRecord(line: string): SnapshotRecord {
  const parsed = recordSchema.safeParse(parseJson(line));
  if (!parsed.success) throw altered("a record of another form");
  return parsed.data;
}

export function altered(what: string): SnapshotRefusedError {
  return new SnapshotRefusedError(
    `The snapshot was cut off or altered: ${what}. Nothing was imported.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Rows in the text form of COPY: line feeds within a value are escaped. */
export function countRows(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
