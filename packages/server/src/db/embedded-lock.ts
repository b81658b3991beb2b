import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { alreadyRunning } from "./embedded-error.ts";

/** The right to be the one process that runs the server of a data directory. */
export interface Lock {
  release(): void;
}

/**
 * Takes the data directory, or throws `already_running` with the pid of its owner.
 * The kernel keeps the lock and drops it when the owner ends, however it ends: there is no stale lock to judge.
 * Node has no call for locking a file; its SQLite takes one with every exclusive transaction, and nothing is written.
 */
export function lockFolder(dataDir: string): Lock {
  const pidFile = join(dataDir, "posthorn.pid");
  const database = new DatabaseSync(join(dataDir, "posthorn.lock"), { timeout: 0 });
  try {
    database.exec("pragma journal_mode = off; begin exclusive");
  } catch (error) {
    database.close();
    if (isBusy(error)) throw alreadyRunning(readPid(pidFile));
    throw error;
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return { release: () => database.close() };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function readPid(file: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || undefined;
  } catch {
    // The owner has the lock and has not yet written its number.
    return undefined;
  }
}
