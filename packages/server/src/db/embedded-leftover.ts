import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { delay, type Clock } from "../platform/clock.ts";
import { alreadyRunning } from "./embedded-error.ts";

const WAIT_MS_MAX = 30_000;
const WAIT_STEP_MS = 50;

/**
 * Deals with the `postmaster.pid` that an earlier server left behind; the caller holds the lock of the data directory,
 * so no living Posthorn owns it. The process may be gone, or its number belong to a stranger (remove the file: PostgreSQL
 * would refuse to start), a zombie that nobody has reaped yet, or a server that is shutting down or has lost its watchdog
 * too (tell it to stop, wait). The data itself is never touched.
 */
export async function clearLeftover(data: string, clock: Clock): Promise<void> {
  const file = join(data, "postmaster.pid");
  const until = clock.monotonic() + WAIT_MS_MAX;
  for (let tries = 0; ; tries++) {
    const pid = readPid(file);
    if (pid === undefined) return;
    const state = processState(pid, data);
    if (state === "gone") return rmSync(file, { force: true });
    if (clock.monotonic() > until) throw alreadyRunning(pid);
    // Once is enough, and a second SIGINT would not make it faster.
    if (state === "server" && tries === 0) process.kill(pid, "SIGINT");
    await delay(clock, WAIT_STEP_MS);
  }
}

/** The process id that the server of this folder has written down. */
export function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  return pid > 0 ? pid : undefined;
}

/** `gone`: no such process, or one that has nothing to do with this folder. */
type ProcessState = "gone" | "zombie" | "server";

function processState(pid: number, data: string): ProcessState {
  try {
    process.kill(pid, 0);
  } catch {
    // ESRCH: nobody has this number. EPERM: somebody else's process; the server is always ours.
    return "gone";
  }
  return existsSync("/proc/self/stat") ? linuxState(pid, data) : otherState(pid, data);
}

function linuxState(pid: number, data: string): ProcessState {
  const stat = readOr(`/proc/${pid}/stat`);
  // The name in parentheses may contain anything; the state follows it.
  if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")) return "zombie";
  return realPath(`/proc/${pid}/cwd`) === realPath(data) ? "server" : "gone";
}

function otherState(pid: number, data: string): ProcessState {
  const args = ["-ww", "-o", "stat=,command=", "-p", String(pid)];
  const { stdout } = spawnSync("ps", args, { encoding: "utf8" });
  if (stdout.trim().startsWith("Z")) return "zombie";
  return stdout.includes("postgres") && stdout.includes(data) ? "server" : "gone";
}

function readOr(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process ended while we looked.
    return "";
  }
}

/** Never the same for two paths that cannot be resolved. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Gone, or not ours to see.
    return path;
  }
}
