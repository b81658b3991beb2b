import { spawn, type ChildProcess } from "node:child_process";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { Binaries } from "./embedded-binaries.ts";
import { DatabaseStartError, startFailure } from "./embedded-error.ts";
import type { Folders } from "./embedded-files.ts";
import type { ServerUser } from "./embedded-user.ts";

/** Everything that is the same at every launch. */
export interface Program {
  readonly binaries: Binaries;
  readonly folders: Folders;
  readonly user: ServerUser;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of PostgreSQL, beside ours or instead of them. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * The shell outlives us by a moment: when our end of its standard input closes, however we died, it interrupts the
 * program until that has ended. `exec 3<&0` keeps that input, because jobs in the background get /dev/null;
 * its `sleep` must not hold our pipe for a second longer.
 */
const WATCHDOG =
  'exec 3<&0; "$@" </dev/null 3<&- & program=$!; ' +
  "(read _ <&3; while kill -INT $program 2>/dev/null; do sleep 1; done) 2>/dev/null & guard=$!; " +
  "wait $program; code=$?; kill $guard 2>/dev/null; exit $code";

/** Runs a program that ends when this process does; closing its standard input ends it, too. */
export function spawnWatched(
  { user }: Pick<Program, "user">,
  binary: string,
  args: readonly string[],
): ChildProcess {
  return spawn("/bin/sh", ["-c", WATCHDOG, "sh", ...user.prefix, binary, ...args], {
    ...user.ids,
    cwd: "/",
    // A group of its own: Ctrl-C in the terminal must not stop the database before we have drained.
    detached: true,
    stdio: ["pipe", "ignore", "pipe"],
  });
}

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
  log_timezone: "UTC",
  // Statements that fail are for whoever sent them; our log would repeat each of them.
  log_min_error_statement: "panic",
};

/** Starts the server; resolves when it accepts connections. `signal` stops it, now or later. */
export async function launchServer(program: Program, signal: AbortSignal): Promise<ChildProcess> {
  const { data, socket } = program.folders;
  const all = Object.entries({ ...SETTINGS, ...program.settings });
  const settings = all.flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const args = ["-D", data, "-k", socket, ...settings];
  const child = spawnWatched(program, program.binaries.postgres, args);
  const stop = () => child.stdin?.end();
  signal.addEventListener("abort", stop);
  child.once("exit", () => signal.removeEventListener("abort", stop));
  try {
    await ready(child, program);
  } catch (error) {
    stop();
    throw error;
  }
  return child;
}

/** While it recovers from a crash PostgreSQL says so every ten seconds; one that is silent this long hangs. */
const SILENCE_MS_MAX = 60_000;

function ready(child: ChildProcess, { clock, log }: Program): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const writeLog = createLogWriter(clock, log);
    const fail = () => reject(startFailure(output, "start_failed"));
    let cancel = clock.after(SILENCE_MS_MAX, fail);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      cancel();
      cancel = clock.after(SILENCE_MS_MAX, fail);
      output = (output + text).slice(-4_000);
      writeLog(text);
      if (text.includes("ready to accept connections")) resolve();
    });
    child.once("error", (cause) => reject(new DatabaseStartError("start_failed", cause.message)));
    child.once("close", () => {
      cancel();
      fail();
    });
  });
}

const NEWS_EVERY_MS = 10_000;

/**
 * Most of what PostgreSQL says is routine; a panic and a full disk are news. On a full disk it says so for every
 * statement, and the log may lie on that disk.
 */
function createLogWriter(clock: Clock, log: Logger): (text: string) => void {
  let newsAt = -Infinity;
  return (text) => {
    const isNews = /PANIC:|No space left on device/.test(text);
    const isDue = clock.monotonic() - newsAt >= NEWS_EVERY_MS;
    if (isNews && isDue) newsAt = clock.monotonic();
    log[isNews && isDue ? "error" : "debug"]({ event: "database.log", text: text.trimEnd() });
  };
}
