import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { delay, type Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { DatabaseStartError, startFailure } from "./embedded-error.ts";
import { asServerUser, prepareFolders, type Folders } from "./embedded-files.ts";
import { findBinaries, type Binaries } from "./embedded-binaries.ts";
import { clearStaleLock } from "./embedded-lock.ts";
import type { Connection } from "./pool.ts";

/** A PostgreSQL server of our own, from the binaries that came with npm; it ends with this process. */
export interface EmbeddedDatabase {
  readonly connection: Exclude<Connection, string>;
  /** Of the postmaster that runs now. */
  pid(): number | undefined;
  /** Fast shutdown; resolves when the server has exited. */
  stop(): Promise<void>;
}

/**
 * The shell outlives us by a moment: when our end of its standard input closes, however we died, it shuts PostgreSQL
 * down. `exec 3<&0` keeps that input, because jobs in the background get /dev/null.
 */
const WATCHDOG =
  'exec 3<&0; "$@" </dev/null 3<&- & pg=$!; ' +
  "(read _ <&3; while kill -INT $pg 2>/dev/null; do sleep 1; done) & guard=$!; " +
  "wait $pg; code=$?; kill $guard 2>/dev/null; exit $code";

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  max_connections: "100",
  shared_buffers: "256MB",
  work_mem: "8MB",
  maintenance_work_mem: "128MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  // The engine's rows are short-lived: vacuum early and in small pieces.
  autovacuum_vacuum_scale_factor: "0.05",
  autovacuum_naptime: "20s",
};

const RESTART_PAUSE_MS = 250;
const RESTARTS_MAX = 40;
const START_TIMEOUT_MS = 60_000;

/** Makes the data directory if there is none, and starts the server; throws `DatabaseStartError`. */
export async function startEmbedded(options: {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<EmbeddedDatabase> {
  const { clock, log } = options;
  const binaries = await findBinaries();
  const folders = await prepareFolders(options.dataDir);
  if (!existsSync(join(folders.data, "PG_VERSION"))) await initialize(binaries, folders);
  await checkMajor(folders);
  await clearStaleLock(folders.data, clock);
  let isStopping = false;
  let server = await launch(binaries, folders, log);
  watch(server);

  /** PostgreSQL died under us: its orphans hold the shared memory for some seconds, so try until it starts. */
  function watch(current: ChildProcess): void {
    current.once("exit", (code) => {
      if (isStopping) return;
      log.error({ event: "database.exited", code });
      void restart();
    });
  }

  async function restart(): Promise<void> {
    for (let tries = 1; !isStopping; tries++) {
      try {
        await clearStaleLock(folders.data, clock);
        server = await launch(binaries, folders, log);
        watch(server);
        log.info({ event: "database.restarted", tries });
        return;
      } catch (error) {
        if (tries >= RESTARTS_MAX) log.error({ event: "database.restart_failed", tries, error });
        await delay(clock, RESTART_PAUSE_MS * Math.min(tries, 20));
      }
    }
  }

  return {
    connection: await embeddedConnection(options.dataDir),
    pid: () => server.pid,
    async stop() {
      isStopping = true;
      if (server.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, "exit");
      server.stdin?.end();
      await exited;
    },
  };
}

/** Where the server of this data directory listens, whether it runs or not. */
export async function embeddedConnection(dataDir: string): Promise<Exclude<Connection, string>> {
  const { socket } = await prepareFolders(dataDir);
  return { host: socket, user: "posthorn", database: "postgres" };
}

async function initialize(binaries: Binaries, folders: Folders): Promise<void> {
  const { command, args, options } = asServerUser(folders, binaries.initdb, [
    `--pgdata=${folders.data}`,
    "--username=posthorn",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-locale",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ]);
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw startFailure(output, "initdb_failed");
}

async function checkMajor(folders: Folders): Promise<void> {
  const major = (await readFile(join(folders.data, "PG_VERSION"), "utf8")).trim();
  if (major === "18") return;
  throw new DatabaseStartError(
    "other_major",
    `The data directory belongs to PostgreSQL ${major}; this version of Posthorn brings PostgreSQL 18.`,
  );
}

async function launch(binaries: Binaries, folders: Folders, log: Logger): Promise<ChildProcess> {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { command, args, options } = asServerUser(folders, binaries.postgres, [
    "-D",
    folders.data,
    "-k",
    folders.socket,
    ...settings,
  ]);
  const child = spawn("/bin/sh", ["-c", WATCHDOG, "sh", command, ...args], {
    ...options,
    cwd: "/",
    // A group of its own: Ctrl-C in the terminal must not stop the database before we have drained.
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
  await ready(child, log);
  return child;
}

function ready(child: ChildProcess, log: Logger): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
    timeout.onabort = () => reject(startFailure(output, "start_failed"));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-4_000);
      log.debug({ event: "database.log", text: text.trimEnd() });
      if (text.includes("ready to accept connections")) resolve();
    });
    child.once("error", (cause) => reject(new DatabaseStartError("start_failed", cause.message)));
    child.once("exit", () => reject(startFailure(output, "start_failed")));
  });
}
