import { execFileSync } from "node:child_process";
import { usage } from "./failure.ts";
import type { Io } from "./io.ts";

const COMMAND_MS_MAX = 30_000;
/** Variables that a file beside the code may name. */
const OWN_VARIABLE = /^POSTHORN_/;

/**
 * The key that a text stands for: itself, `env:NAME`, or `cmd:command`, whose first line of output it is. From a file
 * that came with somebody's code (`isTrusted` false) no command is run, and no variable is read that was not meant for
 * us: cloning a repository must not be enough to run its commands or to hand over a secret.
 */
export function readKeySource(
  env: Io["env"],
  text: string,
  { isTrusted }: { readonly isTrusted: boolean },
): string {
  if (text.startsWith("env:")) return fromVariable(env, text.slice("env:".length), isTrusted);
  if (!text.startsWith("cmd:")) return text;
  if (!isTrusted) {
    throw usage("cmd: is not run from a file in ./.posthorn; put it into the file in your home.");
  }
  return fromCommand(env, text.slice("cmd:".length));
}

function fromVariable(env: Io["env"], name: string, isTrusted: boolean): string {
  if (!isTrusted && !OWN_VARIABLE.test(name)) {
    throw usage("A file in ./.posthorn may only name variables that begin with POSTHORN_.");
  }
  const value = env[name];
  if (!value) throw usage(`The variable ${name} is not set.`);
  return value;
}

function fromCommand(env: Io["env"], command: string): string {
  try {
    const output = execFileSync("/bin/sh", ["-c", command], {
      env: { ...env },
      timeout: COMMAND_MS_MAX,
      stdio: ["inherit", "pipe", "inherit"],
      encoding: "utf8",
    });
    const [first = ""] = output.trim().split("\n", 1);
    if (first !== "") return first;
  } catch {
    // Its own words stand on stderr already; its output may hold a part of the key.
    throw usage(`The command that prints the key has failed: ${command}`);
  }
  throw usage(`The command that prints the key has printed nothing: ${command}`);
}
