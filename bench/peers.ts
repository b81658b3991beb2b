/** What others would take for the same job, on the same PostgreSQL, posting the same signed bodies to the same receiver. */
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { hash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connection } from "../packages/server/src/db/address.ts";
import type { BurdenOptions } from "./burdens.ts";
import { startServer } from "./server.ts";
import { round } from "./statistics.ts";

export const PEERS = ["graphile-worker", "pg-boss"] as const;
export type Peer = (typeof PEERS)[number];

export interface PeerResult {
  readonly version: string;
  /** Published, sent and called done, per second. */
  readonly deliveriesPerSecond: number;
  readonly nodeCpuMicros: number;
  readonly postgresCpuMicros?: number | undefined;
}

/** What the process of a peer answers. */
export interface PeerReport {
  readonly finished: number;
  readonly seconds: number;
  readonly cpuMicros: number;
}

export async function measurePeer(options: BurdenOptions, peer: Peer): Promise<PeerResult> {
  const packages = installPeers();
  mkdirSync(options.folder);
  // Its server is idle; its PostgreSQL is what the product brings.
  await using server = await startServer({ ...options, role: "api" });
  const database = `peer_${peer.replace("-", "_")}_${process.pid}`;
  await server.database.sql.unsafe(`create database ${database}`);
  const url = connectionUrl(server.connection, database);
  const { receiver, payload, seconds } = options;
  const args = [peer, packages, url, `${receiver.url}/peer`, String(payload), String(seconds)];
  const child = fork(join(import.meta.dirname, "peers-process.ts"), args, {
    stdio: ["ignore", 2, 2, "ipc"],
  });
  const exited = once(child, "exit").then(() => [undefined]);
  await once(child, "message");
  const before = server.usage()?.postgresMicros;
  const [report] = await Promise.race([once(child, "message"), exited]);
  const after = server.usage()?.postgresMicros;
  if (report === undefined) throw new Error(`The process of ${peer} ended without a result.`);
  await exited;
  // Proof: peers-process.ts sends one PeerReport after its first message.
  const { finished, cpuMicros, seconds: took } = report as PeerReport;
  const postgres = before !== undefined && after !== undefined ? after - before : undefined;
  return {
    version: versionOf(packages, peer),
    deliveriesPerSecond: round(finished / took),
    nodeCpuMicros: round(cpuMicros / finished),
    postgresCpuMicros: postgres === undefined ? undefined : round(postgres / finished),
  };
}

/** Their packages are installed apart, by a lock of their own, and only when they are asked for. */
function installPeers(): string {
  const source = join(import.meta.dirname, "peers");
  const lock = readFileSync(join(source, "package-lock.json"), "utf8");
  const folder = join(tmpdir(), `posthorn-bench-peers-${hash("sha256", lock).slice(0, 12)}`);
  if (existsSync(join(folder, "node_modules", ".package-lock.json"))) return folder;
  mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) {
    copyFileSync(join(source, name), join(folder, name));
  }
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
  });
  return folder;
}

function versionOf(packages: string, peer: Peer): string {
  const text = readFileSync(join(packages, "node_modules", peer, "package.json"), "utf8");
  // Proof: every package has a version.
  return (JSON.parse(text) as { version: string }).version;
}

function connectionUrl(connection: Connection, database: string): string {
  if (typeof connection === "string") {
    const url = new URL(connection);
    url.pathname = `/${database}`;
    return url.href;
  }
  const { host, user, port } = connection;
  const query = new URLSearchParams({
    host,
    ...(port === undefined ? {} : { port: String(port) }),
  });
  return `postgresql://${user}@localhost/${database}?${query}`;
}
