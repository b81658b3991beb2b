/** `posthorn export` and `import` as commands, and a copied data directory. */
import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { readOperatorKey, runPosthorn, startNode, type NodeProcess } from "../kit/process.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";

let folder = "";
let receiver: Receiver;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posthorn-keep-"));
  receiver = await startReceiver();
});
after(async () => {
  await receiver.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(t: TestContext, dataDir: string): Promise<NodeProcess> {
  const node = await startNode(["--port", "0", "--data-dir", dataDir]);
  t.after(node.kill);
  return node;
}

async function post(node: NodeProcess, key: string, path: string, body: unknown) {
  const response = await fetch(node.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  // oxlint-disable-next-line typescript/no-explicit-any -- Read field by field in assertions.
  const answer: any = await response.json();
  assert.ok(response.ok, JSON.stringify(answer));
  return answer;
}

const arrived = (id: string) =>
  receiver.requests.filter(({ headers }) => String(headers["webhook-id"]).endsWith(id.slice(4)));

async function publish(node: NodeProcess, key: string): Promise<string> {
  const { id } = await post(node, key, "/api/events", { type: "order.created", data: {} });
  return id;
}

test("a running node is exported by command, and its copy serves with the master key beside it", async (t) => {
  const dataDir = join(folder, "source");
  const node = await start(t, dataDir);
  const key = readOperatorKey(dataDir);
  await post(node, key, "/api/webhooks", { url: `${receiver.url}/status/200`, events: ["*"] });
  const id = await publish(node, key);
  await eventually("it is delivered", () => arrived(id)[0]);
  const file = join(folder, "backup.posthorn");
  const exported = await runPosthorn(["export", "--to", file, "--data-dir", dataDir]);
  assert.equal(exported.code, 0, exported.stderr);
  assert.match(exported.stderr, /^events +1 rows/m);
  assert.equal(exported.stdout, "");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(existsSync(`${file}.unfinished`), false);
  assert.equal(await node.stop(), 0);
  const stopped = await runPosthorn(["export", "--to", `${file}.2`, "--data-dir", dataDir]);
  assert.equal(stopped.code, 0, stopped.stderr);

  const copyDir = join(folder, "copy");
  const argv = ["import", "--from", file, "--data-dir", copyDir];
  const keyless = await runPosthorn(argv);
  assert.equal(keyless.code, 1);
  assert.match(
    keyless.stderr,
    /needs the master key whose SHA-256 begins with [0-9a-f]{12}\. None/,
  );
  const text = readFileSync(`${dataDir}.master-key`, "utf8");
  const masterKey = text.trim().slice("POSTHORN_MASTER_KEY=".length);
  const imported = await runPosthorn(argv, { POSTHORN_MASTER_KEY: masterKey });
  assert.equal(imported.code, 0, imported.stderr);
  assert.equal(readFileSync(`${copyDir}.master-key`, "utf8"), text);
  const again = await runPosthorn(argv);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /holds an installation already/);
  const copy = await start(t, copyDir);
  const next = await publish(copy, readOperatorKey(copyDir));
  await eventually("the copy delivers", () => arrived(next)[0]);
  assert.equal(arrived(id).length, 1);
  assert.equal(await copy.stop(), 0);
});

test("commands that cannot be done say so in a sentence", async () => {
  const nowhere = join(folder, "nowhere");
  const run = (...argv: string[]) => runPosthorn([...argv, "--data-dir", nowhere]);
  assert.equal((await run("export")).code, 2);
  const missing = await run("export", "--to", join(folder, "x"));
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^posthorn: There is no installation in /);
  const noFile = await run("import", "--from", join(folder, "no-such-file"));
  assert.equal(noFile.code, 2);
  assert.match(noFile.stderr, /^posthorn: \S+no-such-file is not there\.\n$/);
  const text = join(folder, "text");
  writeFileSync(text, "no snapshot");
  const foreign = await run("import", "--from", text);
  assert.equal(foreign.code, 2);
  assert.match(foreign.stderr, /^posthorn: \S+text is no snapshot of Posthorn/);
  assert.equal(existsSync(nowhere), false, "nothing was started for them");
});

test("an old copy of the data directory starts, and sends again only what was delivered after it", async (t) => {
  const dataDir = join(folder, "live");
  let node = await start(t, dataDir);
  const key = readOperatorKey(dataDir);
  await post(node, key, "/api/webhooks", { url: `${receiver.url}/status/200`, events: ["*"] });
  const before = await publish(node, key);
  await eventually("it is delivered", () => arrived(before)[0]);
  await post(node, key, "/api/webhooks", { url: `${receiver.url}/hang`, events: ["*"] });
  // Answered by one endpoint, in flight at the other: the stop leaves it due.
  const between = await publish(node, key);
  await eventually("it is delivered", () => arrived(between)[0]);
  await node.stop();
  cpSync(dataDir, join(folder, "old"), { recursive: true, verbatimSymlinks: true });
  cpSync(`${dataDir}.master-key`, join(folder, "old.master-key"));
  const wasThere = arrived(between).length;
  node = await start(t, dataDir);
  const late = await publish(node, key);
  await eventually("it is delivered", () => arrived(late)[0]);
  await eventually("the other is tried again", () => arrived(between)[wasThere]);
  await node.kill();
  rmSync(dataDir, { recursive: true, force: true });
  const sent = arrived(between).length;
  const restored = await start(t, join(folder, "old"));
  await eventually("it is sent again", () => arrived(between)[sent]);
  const ids = new Set(arrived(between).map(({ headers }) => headers["webhook-id"]));
  assert.equal(ids.size, 1);
  assert.equal(arrived(before).filter(({ path }) => path === "/status/200").length, 1);
  const next = await publish(restored, key);
  await eventually("it serves on", () => arrived(next)[0]);
  await restored.kill();
});
