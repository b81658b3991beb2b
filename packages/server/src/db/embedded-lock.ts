import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { delay, type Clock } from "../platform/clock.ts";
import { alreadyRunning } from "./embedded-error.ts";

const WAIT_MS_MAX = 10_000;
const WAIT_STEP_MS = 50;

/**
 * Deals with the `postmaster.pid` that a killed server leaves behind. Its process may be gone (remove the file),
 * a zombie that nobody has reaped yet, or still shutting down because its owner has just died (wait for both).
 * Throws `already_running` when a living owner holds it. The data itself is never touched.
 */
export async function clearStaleLock(data: string, clock: Clock): Promise<void> {
  const file = join(data, "postmaster.pid");
  const until = clock.monotonic() + WAIT_MS_MAX;
  for (;;) {
    const pid = readPid(file);
    if (pid === undefined) return;
    const state = processState(pid, data);
    if (state === "gone" || state === "other") {
      rmSync(file, { force: true });
      return;
    }
    if (state === "owned") throw alreadyRunning(pid);
    if (clock.monotonic() > until) throw alreadyRunning(pid);
    if (state === "orphan") process.kill(pid, "SIGINT");
    await delay(clock, WAIT_STEP_MS);
  }
}

function readPid(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

type ProcessState = "gone" | "other" | "zombie" | "orphan" | "owned";

function processState(pid: number, data: string): ProcessState {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const isForeign = error instanceof Error && "code" in error && error.code === "EPERM";
    return isForeign ? "other" : "gone";
  }
  // Without /proc (macOS) a living process of this number is taken for the server.
  if (!existsSync("/proc/self/stat")) return "owned";
  return linuxProcessState(pid, data);
}

function linuxProcessState(pid: number, data: string): ProcessState {
  const stat = readOr(`/proc/${pid}/stat`);
  if (stat === "") return "gone";
  // The name in parentheses may contain spaces; state and parent follow it.
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z") return "zombie";
  if (realPath(`/proc/${pid}/cwd`) !== realPath(data)) return "other";
  // Its parent is our watchdog shell; that one's parent is 1 (or another reaper) once the owner has died.
  const shell = readOr(`/proc/${parent}/cmdline`);
  if (!shell.includes("exec 3<&0")) return "orphan";
  const grandparent = readOr(`/proc/${parent}/stat`).split(") ").at(-1)?.split(" ")[1];
  const owner = readOr(`/proc/${grandparent}/cmdline`);
  return owner.includes("posthorn") || owner.includes("node") ? "owned" : "orphan";
}

function readOr(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // The process ended while we looked.
    return "";
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Gone, or not ours to see.
    return "";
  }
}
