import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { delay, keepProcessAlive, type Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { findBinaries } from "./embedded-binaries.ts";
import { DatabaseStartError, fileFailure, startFailure } from "./embedded-error.ts";
import { prepareFolders, type Folders } from "./embedded-files.ts";
import { clearLeftover, readPid } from "./embedded-leftover.ts";
import { lockFolder, type Lock } from "./embedded-lock.ts";
import { launchServer, spawnWatched, type Program } from "./embedded-process.ts";
import { chooseServerUser } from "./embedded-user.ts";
import type { Connection } from "./address.ts";

/** A PostgreSQL server of our own, from the binaries that came with npm; it ends with this process. */
export interface EmbeddedDatabase {
  readonly connection: Exclude<Connection, string>;
  /** Of the postmaster; undefined while none runs. */
  pid(): number | undefined;
  /** Fast shutdown; resolves when the server has exited. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Absolute; made when it is not there. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of PostgreSQL, beside ours or instead of them. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Makes the data directory if there is none, starts the server, and starts it anew when it dies.
 * One process at a time may do so; throws `DatabaseStartError`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { dataDir } = options;
  const binaries = await findBinaries();
  // Between two tries to start nothing but a timer is pending.
  const letEnd = keepProcessAlive();
  try {
    const folders = prepareFolders(dataDir);
    const lock = lockFolder(dataDir);
    try {
      const user = chooseServerUser(binaries, folders);
      const program: Program = { ...options, binaries, folders, user };
      if (!existsSync(folders.data)) await initialize(program, dataDir);
      checkMajor(folders.data);
      return await supervise(program, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw fileFailure(error, dataDir);
  } finally {
    letEnd();
  }
}

/** Where the server of this data directory listens, whether it runs or not. */
export function embeddedConnection(dataDir: string): EmbeddedDatabase["connection"] {
  return connectionOf(prepareFolders(dataDir));
}

function connectionOf({ socket }: Folders): EmbeddedDatabase["connection"] {
  return { host: socket, user: "posthorn", database: "postgres" };
}

const UNFINISHED = "initdb-";

/** Beside its place, and moved there when it is whole: half a database, left by a kill, could not be started. */
async function initialize(program: Program, dataDir: string): Promise<void> {
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(UNFINISHED))
      rmSync(join(dataDir, name), { recursive: true, maxRetries: 5 });
  }
  const folder = mkdtempSync(join(dataDir, UNFINISHED));
  const { uid, gid } = program.user.ids;
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  const child = spawnWatched(program, program.binaries.initdb, [
    `--pgdata=${folder}`,
    "--username=posthorn",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ]);
  let output = "";
  child.stderr?.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw startFailure(output, "initdb_failed");
  }
  renameSync(folder, program.folders.data);
}

const MAJOR = "18";

function checkMajor(data: string): void {
  const major = readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  if (major === MAJOR) return;
  throw new DatabaseStartError(
    "other_major",
    `The data directory belongs to PostgreSQL ${major}; this version of Posthorn brings PostgreSQL ${MAJOR}.`,
  );
}

/** Runs the server until it is stopped, whatever happens to it in between. */
async function supervise(program: Program, lock: Lock): Promise<EmbeddedDatabase> {
  const { clock, log, folders } = program;
  const stopping = new AbortController();
  let server = await launchPatiently(program, stopping.signal);

  async function keepRunning(): Promise<void> {
    for (;;) {
      const hasExited = server.exitCode !== null || server.signalCode !== null;
      if (!hasExited) await once(server, "exit");
      if (stopping.signal.aborted) return;
      log.error({ event: "database.exited", code: server.exitCode });
      const startedAt = clock.monotonic();
      const next = await restart(program, stopping.signal);
      if (!next) return;
      server = next;
      log.info({ event: "database.restarted", tookMs: Math.round(clock.monotonic() - startedAt) });
    }
  }

  const running = keepRunning();
  return {
    connection: connectionOf(folders),
    pid: () => readPid(join(folders.data, "postmaster.pid")),
    async stop() {
      stopping.abort();
      await running;
      lock.release();
    },
  };
}

const RESTART_PAUSE_MS = 5_000;

/** Tries until it succeeds: a full disk, for one, is a matter of time. Undefined when it was stopped meanwhile. */
async function restart(program: Program, signal: AbortSignal): Promise<ChildProcess | undefined> {
  while (!signal.aborted) {
    try {
      return await launchPatiently(program, signal);
    } catch (error) {
      if (!signal.aborted) program.log.error({ event: "database.restart_failed", error });
    }
    await delay(program.clock, RESTART_PAUSE_MS, signal);
  }
  return undefined;
}

const MEMORY_WAIT_MS_MAX = 20_000;
const MEMORY_WAIT_STEP_MS = 250;

/** The children of a killed postmaster hold its shared memory until they notice, some seconds later. */
async function launchPatiently(program: Program, signal: AbortSignal): Promise<ChildProcess> {
  const { clock, folders } = program;
  const until = clock.monotonic() + MEMORY_WAIT_MS_MAX;
  for (;;) {
    try {
      await clearLeftover(folders.data, clock);
      return await launchServer(program, signal);
    } catch (error) {
      const isPassing = error instanceof DatabaseStartError && error.code === "memory_in_use";
      if (!isPassing || signal.aborted || clock.monotonic() > until) throw error;
      await delay(clock, MEMORY_WAIT_STEP_MS, signal);
    }
  }
}
