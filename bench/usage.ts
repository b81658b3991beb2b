/** What processes cost, from `/proc`: CPU time and memory of a server and of its database. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

/** A clock tick of `/proc/<pid>/stat` is 10 ms on every Linux that matters (`getconf CLK_TCK`). */
const TICK_MICROS = 10_000;

export interface Usage {
  /** Microseconds of CPU, user and system, of the server's own processes. */
  readonly nodeMicros: number;
  /** The same of the postmaster and all that it has started; undefined when it runs elsewhere. */
  readonly postgresMicros: number | undefined;
  /** The largest memory that one of the server's own processes has had, in MB. */
  readonly memoryMb: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  /** Of children that have ended and were waited for. */
  readonly endedTicks: number;
}

/** Undefined where there is no `/proc`. */
export function readUsage(server: number, postmaster: number | undefined): Usage | undefined {
  if (process.platform !== "linux") return undefined;
  const all = readProcesses();
  const database = postmaster === undefined ? [] : family(all, postmaster);
  const isOfDatabase = new Set(database.map(({ pid }) => pid));
  const own = family(all, server).filter(({ pid }) => !isOfDatabase.has(pid));
  // A backend that ended between two readings lives on in the postmaster's account of ended children.
  const ended = all.find(({ pid }) => pid === postmaster)?.endedTicks ?? 0;
  return {
    nodeMicros: sum(own) * TICK_MICROS,
    postgresMicros: database.length === 0 ? undefined : (sum(database) + ended) * TICK_MICROS,
    memoryMb: Math.max(...own.map(({ pid }) => peakMemoryMb(pid))),
  };
}

/** The parent of a process, for finding the postmaster of a backend. */
export function parentOf(pid: number): number | undefined {
  return process.platform === "linux" ? readProcess(pid)?.parent : undefined;
}

function sum(processes: readonly Process[]): number {
  return processes.reduce((total, { ticks }) => total + ticks, 0);
}

function family(all: readonly Process[], root: number): Process[] {
  const members = all.filter(({ pid }) => pid === root);
  for (const member of members) {
    members.push(...all.filter(({ parent }) => parent === member.pid));
  }
  return members;
}

function readProcesses(): Process[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readProcess(Number(pid))).filter((found) => found !== undefined);
}

/** Undefined when the process has ended meanwhile. Fields: proc(5), after the name in parentheses. */
function readProcess(pid: number): Process | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid,
    parent: field(4),
    ticks: field(14) + field(15),
    endedTicks: field(16) + field(17),
  };
}

function peakMemoryMb(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`) ?? "")?.[1] ?? "0";
  return Math.round(Number(kilobytes) / 1024);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // The process has ended since its folder was listed.
    return undefined;
  }
}
