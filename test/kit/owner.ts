/** Owners of an embedded database as processes, to be killed and stopped. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./embedded-owner.ts", import.meta.url));

export interface Owner {
  readonly pid: number;
  /** Resolves when it has logged this event. */
  line(event: string): Promise<Record<string, unknown>>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
}

export interface OwnerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** A command that runs the process. */
  readonly prefix?: readonly string[];
  readonly onSpawn?: (child: ChildProcess) => void;
}

/** Rejects with code and sentence when the database does not start. */
export async function startOwner(dataDir: string, options: OwnerOptions = {}): Promise<Owner> {
  const { uid, env, prefix = [] } = options;
  const [command = "", ...args] = [...prefix, process.execPath, PROGRAM, dataDir];
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  options.onSpawn?.(child);
  let printed = "";
  child.stderr.on("data", (chunk) => (printed += chunk));
  const lines = readLines(child);
  const exited = once(child, "exit");
  const ended = exited.then(([code, signal]) => {
    throw new Error(`ended with ${code ?? signal}: ${printed}`);
  });
  const first = await Promise.race([lines.next(["ready", "refused"]), ended]);
  if (first["event"] === "refused") throw new Error(`${first["code"]}: ${first["message"]}`);
  ended.catch(() => {});
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    pid: child.pid ?? 0,
    line: (event) => lines.next([event]),
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
}

function readLines(child: ChildProcess) {
  const seen: Record<string, unknown>[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout) {
    createInterface({ input: child.stdout }).on("line", (text) => {
      seen.push(JSON.parse(text));
      for (const look of waiting) look();
    });
  }
  return {
    next(events: readonly string[]): Promise<Record<string, unknown>> {
      return new Promise((resolve) => {
        const look = () => {
          const line = seen.find((each) => events.includes(String(each["event"])));
          if (!line) return;
          waiting.delete(look);
          resolve(line);
        };
        waiting.add(look);
        look();
      });
    },
  };
}
