/** The server under test: a child process as `posthorn start` makes it, with everything on. */
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { embeddedConnection } from "../packages/server/src/db/embedded.ts";
import type { Connection } from "../packages/server/src/db/address.ts";
import { createPool } from "../packages/server/src/db/pool.ts";
import { formatApiKey } from "../packages/server/src/domain/api-key.ts";
import { observe, type Database } from "./database.ts";
import { freePort, until } from "./ports.ts";
import { readUsage, type Usage } from "./usage.ts";

export interface BenchedServer extends AsyncDisposable {
  readonly port: number;
  readonly operatorKey: string;
  readonly database: Database;
  readonly connection: Connection;
  /** Answers the body; throws when the answer is not 2xx. */
  post(path: string, body: unknown): Promise<unknown>;
  usage(): Usage | undefined;
}

export interface ServerOptions {
  /** Empty; holds data and log. */
  readonly folder: string;
  readonly processes: number;
  readonly databaseUrl: string | undefined;
  readonly nodeArguments: readonly string[];
  /** Absent: it accepts and delivers. */
  readonly role?: "api";
}

const MAIN = join(import.meta.dirname, "../packages/server/src/main.ts");

/** An external database has no files beside it that hold the keys; the environment of the caller may. */
const KEYS = Object.freeze({
  POSTHORN_OPERATOR_KEY: formatApiKey("pho", randomBytes(32)),
  POSTHORN_MASTER_KEY: randomBytes(32).toString("base64"),
});

export async function startServer(options: ServerOptions): Promise<BenchedServer> {
  const port = await freePort();
  const log = join(options.folder, "server.log");
  const env = { ...(options.databaseUrl === undefined ? {} : KEYS), ...process.env };
  const child = launch({ ...options, port, log, env });
  await ready(child, log).catch(async (error: unknown) => {
    await stop(child);
    throw error;
  });
  const dataDir = join(options.folder, "data");
  const connection = options.databaseUrl ?? (await embeddedConnection(dataDir));
  const sql = createPool(connection, { max: 1, applicationName: "posthorn bench", engine: true });
  const database = await observe(sql);
  const operatorKey = env["POSTHORN_OPERATOR_KEY"] ?? readOperatorKey(dataDir);
  return {
    port,
    operatorKey,
    connection,
    database,
    post: (path, body) => post(`http://127.0.0.1:${port}${path}`, operatorKey, body),
    usage: () => readUsage(child.pid ?? 0, database.postmaster),
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await stop(child);
    },
  };
}

function launch(
  options: ServerOptions & { port: number; log: string; env: NodeJS.ProcessEnv },
): ChildProcess {
  const { folder, processes, databaseUrl, nodeArguments, port, log, env } = options;
  const args = ["--conditions=source", ...nodeArguments, MAIN, "start"];
  args.push("--port", String(port), "--data-dir", join(folder, "data"));
  args.push("--workers", String(processes), "--mode", "development");
  if (options.role !== undefined) args.push("--role", options.role);
  if (databaseUrl !== undefined) args.push("--database-url", databaseUrl);
  // A file and not a pipe: reading it would be work for this process during the measurement.
  const output = openSync(log, "a");
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", output, output],
    env,
    cwd: folder,
  });
  // However we end, the server and its database must not stay behind.
  process.once("exit", () => child.kill("SIGTERM"));
  return child;
}

function ready(child: ChildProcess, log: string): Promise<void> {
  return until("the server was ready", async () => {
    const text = readFileSync(log, "utf8");
    if (child.exitCode !== null) throw new Error(`The server did not start:\n${text}`);
    return text.includes('"event":"ready"');
  });
}

function readOperatorKey(dataDir: string): string {
  const text = readFileSync(join(dataDir, "operator.env"), "utf8");
  return /^POSTHORN_OPERATOR_KEY=(.*)$/m.exec(text)?.[1] ?? "";
}

async function post(url: string, operatorKey: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${operatorKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${url} was answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
