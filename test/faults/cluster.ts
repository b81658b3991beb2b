/** Nodes as real processes on one PostgreSQL, endpoints, and a receiver whose behaviour goes by path. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embeddedConnection } from "../../packages/server/src/db/embedded.ts";
import type { Connection } from "../../packages/server/src/db/address.ts";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { createDatabase, type TEMPLATES } from "../kit/database.ts";
import { startFaultProxy, type FaultProxy } from "../kit/fault-proxy.ts";
import { readOperatorKey } from "../kit/process.ts";
import { answerByPath, startReceiver, type Answer, type Receiver } from "../kit/receiver.ts";
import { Arrivals } from "./arrivals.ts";
import { guardTerminalStates } from "./guard.ts";
import type { Lane } from "./lane.ts";
import { Ledger } from "./ledger.ts";
import { startSlot, type Slot, type SlotOptions } from "./slot.ts";

/** Scaled down, so that a scenario sees several attempts within its seconds. */
const DELIVERY = Object.freeze({
  timeoutSeconds: 5,
  delaysSeconds: [0, 1, 2, 4, 5, 5, 5, 5, 5, 5],
  jitter: 0.1,
});
export const DEADLINE_MS = DELIVERY.timeoutSeconds * 1000;

/** Of every cluster on a server of the tests' own, as the environment of its nodes. */
export const KEYS = Object.freeze({
  POSTHORN_OPERATOR_KEY: formatApiKey("pho", randomBytes(32)),
  POSTHORN_MASTER_KEY: randomBytes(32).toString("base64"),
});

export interface ClusterOptions {
  /** Instead of the short times of the other scenarios. */
  readonly delivery?: { readonly timeoutSeconds: number; readonly delaysSeconds: number[] };
  /** Further settings of every node. */
  readonly argv?: readonly string[];
  /** How each node is started, by its number. */
  readonly slot?: (number: number) => SlotOptions & { readonly argv?: readonly string[] };
  /** All nodes at the same moment, instead of the second one when the first one is ready. */
  readonly startsAtOnce?: boolean;
  /** Each node reaches PostgreSQL through a proxy of its own. */
  readonly isProxied?: boolean;
  readonly template?: keyof typeof TEMPLATES;
  /** Default: `warn`. */
  readonly logLevel?: string;
}

export interface Cluster {
  readonly folder: string;
  readonly slots: readonly Slot[];
  readonly urls: readonly string[];
  /** One for each slot, where they were asked for. */
  readonly proxies: readonly FaultProxy[];
  readonly operatorKey: string;
  readonly receiver: Receiver;
  readonly arrivals: Arrivals;
  readonly ledger: Ledger;
  readonly sql: Pool;
  /** Of `sql`. */
  readonly connection: Exclude<Connection, string>;
  /** By number; lane 3 gets the events of type `load.3`. */
  readonly lanes: readonly Lane[];
  /** Paths whose requests are answered otherwise than their name says. */
  readonly behaviours: Map<string, Answer>;
  /** What nobody but the owner may ever read: searched for in everything that was printed. */
  readonly canaries: readonly string[];
  /** Adds an endpoint for the events of the next lane; its path is unique. */
  addLane(path: string, lane?: LaneOptions): Promise<Lane>;
  /** Throws when the answer is not 2xx. */
  call(path: string, body?: unknown, method?: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface LaneOptions {
  readonly isDead?: boolean;
  /** In place of the cluster's receiver. */
  readonly url?: string;
}

/** Clusters that a scenario has not closed, because it failed on the way. */
const open = new Set<Cluster>();

export async function closeAll(): Promise<void> {
  for (const cluster of open) await cluster.close();
}

/** Starts `nodes` nodes on a new database of a server of the tests' own. */
export async function startCluster(nodes: number, options: ClusterOptions = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-faults-"));
  const database = await createDatabase(options.template);
  const sql = createPool(database.connection, { max: 4, applicationName: "fault tests" });
  await flushToDisk(sql);
  const { host, database: name, user } = database.connection;
  const shared = [
    `--profile=${await writeProfile(folder, options.delivery)}`,
    "--mode=development",
    `--log-level=${options.logLevel ?? "warn"}`,
    ...(options.argv ?? []),
  ];
  const proxies: FaultProxy[] = [];
  const start = async (number: number) => {
    let url = `postgres:///${name}?host=${host}&user=${user}`;
    if (options.isProxied) {
      const proxy = await startFaultProxy(join(host, SOCKET_FILE));
      proxies.push(proxy);
      url = `postgres://${user}@127.0.0.1:${proxy.port}/${name}`;
    }
    const { env, argv: own = [], ...how } = options.slot?.(number) ?? {};
    const argv = [
      ...shared,
      ...own,
      `--database-url=${url}`,
      `--data-dir=${join(folder, `node-${number}`)}`,
    ];
    return startSlot(argv, { ...how, env: { ...KEYS, ...env } });
  };
  // The first one sets the installation up.
  const numbers = Array.from({ length: nodes }, (_, number) => number);
  const slots: Slot[] = [];
  if (options.startsAtOnce) slots.push(...(await Promise.all(numbers.map(start))));
  else for (const number of numbers) slots.push(await start(number));
  await guardTerminalStates(sql);
  const { connection } = database;
  const parts = {
    folder,
    slots,
    sql,
    connection,
    proxies,
    operatorKey: KEYS.POSTHORN_OPERATOR_KEY,
  };
  return assemble({ ...parts, canaries: Object.values(KEYS) }, async () => {
    for (const proxy of proxies) await proxy.close();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });
}

const SOCKET_FILE = ".s.PGSQL.5432";

/** One node with an embedded PostgreSQL, by default in a folder of its own. */
export async function startEmbeddedNode(
  options: { readonly dataDir?: string; readonly folder?: string } = {},
): Promise<Cluster & { readonly dataDir: string }> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "posthorn-faults-")));
  const dataDir = options.dataDir ?? join(folder, "data");
  const argv = ["--data-dir", dataDir, "--log-level", "warn"];
  const slot = await startSlot([...argv, "--profile", await writeProfile(folder)], {});
  const connection = embeddedConnection(dataDir);
  const sql = createPool(connection, { max: 4, applicationName: "fault tests" });
  await guardTerminalStates(sql);
  const operatorKey = readOperatorKey(dataDir);
  const cluster = await assemble(
    { folder, slots: [slot], sql, connection, operatorKey, proxies: [], canaries: [operatorKey] },
    // A folder that was given is its giver's to remove.
    async () => {
      if (!options.folder) await rm(folder, { recursive: true, force: true });
    },
  );
  return Object.assign(cluster, { dataDir });
}

/** The kit's server does not wait for the disk; a node that is killed must not owe its safety to that. */
async function flushToDisk(sql: Pool): Promise<void> {
  await sql`alter system set fsync = on`;
  await sql`select pg_reload_conf()`;
}

async function writeProfile(
  folder: string,
  delivery: ClusterOptions["delivery"] = DELIVERY,
): Promise<string> {
  const path = join(folder, "profile.json");
  const profile = {
    id: "faults",
    title: "Fault tests",
    source: "The times of the default profile, shortened",
    extends: "default",
    delivery,
  };
  await writeFile(path, JSON.stringify(profile));
  return path;
}

type Parts = Pick<
  Cluster,
  "folder" | "slots" | "sql" | "connection" | "operatorKey" | "proxies" | "canaries"
>;

async function assemble(parts: Parts, closeDatabase: () => Promise<void>): Promise<Cluster> {
  const { folder, slots, sql, operatorKey } = parts;
  const arrivals = new Arrivals();
  const behaviours = new Map<string, Answer>();
  const receiver = await startReceiver({
    keepsRequests: false,
    answer(request, response) {
      arrivals.add(request);
      (behaviours.get(request.path) ?? answerByPath)(request, response);
    },
  });
  const ledger = await Ledger.open(join(folder, "ledger.jsonl"));
  const lanes: Lane[] = [];
  let laneCount = 0;
  const canaries = [...parts.canaries];
  const call = (path: string, body?: unknown, method = "POST") =>
    ask(`${slots[0]?.url ?? ""}${path}`, { operatorKey, body, method });
  const cluster: Cluster = {
    ...parts,
    urls: slots.map(({ url }) => url),
    canaries,
    receiver,
    arrivals,
    ledger,
    lanes,
    behaviours,
    call,
    async addLane(path, { isDead = false, url = `${receiver.url}${path}` } = {}) {
      const number = laneCount++;
      const made = await call("/api/webhooks", { url, events: [`load.${number}`] });
      const { id, secret } = made as { id: string; secret: string }; // Proof: contract, POST /api/webhooks.
      const endpointUuid = parseId("ep", id) ?? "";
      const lane = { number, path, endpointId: id, endpointUuid, secrets: [secret], isDead };
      lanes[number] = lane;
      canaries.push(secret);
      arrivals.expect(lane);
      return lane;
    },
    async close() {
      if (!open.delete(cluster)) return;
      for (const proxy of parts.proxies) proxy.restore();
      await Promise.all(slots.map((slot) => slot.stop()));
      await receiver.close();
      await ledger.close();
      await sql.end({ timeout: 5 });
      await closeDatabase();
    },
  };
  open.add(cluster);
  return cluster;
}

async function ask(
  url: string,
  { operatorKey, body, method }: { operatorKey: string; body: unknown; method: string },
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${operatorKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url} was answered ${answer.status}: ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}
