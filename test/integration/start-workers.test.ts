import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { randomBytes } from "../../packages/server/src/platform/random.ts";
import { createDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { freePort } from "../kit/port.ts";
import { isRunning, postmasterPid, readOperatorKey, startNode } from "../kit/process.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";

let folder = "";
/** Made by the first start: the others find it. */
let dataDir = "";
let receiver: Receiver;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posthorn-workers-"));
  dataDir = join(folder, "data");
  receiver = await startReceiver();
});
after(async () => {
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(
  t: TestContext,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const port = await freePort();
  const node = await startNode(["--port", String(port), ...argv], env);
  t.after(node.kill);
  return node;
}

test("two workers serve one port; one that is killed is replaced; SIGTERM ends all with 0", async (t) => {
  const node = await start(t, ["--data-dir", dataDir, "--workers", "2"]);
  const key = readOperatorKey(dataDir);
  await createEndpoint({ url: node.url, key }, "/status/200?two");
  const workers = childrenOf(node.pid);
  assert.equal(workers.length, 2);
  process.kill(workers[0] ?? 0, "SIGKILL");
  await node.line("worker.exited");
  await eventually("a new worker", () => childrenOf(node.pid).length === 2);
  // While it starts the other one answers.
  const sent = await Promise.all(Array.from({ length: 20 }, () => publish({ url: node.url, key })));
  assert.deepEqual(new Set(sent), new Set([202]));
  await eventually("the events arrive", () => arrivals("/status/200?two") >= 20);
  // Whichever process a scrape meets, it is about both.
  const scrapes = Array.from({ length: 6 }, async () => {
    const text = await (await fetch(`${node.url}/metrics`)).text();
    return /^posthorn_events_accepted_total (\d+)$/m.exec(text)?.[1];
  });
  assert.deepEqual(new Set(await Promise.all(scrapes)), new Set(["20"]));
  assert.equal(await node.stop(), 0);
  assert.equal(node.complaints(), "");
  assert.equal(postmasterPid(dataDir), undefined);
});

test("Ctrl-C, which reaches every process of the group, is as graceful as SIGTERM", async (t) => {
  const node = await start(t, ["--data-dir", dataDir, "--workers", "2"]);
  const to = { url: node.url, key: readOperatorKey(dataDir) };
  await createEndpoint(to, "/slow/1000?ctrl-c");
  assert.equal(await publish(to), 202);
  await eventually("the event arrives", () => arrivals("/slow/1000?ctrl-c") === 1);
  const workers = childrenOf(node.pid);
  process.kill(-node.pid, "SIGINT");
  const [code] = await new Promise<[number | null]>((resolve) =>
    node.child.once("exit", (code) => resolve([code])),
  );
  assert.equal(code, 0);
  assert.ok(workers.every((pid) => !isRunning(pid)));
});

test("kill -9 of the parent takes the workers and PostgreSQL along", async (t) => {
  const node = await start(t, ["--data-dir", dataDir, "--workers", "2"]);
  const pids = [...childrenOf(node.pid), postmasterPid(dataDir) ?? 0];
  await node.kill();
  await eventually("nothing outlives the parent", () => !pids.some(isRunning));
});

test("what an api node accepts a worker node delivers", async (t) => {
  const database = await createDatabase();
  const { host, database: name } = database.connection;
  const url = `postgres:///${name}?host=${host}&user=posthorn`;
  const operatorKey = formatApiKey("pho", randomBytes(32));
  const env = {
    POSTHORN_OPERATOR_KEY: operatorKey,
    POSTHORN_MASTER_KEY: randomBytes(32).toString("base64"),
    POSTHORN_DATABASE_URL: url,
  };
  const mode = ["--mode", "development"];
  const [api, worker] = await Promise.all([
    start(t, [...mode, "--role", "api"], env),
    start(t, [...mode, "--role", "worker"], env),
  ]);
  const to = { url: api.url, key: operatorKey };
  await createEndpoint(to, "/status/200?roles");
  for (let index = 0; index < 5; index++) assert.equal(await publish(to), 202);
  await eventually("the worker delivers", () => arrivals("/status/200?roles") === 5);
  assert.equal((await fetch(`${worker.url}/readyz`)).status, 200);
  assert.equal(await publish({ url: worker.url, key: operatorKey }), 404);
  assert.equal(await api.stop(), 0);
  assert.equal(await worker.stop(), 0);
  await database.close();
});

const arrivals = (path: string) =>
  receiver.requests.filter((request) => request.path === path).length;

interface Target {
  readonly url: string;
  readonly key: string;
}

async function createEndpoint(to: Target, path: string): Promise<void> {
  const body = { url: receiver.url + path, events: ["*"] };
  assert.equal(await post(to, "/api/webhooks", body), 201);
}

const publish = (to: Target) => post(to, "/api/events", { type: "order.created", data: {} });

async function post({ url, key }: Target, path: string, body: unknown): Promise<number> {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Node processes only: the watchdog of PostgreSQL is a child, too. */
function childrenOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return children
    .map(Number)
    .filter((child) => isRunning(child))
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, "utf8").includes("main.ts"));
}
