/** What receives the webhooks: nginx where there is one, else a small program of our own, each in its own process. */
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { HitLog } from "./hits.ts";
import { freePort, isListening, until } from "./ports.ts";

export interface Receiver extends AsyncDisposable {
  readonly kind: "nginx" | "node";
  /** Without a slash at the end; every path is answered with 200. */
  readonly url: string;
  readonly log: HitLog;
}

export async function startReceiver(folder: string): Promise<Receiver> {
  const home = join(folder, "receiver");
  mkdirSync(home);
  const port = await freePort();
  const log = join(home, "hits.log");
  writeFileSync(log, "");
  const nginx = findNginx();
  const child = nginx ? startNginx(nginx, { home, port, log }) : startNode(port, log);
  await until(`the receiver listens on port ${port}`, () => isListening(port));
  return {
    kind: nginx ? "nginx" : "node",
    url: `http://127.0.0.1:${port}`,
    log: new HitLog(log),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

function findNginx(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, "nginx")).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not here; the next folder may have it.
    return false;
  }
}

interface Place {
  readonly home: string;
  readonly port: number;
  readonly log: string;
}

function startNginx(binary: string, place: Place): ChildProcess {
  const config = join(place.home, "nginx.conf");
  writeFileSync(config, nginxConfig(place));
  const args = ["-c", config, "-p", place.home, "-e", join(place.home, "error.log")];
  const child = spawn(binary, args, { stdio: ["ignore", 2, 2] });
  process.once("exit", () => child.kill("SIGTERM"));
  return child;
}

/** One worker, so that it costs little beside what is measured; no limit on requests of a connection. */
function nginxConfig({ home, port, log }: Place): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${home}/${name};`)
    .join(" ");
  return `daemon off; worker_processes 1; pid ${home}/nginx.pid; error_log ${home}/error.log;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  ${temporary}
  log_format hits '$msec $http_webhook_id $uri';
  access_log ${log} hits buffer=256k flush=100ms;
  keepalive_requests 1000000000;
  keepalive_timeout 75s;
  client_body_buffer_size 512k;
  server { listen 127.0.0.1:${port} backlog=1024; location / { return 200; } }
}
`;
}

function startNode(port: number, log: string): ChildProcess {
  return fork(join(import.meta.dirname, "receiver-process.ts"), [String(port), log], {
    stdio: ["ignore", 2, 2, "ipc"],
  });
}
