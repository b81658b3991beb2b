/** Nodes as real processes on one PostgreSQL, endpoints, and a receiver whose behaviour goes by path. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedConnection } from "../../packages/server/src/db/embedded.ts";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { createDatabase } from "../kit/database.ts";
import { freePort } from "../kit/port.ts";
import { readOperatorKey, startNode, type NodeProcess } from "../kit/process.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { Ledger } from "./ledger.ts";

/** Scaled down, so that a scenario sees several attempts within its seconds. */
const PROFILE = Object.freeze({
  id: "faults",
  title: "Fault tests",
  source: "The times of the default profile, shortened",
  extends: "default",
  delivery: { timeoutSeconds: 5, delaysSeconds: [0, 1, 2, 4, 5, 5, 5, 5, 5, 5], jitter: 0.1 },
});
export const DEADLINE_MS = PROFILE.delivery.timeoutSeconds * 1000;

const KEYS = Object.freeze({
  POSTHORN_OPERATOR_KEY: formatApiKey("pho", randomBytes(32)),
  POSTHORN_MASTER_KEY: randomBytes(32).toString("base64"),
});

/** One place for a node: the process changes, the address stays. */
export interface Slot {
  readonly url: string;
  node: NodeProcess;
  /** Starts a node here again after the last one has ended. */
  restart(): Promise<void>;
}

export interface Lane {
  /** Path and query at the receiver. */
  readonly path: string;
  readonly endpointId: string;
  readonly secret: string;
}

export interface Cluster {
  readonly folder: string;
  readonly slots: readonly Slot[];
  readonly urls: readonly string[];
  readonly operatorKey: string;
  readonly receiver: Receiver;
  readonly ledger: Ledger;
  readonly sql: Pool;
  /** By number; lane 3 gets the events of type `load.3`. */
  readonly lanes: Lane[];
  /** Adds an endpoint for the events of the next lane. */
  addLane(path: string): Promise<Lane>;
  /** Throws when the answer is not 2xx. */
  post(path: string, body: unknown): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts `nodes` nodes on a new database of a server of the tests' own. */
export async function startCluster(nodes: number): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-faults-"));
  const database = await createDatabase();
  const sql = createPool(database.connection, { max: 2, applicationName: "fault tests" });
  await flushToDisk(sql);
  const { host, database: name, user } = database.connection;
  const shared = [
    `--database-url=postgres:///${name}?host=${host}&user=${user}`,
    `--profile=${await writeProfile(folder)}`,
    "--mode=development",
    "--log-level=warn",
  ];
  const slots: Slot[] = [];
  // The first one sets the installation up.
  for (let number = 0; number < nodes; number++) {
    const dataDir = join(folder, `node-${number}`);
    slots.push(await startSlot([...shared, "--data-dir", dataDir], KEYS));
  }
  const parts = { folder, slots, sql, operatorKey: KEYS.POSTHORN_OPERATOR_KEY };
  return assemble(parts, () => database.close());
}

/** One node with an embedded PostgreSQL. */
export async function startEmbeddedNode(): Promise<Cluster & { readonly dataDir: string }> {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-faults-"));
  const dataDir = join(folder, "data");
  const argv = ["--data-dir", dataDir, "--log-level", "warn"];
  const slot = await startSlot([...argv, "--profile", await writeProfile(folder)], {});
  const connection = embeddedConnection(dataDir);
  const sql = createPool(connection, { max: 2, applicationName: "fault tests" });
  const parts = { folder, slots: [slot], sql, operatorKey: readOperatorKey(dataDir) };
  return { ...(await assemble(parts, async () => {})), dataDir };
}

/** The kit's server does not wait for the disk; a node that is killed must not owe its safety to that. */
async function flushToDisk(sql: Pool): Promise<void> {
  await sql`alter system set fsync = on`;
  await sql`select pg_reload_conf()`;
}

async function writeProfile(folder: string): Promise<string> {
  const path = join(folder, "profile.json");
  await writeFile(path, JSON.stringify(PROFILE));
  return path;
}

/** Nodes lead process groups of their own, which nobody else would end. */
const running = new Set<NodeProcess>();
process.once("exit", () => {
  for (const node of running) node.child.kill("SIGKILL");
});

async function startSlot(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Slot> {
  const port = await freePort();
  const start = async () => {
    const node = await startNode([...argv, "--port", String(port)], env);
    running.add(node);
    node.child.once("exit", () => running.delete(node));
    return node;
  };
  const slot: Slot = {
    url: `http://127.0.0.1:${port}`,
    node: await start(),
    async restart() {
      slot.node = await start();
    },
  };
  return slot;
}

type Parts = Pick<Cluster, "folder" | "slots" | "sql" | "operatorKey">;

async function assemble(parts: Parts, closeDatabase: () => Promise<void>): Promise<Cluster> {
  const { folder, slots, sql, operatorKey } = parts;
  const receiver = await startReceiver();
  const ledger = await Ledger.open(join(folder, "ledger.jsonl"));
  const lanes: Lane[] = [];
  const post = (path: string, body: unknown) =>
    call(`${slots[0]?.url ?? ""}${path}`, operatorKey, body);
  return {
    ...parts,
    urls: slots.map(({ url }) => url),
    receiver,
    ledger,
    lanes,
    post,
    async addLane(path) {
      const events = [`load.${lanes.length}`];
      const made = await post("/api/webhooks", { url: `${receiver.url}${path}`, events });
      const { id, secret } = made as { id: string; secret: string }; // Proof: contract, POST /api/webhooks.
      const lane = { path, endpointId: id, secret };
      lanes.push(lane);
      return lane;
    },
    async close() {
      await Promise.all(slots.map(({ node }) => node.stop()));
      await receiver.close();
      await ledger.close();
      await sql.end({ timeout: 5 });
      await closeDatabase();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function call(url: string, operatorKey: string, body: unknown): Promise<unknown> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { authorization: `Bearer ${operatorKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${url} was answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}
