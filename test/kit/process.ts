/** `posthorn start` as a real process, to be killed, stopped and started again on the same data. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { TestConnection } from "./database.ts";

const MAIN = fileURLToPath(new URL("../../packages/server/src/main.ts", import.meta.url));
const PROGRAM = ["--conditions=source", MAIN];
const READY_MS_MAX = 60_000;

export interface NodeProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  readonly organizationId: string;
  /** Milliseconds from spawn to the ready line. */
  readonly readyAfterMs: number;
  readonly lines: readonly Record<string, unknown>[];
  /** Everything on standard error. */
  complaints(): string;
  /** Resolves with the first line of this event, earlier or later. */
  line(event: string): Promise<Record<string, unknown>>;
  /** `kill -9`, and waits until the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and waits; answers the exit code. */
  stop(): Promise<number | null>;
}

/** What a node is started by, and which program it is, where that is not the present one by itself. */
export interface Launch {
  /** Stands before the program and becomes it with `exec`: a limit, a mount of its own. */
  readonly launcher?: readonly string[];
  /** `main.ts` of another version. */
  readonly main?: string;
}

/** Starts a node and waits for its ready line; rejects with what it printed when it ends before. */
export async function startNode(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { launcher = [], main = MAIN }: Launch = {},
): Promise<NodeProcess> {
  const startedAt = performance.now();
  const program = [process.execPath, "--conditions=source", main, "start", ...argv];
  const [command = "", ...args] = [...launcher, ...program];
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, as a shell would give it, for Ctrl-C.
    detached: true,
    env: environment(env),
  });
  // A test process that is ended has no time to stop it, and a group of its own outlives us.
  const endWithUs = () => child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.off("exit", endWithUs));
  const lines: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  let printed = "";
  child.stderr.on("data", (chunk) => (printed += chunk));
  const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
    const timeout = setTimeout(() => {
      // Whoever starts another one would find its port taken.
      child.kill("SIGKILL");
      reject(new Error(`not ready:\n${printed}`));
    }, READY_MS_MAX);
    child.once("exit", (code) => reject(new Error(`ended with ${code}:\n${printed}`)));
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line: Record<string, unknown> = JSON.parse(text);
      lines.push(line);
      for (const look of waiting) look();
      if (line["event"] !== "ready") return;
      clearTimeout(timeout);
      resolve(line);
    });
  });
  const line = await ready;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    child,
    pid: child.pid ?? 0,
    url: String(line["url"]),
    organizationId: String(line["organizationId"]),
    readyAfterMs: performance.now() - startedAt,
    lines,
    complaints: () => printed,
    line: (event) =>
      new Promise((resolve) => {
        const look = () => {
          const found = lines.find((each) => each["event"] === event);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
}

/** Arguments of one of several nodes on a database of the test's own. */
export function argvOnDatabase({ host, database, user }: TestConnection): string[] {
  const url = `postgres:///${database}?host=${host}&user=${user}`;
  return [`--database-url=${url}`, "--mode=development", "--log-level=warn", "--port=0"];
}

function environment(more: Readonly<Record<string, string>>) {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}), ...more };
}

/** Runs `posthorn` with these arguments to its end. */
export async function runPosthorn(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [...PROGRAM, ...argv], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment(env),
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  await once(child, "close");
  return { code: child.exitCode, stdout, stderr };
}

/** The operator key of an installation with the embedded database. */
export function readOperatorKey(dataDir: string): string {
  const text = readFileSync(`${dataDir}/operator.env`, "utf8");
  return /^POSTHORN_OPERATOR_KEY=(.*)$/m.exec(text)?.[1] ?? "";
}

/** The process id of the embedded postmaster; undefined when it has cleaned up behind itself. */
export function postmasterPid(dataDir: string): number | undefined {
  const file = `${dataDir}/postgres/postmaster.pid`;
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : undefined;
}

/** Whether a process of this id runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) !== "Z";
  } catch {
    return false;
  }
}
