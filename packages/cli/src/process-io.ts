import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Io } from "./io.ts";

/** After a signal a command has so long to say good-bye. */
const GOODBYE_MS = 3_000;
const INTERRUPTED = 130;

/** The process around the command line as it is. A second signal ends it at once. */
export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process;
  const interrupted = new AbortController();
  const interrupt = () => {
    interrupted.abort();
    // Whoever waits for input hears of nothing else.
    setTimeout(() => process.exit(INTERRUPTED), GOODBYE_MS).unref();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interrupt);
  return { stdin, stdout, stderr, env, fetch, interrupted: interrupted.signal, openPage };
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["explorer"],
};

/** Shows a page in the browser; false where there is none. */
async function openPage(url: string): Promise<boolean> {
  const [program = "xdg-open", ...args] = OPENERS[process.platform] ?? [];
  const child = spawn(program, [...args, url], { stdio: "ignore", detached: true });
  child.unref();
  const [event] = await Promise.race([
    once(child, "spawn").then(() => [true]),
    once(child, "error").then(() => [false]),
  ]).catch(() => [false]);
  return event === true;
}
