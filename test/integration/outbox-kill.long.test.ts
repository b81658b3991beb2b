import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { embeddedConnection } from "../../packages/server/src/db/embedded.ts";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { installOutbox } from "../../packages/server/src/store/outbox-schema.ts";
import { seededRandom } from "../faults/random.ts";
import { urlOf } from "../kit/outbox.ts";
import { checkArrivals, emitLoad, prepareLoad, recordArrivals } from "../kit/outbox-load.ts";
import { startOwner } from "../kit/owner.ts";
import { freePort } from "../kit/port.ts";
import { isRunning, postmasterPid, startNode, type NodeProcess } from "../kit/process.ts";

const ROWS = Number(process.env["OUTBOX_ROWS"] ?? 100_000);
const SEED = Number(process.env["OUTBOX_SEED"] ?? 1);
const stopped = new AbortController();
const LOAD = { rows: ROWS, clients: 8, keys: 50, seed: SEED, signal: stopped.signal };
const KEYS = {
  POSTHORN_OPERATOR_KEY: formatApiKey("pho", randomBytes(32)),
  POSTHORN_MASTER_KEY: randomBytes(32).toString("base64"),
};
const DRAIN_MS_MAX = 120_000;

test(`${ROWS} rows, a tenth rolled back, while both databases and the nodes are killed: exactly the committed ones arrive, once, in order`, async () => {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-outbox-"));
  const shop = await openDatabase(join(folder, "shop"));
  const posthorn = await openDatabase(join(folder, "posthorn"));
  const nodes = [await openSlot(folder, posthorn.url), await openSlot(folder, posthorn.url)];
  try {
    await installOutbox(shop.sql, { emitters: [], relays: [] });
    await prepareLoad(shop.sql, LOAD.keys);
    await recordArrivals(posthorn.sql);
    await addOutbox(nodes[0]?.node.url ?? "", shop.url);
    const startedAt = performance.now();
    let isEmitting = true;
    const emitting = emitLoad(shop.sql, LOAD).finally(() => (isEmitting = false));
    const victims = {
      "a node": () => restart(nodes),
      "the operator's database": shop.kill,
      "Posthorn's database": posthorn.kill,
    };
    const kills = await killWhile(() => isEmitting, victims);
    const emitted = await emitting;
    const emittedAt = performance.now();
    await drained([shop.sql, posthorn.sql], () =>
      nodes.map(({ node }) => describeNode(node)).join("\n"),
    );
    const drainedAt = performance.now();
    const { committed, arrived } = await patiently(() => checkArrivals(shop.sql, posthorn.sql));
    const [{ dead } = {}] = await shop.sql`select count(*)::int as dead from posthorn_outbox.dead`;
    const figures = {
      ...emitted,
      committed,
      arrived,
      kills,
      emittingSeconds: Math.round((emittedAt - startedAt) / 100) / 10,
      drainedAfterSeconds: Math.round((drainedAt - emittedAt) / 100) / 10,
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    assert.equal(arrived, committed);
    assert.equal(dead, 0);
    const share = emitted.rolledBack / (emitted.transactions - emitted.interrupted);
    assert.ok(share > 0.05 && share < 0.15, `${share} rolled back`);
    for (const [victim, count] of Object.entries(kills)) assert.ok(count > 0, `${victim} lived on`);
  } finally {
    stopped.abort();
    for (const { node } of nodes) await node.kill();
    await shop.close();
    await posthorn.close();
    await rm(folder, { recursive: true, force: true });
  }
});

interface Database {
  readonly url: string;
  readonly sql: Pool;
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** An embedded PostgreSQL that waits for the disk, and whose owner starts it again when it is killed. */
async function openDatabase(dataDir: string): Promise<Database> {
  const owner = await startOwner(dataDir);
  const connection = embeddedConnection(dataDir);
  const sql = createPool(connection, { max: LOAD.clients + 2, applicationName: "outbox test" });
  return {
    url: urlOf(connection),
    sql,
    async kill() {
      const pid = postmasterPid(dataDir);
      // It may be dead already and not up again.
      if (pid !== undefined && isRunning(pid)) process.kill(pid, "SIGKILL");
    },
    async close() {
      await sql.end({ timeout: 5 });
      await owner.stop();
    },
  };
}

interface Slot {
  node: NodeProcess;
  restart(): Promise<void>;
}

async function openSlot(folder: string, databaseUrl: string): Promise<Slot> {
  const port = await freePort();
  const argv = ["--port", String(port), "--database-url", databaseUrl, "--mode", "development"];
  argv.push("--data-dir", join(folder, `node-${port}`), "--log-level", "info");
  const slot: Slot = {
    node: await startNode(argv, KEYS),
    async restart() {
      await slot.node.kill();
      slot.node = await patiently(() => startNode(argv, KEYS));
    },
  };
  return slot;
}

/** On a busy machine a killed server needs its time: its children hold the memory, and then the log is read again. */
const PATIENCE_MS_MAX = 120_000;

/** Again while a database is on its way back: a node that is started meanwhile says so and ends. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + PATIENCE_MS_MAX;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof assert.AssertionError || performance.now() > until) throw error;
      await wait(500);
    }
  }
}

async function restart(slots: readonly Slot[]): Promise<void> {
  const random = seededRandom(SEED + performance.now());
  await slots[Math.floor(random() * slots.length)]?.restart();
}

async function addOutbox(url: string, databaseUrl: string): Promise<void> {
  const answer = await fetch(`${url}/api/outboxes`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${KEYS.POSTHORN_OPERATOR_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ databaseUrl }),
  });
  assert.equal(answer.status, 201, await answer.text());
}

/** Each victim once at least, and on while the load lasts, at moments that nobody chose. */
async function killWhile(
  isGoingOn: () => boolean,
  victims: Readonly<Record<string, () => Promise<void>>>,
): Promise<Record<string, number>> {
  const random = seededRandom(SEED);
  const names = Object.keys(victims);
  const kills = Object.fromEntries(names.map((name) => [name, 0]));
  for (let number = 0; number < names.length || isGoingOn(); number++) {
    await wait(2_000 + random() * 10_000);
    const chosen = number < names.length ? number : Math.floor(random() * names.length);
    const name = names[chosen] ?? "";
    await victims[name]?.();
    kills[name] = (kills[name] ?? 0) + 1;
  }
  return kills;
}

/** What it said last: there is the reason why nothing moves. */
function describeNode({ lines, child, complaints }: NodeProcess): string {
  const said = lines.slice(-8).map((line) => JSON.stringify(line).slice(0, 400));
  return [`pid ${child.pid}, exit ${child.exitCode}`, ...said, complaints()].join("\n");
}

/** Both databases may still be on their way back. */
async function drained(databases: readonly [Pool, Pool], describe: () => string): Promise<void> {
  const until = performance.now() + DRAIN_MS_MAX;
  while (performance.now() < until) {
    const [waiting] = await Promise.all([
      databases[0]`select from posthorn_outbox.waiting limit 1`,
      databases[1]`select 1`,
    ]).catch(() => []);
    if (waiting?.length === 0) return;
    await wait(50);
  }
  assert.fail(`rows still wait\n${describe()}`);
}
