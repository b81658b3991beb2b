/**
 * Runs a program on a Node that is new enough: this one, or the one that npm has installed beside us as an optional
 * package for this platform. So `npx` works from any Node that npm itself runs on. Written for Node 20.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_MAJOR_MIN = 24;

/** `program` is the file to run, and the place from where the platform packages are looked for. */
export async function launch(program: URL): Promise<void> {
  const { versions, argv, env } = process;
  if (Number(versions.node.split(".")[0]) >= NODE_MAJOR_MIN) {
    await import(program.href);
    return;
  }
  const node = findNode(program);
  if (node === undefined) {
    process.stderr.write(
      `Posthorn needs Node ${NODE_MAJOR_MIN} or newer. This is ${versions.node}, ` +
        `and npm has installed none for ${process.platform} on ${process.arch}.\n`,
    );
    process.exitCode = 1;
    return;
  }
  const args = [fileURLToPath(program), ...argv.slice(2)];
  // Where this process can become the other one, nobody stands between it and the signals.
  if (typeof process.execve === "function" && process.platform !== "win32") {
    process.execve(node, [node, ...args], env);
  }
  await follow(node, args);
}

function findNode(program: URL): string | undefined {
  const require = createRequire(program);
  const isWindows = process.platform === "win32";
  const platform = isWindows ? "win" : process.platform;
  for (const start of ["node", "node-bin"]) {
    try {
      const manifest = require.resolve(`${start}-${platform}-${process.arch}/package.json`);
      const binary = join(dirname(manifest), "bin", isWindows ? "node.exe" : "node");
      if (existsSync(binary)) return binary;
    } catch {
      // Not installed: it is for another platform.
    }
  }
  return undefined;
}

/** Ends as the child does, and hands on the signals that are sent to this process alone. */
async function follow(node: string, args: readonly string[]): Promise<void> {
  const child = spawn(node, args, { stdio: "inherit" });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      for (const each of signals) process.off(each, forward);
      if (signal) process.kill(process.pid, signal);
      else process.exitCode = code ?? 1;
      resolve();
    });
  });
}
