/** `posthorn export` and `posthorn import`: which database, which file, what is said about it, which exit code. */
import { once } from "node:events";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { parseArgs } from "node:util";
import { parseConfig, type Config } from "./config.ts";
import { checkServer } from "./db/check-server.ts";
import { DatabaseStartError } from "./db/embedded-error.ts";
import { embeddedConnection, startEmbedded } from "./db/embedded.ts";
import type { Connection } from "./db/address.ts";
import { createPool, type Pool } from "./db/pool.ts";
import { keepMasterKey, MIGRATIONS } from "./installation.ts";
import { systemClock } from "./platform/clock.ts";
import { createLogger } from "./platform/log.ts";
import { reportProblems } from "./report.ts";
import { masterKeyFingerprint } from "./setup.ts";
import { readSnapshot } from "./snapshot/read.ts";
import { writeSnapshot, type Progress } from "./snapshot/write.ts";
import { VERSION } from "./version.ts";

const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Writes a snapshot of the installation that the settings name, whether a node runs on it or not. */
export async function exportSnapshot(args: readonly string[]): Promise<number> {
  const asked = readArguments("to", args);
  if (!asked) return EXIT.usage;
  const { config, file } = asked;
  return reportFailures(async () => {
    if (file === "-" && process.stdout.isTTY) {
      throw new KeepRefusedError("A snapshot is no text for a terminal; give --to a file.");
    }
    if (!config.databaseUrl && !existsSync(join(config.dataDir, "postgres"))) {
      throw new KeepRefusedError(`There is no installation in ${config.dataDir}.`);
    }
    await withDatabase(config, { mayBeRunning: true }, async (pool) => {
      const createdAt = new Date(systemClock.now());
      await intoFile(file, (sink) =>
        writeSnapshot(pool, sink, { version: VERSION, createdAt, onProgress: tellProgress }),
      );
    });
    tell(`Exported. The master key is not in it: keep a copy of that at another place.`);
  });
}

/** Fills the empty database that the settings name. */
export async function importSnapshot(args: readonly string[]): Promise<number> {
  const asked = readArguments("from", args);
  if (!asked) return EXIT.usage;
  const { config, file } = asked;
  return reportFailures(async () => {
    const source: Readable = file === "-" ? process.stdin : createReadStream(file);
    await requireSnapshot(source, file);
    const { masterKey } = config;
    await withDatabase(config, { mayBeRunning: false }, async (pool) => {
      const { version, createdAt } = await readSnapshot(pool, source, {
        migrations: MIGRATIONS,
        masterKeyFingerprint:
          masterKey && masterKeyFingerprint(Buffer.from(masterKey, "base64")).toString("hex"),
        onProgress: tellProgress,
      });
      tell(`Imported what Posthorn ${version} exported at ${createdAt}. posthorn start serves it.`);
    });
    // Given by the environment this once: the next start would make another one, and refuse its database.
    const isKept = config.databaseUrl !== undefined || existsSync(`${config.dataDir}.master-key`);
    if (masterKey && !isKept) keepMasterKey(config, masterKey);
  });
}

/** A file of another kind, or none. */
class NoFileError extends Error {
  override readonly name = "NoFileError";
}

/** What cannot be done as it was asked. */
class KeepRefusedError extends Error {
  override readonly name = "KeepRefusedError";
}

function readArguments(
  flag: "to" | "from",
  args: readonly string[],
): { readonly config: Config; readonly file: string } | undefined {
  const options = { [flag]: { type: "string" } } as const;
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const token = tokens.find((each) => each.kind === "option" && each.name === flag);
  const file = token?.kind === "option" ? token.value : undefined;
  if (token?.kind !== "option" || !file || file.startsWith("--")) {
    return reportProblems([`--${flag} needs a file, or -.`], EXIT.usage);
  }
  const rest = args.toSpliced(token.index, token.inlineValue ? 1 : 2);
  const parsed = parseConfig({ argv: rest, isServing: false });
  return parsed.ok ? { config: parsed.config, file } : reportProblems(parsed.problems, EXIT.usage);
}

const POOL_MAX = 2;

/** Reaches the database, or starts the embedded one for as long as `work` takes. `work` ends the pool. */
async function withDatabase(
  config: Config,
  { mayBeRunning }: { readonly mayBeRunning: boolean },
  work: (pool: Pool) => Promise<void>,
): Promise<void> {
  const database = await openDatabase(config, mayBeRunning);
  try {
    await checkServer(database.connection);
    await work(
      createPool(database.connection, { max: POOL_MAX, applicationName: "posthorn keep" }),
    );
  } finally {
    await database.stop();
  }
}

async function openDatabase(
  { databaseUrl, dataDir }: Config,
  mayBeRunning: boolean,
): Promise<{ readonly connection: Connection; stop(): Promise<void> }> {
  const nothing = async () => {};
  if (databaseUrl) return { connection: databaseUrl, stop: nothing };
  const log = createLogger({ level: "warn", output: process.stderr });
  try {
    return await startEmbedded({ dataDir, clock: systemClock, log });
  } catch (error) {
    const isRunning = error instanceof DatabaseStartError && error.code === "already_running";
    if (!isRunning || !mayBeRunning) throw error;
    return { connection: embeddedConnection(dataDir), stop: nothing };
  }
}

/** Under its name only when it is whole: half a snapshot must not be taken for a backup. */
async function intoFile(file: string, write: (sink: Writable) => Promise<void>): Promise<void> {
  if (file === "-") return write(process.stdout);
  const unfinished = `${file}.unfinished`;
  try {
    // Readable by its owner alone: payloads and tokens of test inboxes are in it.
    await write(createWriteStream(unfinished, { mode: 0o600, flush: true }));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** A file that is not there, or is no snapshot, must be told before a database is started for it, which would stay. */
async function requireSnapshot(source: Readable, file: string): Promise<void> {
  await once(source, "readable").catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? error.code : "";
    const why = reason === "ENOENT" ? "is not there" : `cannot be read (${String(reason)})`;
    throw new NoFileError(`${file} ${why}.`);
  });
  const begin: unknown = source.read(GZIP.length);
  if (!Buffer.isBuffer(begin) || !begin.equals(GZIP)) {
    const what = file === "-" ? "What stdin gives" : file;
    throw new NoFileError(`${what} is no snapshot of Posthorn (posthorn export).`);
  }
  source.unshift(begin);
}

async function reportFailures(work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return EXIT.done;
  } catch (error) {
    if (error instanceof NoFileError) {
      reportProblems([error.message], EXIT.usage);
      return EXIT.usage;
    }
    const isOurs = error instanceof Error && /(Refused|Start|Migration)Error$/.test(error.name);
    const isOfSystem = error instanceof Error && "syscall" in error;
    if (!isOurs && !isOfSystem) throw error;
    reportProblems([error.message], EXIT.failed);
    return EXIT.failed;
  }
}

/** Half of the tables are empty, and nobody asks about those. */
function tellProgress({ table, rows, bytes, isDone }: Progress): void {
  if (rows === 0) return;
  tell(`${table.padEnd(20)} ${rows} rows, ${(bytes / 1e6).toFixed(1)} MB${isDone ? "" : " …"}`);
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
