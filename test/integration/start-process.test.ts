import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { eventually } from "../kit/eventually.ts";
import { freePort } from "../kit/port.ts";
import {
  isRunning,
  postmasterPid,
  readOperatorKey,
  runPosthorn,
  startNode,
  type NodeProcess,
} from "../kit/process.ts";

let folder = "";
let count = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posthorn-start-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** What the first test has made, stopped; to make one takes seconds. */
let made = "";

async function nextStart() {
  const dataDir = join(folder, `data-${(count += 1)}`);
  const port = await freePort();
  return { dataDir, port, argv: ["--port", String(port), "--data-dir", dataDir] };
}

/** An installation that has been started before. */
async function nextInstallation() {
  const next = await nextStart();
  await cp(made, next.dataDir, { recursive: true, preserveTimestamps: true });
  await cp(`${made}.master-key`, `${next.dataDir}.master-key`);
  return next;
}

/** Ends with the test, also when that fails. */
async function start(t: TestContext, argv: readonly string[]): Promise<NodeProcess> {
  const node = await startNode(argv);
  t.after(node.kill);
  return node;
}

test("a first start makes keys for its owner alone, and the second finds them", async (t) => {
  const { argv, dataDir, port } = await nextStart();
  const first = await start(t, argv);
  assert.equal(first.url, `http://127.0.0.1:${port}`);
  assert.equal((await fetch(`${first.url}/readyz`)).status, 200);
  for (const line of first.lines) {
    assert.ok(Number.isInteger(line["level"]) && Date.parse(String(line["time"])), String(line));
  }
  for (const file of [join(dataDir, "operator.env"), `${dataDir}.master-key`]) {
    assert.equal((await stat(file)).mode & 0o777, 0o600, file);
  }
  const key = readOperatorKey(dataDir);
  assert.match(key, /^pho_/);
  const keys = await readFile(join(dataDir, "operator.env"), "utf8");
  assert.match(keys, new RegExp(`^POSTHORN_ORGANIZATION=${first.organizationId}$`, "m"));
  assert.ok(!JSON.stringify(first.lines).includes(key), "the key is in the log");
  const welcomeFile = String((await first.line("ready"))["welcomeFile"]);
  const welcome = (await readFile(welcomeFile, "utf8")).trim();
  assert.equal((await stat(welcomeFile)).mode & 0o777, 0o600);
  assert.ok(welcome.startsWith(`${first.url}/welcome?once=`), welcome);
  const token = new URL(welcome).searchParams.get("once") ?? "";
  assert.ok(!JSON.stringify(first.lines).includes(token), "the set-up link is in the log");
  assert.equal(await first.stop(), 0);
  assert.equal(postmasterPid(dataDir), undefined);
  made = dataDir;

  const second = await start(t, argv);
  assert.equal(second.organizationId, first.organizationId);
  assert.equal(readOperatorKey(dataDir), key);
  const replaced = await call({ url: first.url, key }, "POST", "/api/setup", { token });
  assert.equal(replaced, 410, "each start makes a link of its own");
  const newer = new URL((await readFile(welcomeFile, "utf8")).trim()).searchParams.get("once");
  const person = { email: "o@example.com", name: "O", password: "the horse eats at noon" };
  const used = { token: newer, ...person };
  assert.equal(await call({ url: first.url, key }, "POST", "/api/setup", used), 201);
  assert.equal(await second.stop(), 0);

  const third = await start(t, argv);
  assert.equal((await third.line("ready"))["welcomeFile"], undefined);
  await assert.rejects(stat(welcomeFile), { code: "ENOENT" });
  assert.equal(await third.stop(), 0);
  assert.equal(first.complaints() + second.complaints(), "");
});

test("a second start on the same data directory says who runs there, and ends with 1", async (t) => {
  const { argv } = await nextInstallation();
  const first = await start(t, argv);
  const second = await runPosthorn(["start", ...argv]);
  assert.equal(second.code, 1);
  assert.equal(
    second.stderr,
    `posthorn: Posthorn is already running (pid ${first.pid}) on this data directory. ` +
      "Stop it, or choose another --data-dir.\n",
  );
  assert.equal(await first.stop(), 0);
});

test("a port in use is told in a sentence, and no PostgreSQL stays", async () => {
  const { argv, dataDir, port } = await nextInstallation();
  const holder = createServer().listen(port, "127.0.0.1");
  await once(holder, "listening");
  const { code, stderr } = await runPosthorn(["start", ...argv]);
  holder.close();
  assert.equal(code, 1);
  assert.match(stderr, /address already in use 127\.0\.0\.1:\d+\. Choose another --port\.\n$/);
  await gone(postmasterPid(dataDir));
});

test("all problems of the settings are listed at once, and end with 2", async () => {
  const argv = ["start", "--prot", "1", "--workers", "0", "--mode", "staging"];
  const { code, stdout, stderr } = await runPosthorn(argv, { POSTHORN_DATABSE_URL: "x" });
  assert.equal(code, 2);
  assert.equal(stdout, "");
  for (const word of ["--prot", "--workers", "--mode", "POSTHORN_DATABSE_URL"]) {
    assert.match(stderr, new RegExp(`^posthorn: .*${word}`, "m"));
  }
});

test("`posthorn config` shows each setting with its origin, and no secret", async () => {
  const { argv, dataDir } = await nextStart();
  const secret = "pho_Ou0938SB4MVgIkKelGMHwSn7Ta0D2S0zYeXV";
  const env = { POSTHORN_OPERATOR_KEY: secret, POSTHORN_RETENTION_DAYS: "7" };
  const { code, stdout } = await runPosthorn(["config", ...argv], env);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`--data-dir +POSTHORN_DATA_DIR +${dataDir} +flag`));
  assert.match(stdout, /--retention-days +POSTHORN_RETENTION_DAYS +7 +environment/);
  assert.match(stdout, /--host +POSTHORN_HOST +127\.0\.0\.1 +default/);
  assert.match(stdout, /POSTHORN_OPERATOR_KEY +\(hidden\) +environment/);
  assert.ok(!stdout.includes(secret));
});

test("kill -9 leaves no PostgreSQL, and the next start works at once", async (t) => {
  const { argv, dataDir } = await nextInstallation();
  const killed = await start(t, argv);
  const postmaster = postmasterPid(dataDir);
  await killed.kill();
  const next = await start(t, argv);
  await gone(postmaster);
  assert.equal(await next.stop(), 0);
});

test("while PostgreSQL is away the API answers 503, never 500, and recovers by itself", async (t) => {
  const { argv, dataDir } = await nextInstallation();
  const node = await start(t, argv);
  const operatorKey = readOperatorKey(dataDir);
  const { organizationId } = node;
  const to = { url: node.url, key: operatorKey };
  const statuses = new Set<number>();
  const ask = async () => {
    const event = { type: "order.created", data: {}, organizationId };
    const found = await Promise.all([
      call(to, "POST", "/api/events", event),
      call(to, "GET", `/api/webhooks?organizationId=${organizationId}`),
      call(to, "POST", "/api/organizations", { name: "Another" }),
    ]);
    for (const status of found) statuses.add(status);
    return found.every((status) => status < 300);
  };
  assert.ok(await ask());
  process.kill(postmasterPid(dataDir) ?? 0, "SIGKILL");
  await node.line("database.exited");
  while (!statuses.has(503)) await ask();
  await node.line("database.restarted");
  await eventually("it recovers", ask);
  assert.deepEqual([...statuses].sort(), [200, 201, 202, 503]);
  assert.equal(await node.stop(), 0);
});

test("on a terminal the first start shows its steps and the operator key, the second no key", async () => {
  const { argv, dataDir } = await nextStart();
  const first = await onTerminal(argv);
  assert.match(first, /✓ PostgreSQL 18 +embedded, ready in \d+\.\d s/);
  assert.match(first, /✓ schema +\d+ migrations/);
  assert.ok(first.includes(`Operator key   ${readOperatorKey(dataDir)}   shown this once`));
  assert.ok(first.includes(join(dataDir, "operator.env")));
  assert.match(first, /Open +http:\/\/127\.0\.0\.1:\d+\/welcome\?once=[\w-]{43}/);
  const second = await onTerminal(argv);
  assert.ok(!second.includes("pho_") && second.includes("Organization   org_"));
});

/** Starts on a pseudo terminal, presses Ctrl-C when it is ready, and answers what was shown. */
async function onTerminal(argv: readonly string[]): Promise<string> {
  const main = new URL("../../packages/server/src/main.ts", import.meta.url).pathname;
  // A shell that stayed in between would be ended by Ctrl-C, too, and answer 130 for itself.
  const line = ["exec", process.execPath, "--conditions=source", main, "start", ...argv].join(" ");
  const child = spawn("script", ["-qec", line, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.on("data", (chunk) => {
    const wasReady = shown.includes("Ctrl-C stops it");
    shown += chunk;
    if (!wasReady && shown.includes("Ctrl-C stops it")) child.stdin.write("\u0003");
  });
  const [code] = await once(child, "exit");
  assert.equal(code, 0, shown);
  return stripVTControlCharacters(shown);
}

async function call(
  request: { url: string; key: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<number> {
  const response = await fetch(request.url + path, {
    method,
    headers: { authorization: `Bearer ${request.key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  return response.status;
}

async function gone(pid: number | undefined): Promise<void> {
  for (let tries = 0; pid !== undefined && isRunning(pid); tries++) {
    assert.ok(tries < 3_000, `PostgreSQL ${pid} outlived its owner`);
    await wait(20);
  }
}
