/** Commands that look at this machine, at profiles, or go on until somebody ends them. */
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openProfileTools } from "../../packages/server/src/profile-tools.ts";
import { cli, type CliOptions } from "../kit/cli.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;
const folder = mkdtempSync(join(tmpdir(), "posthorn-local-"));

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
});
after(async () => {
  rmSync(folder, { recursive: true });
  await receiver.close();
  await server.close();
});

function run(argv: readonly string[], options: CliOptions = {}) {
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  return cli(argv, { env, folder, profileTools: openProfileTools(folder), ...options });
}

test("doctor says what is wrong, and ends with 10 for it", async () => {
  const good = await run(["doctor", "--json"]);
  assert.equal(good.exitCode, 0, good.stdout);
  assert.deepEqual(
    good.json.data.map(({ check }: { check: string }) => check),
    ["Node", "settings", "server", "clock", "key"],
  );
  const bad = await run(["doctor", "--url", "http://127.0.0.1:1", "-q"]);
  assert.equal(bad.exitCode, 10);
  assert.equal(bad.stdout, "server\nkey\n");
});

test("profiles: those of the server, and lint, diff and test of a file", async () => {
  const { json } = await run(["profiles", "list", "--json"]);
  assert.ok(json.data.some(({ id }: { id: string }) => id === "fabhub"));
  assert.match((await run(["plans", "fabhub"])).stdout, /enterprise/);
  writeFileSync(join(folder, "ours.json"), JSON.stringify({ id: "ours", extends: "default" }));
  const linted = await run(["profiles", "lint", "ours.json", "--json"]);
  const bad = { id: "bad", extends: "default", nonsense: 1 };
  writeFileSync(join(folder, "bad.json"), JSON.stringify(bad));
  assert.equal((await run(["profiles", "lint", "bad.json"])).exitCode, 10);
  assert.ok([0, 10].includes(linted.exitCode), linted.stderr);
  const changes = await run(["profiles", "diff", "fanfare/guide", "fanfare/planned", "--json"]);
  assert.ok(changes.json.data.some(({ pointer }: { pointer: string }) => pointer === "/id"));
  for (const id of ["default", "fanfare/guide", "fanfare/planned", "fanhaven", "fabhub"]) {
    const tested = await run(["profiles", "test", id, "--json"]);
    assert.equal(tested.exitCode, 0, tested.stdout + tested.stderr);
    assert.ok(tested.json.data.length > 0);
  }
});

test("open names the page of an object; completion prints a script", async () => {
  const id = "ep_01h2xcejqtf2nbrexx3vqjhp41";
  const opened = await run(["open", id]);
  assert.equal(opened.stdout, `${server.url}/settings/integrations/webhooks/${id}\n`);
  assert.equal((await run(["open", "nonsense"])).exitCode, 2);
  assert.match((await run(["completion", "bash"])).stdout, /complete -o default -F _posthorn/);
  assert.equal((await run(["completion", "tcsh"])).exitCode, 2);
});

test("events tail shows what is accepted, in order; events resend sends it again", async () => {
  const stop = new AbortController();
  const news = new EventEmitter();
  let shown = "";
  const tailing = run(["events", "tail", "--type", "order.*", "--json"], {
    interrupted: stop.signal,
    onOutput(text) {
      shown += text;
      news.emit("shown");
    },
  });
  for (;;) {
    const { body } = await server.api("GET", "/api/listeners");
    if (body.data.length > 0) break;
  }
  const url = `${receiver.url}/resent`;
  await run(["endpoints", "create", url, "--events", "*"]);
  for (const n of [1, 2]) {
    await run(["events", "publish", "order.created", "--data", `{"n":${n}}`]);
  }
  while (shown.split("\n").length < 3) await once(news, "shown");
  stop.abort();
  assert.equal((await tailing).exitCode, 130);
  const [first, second] = shown.split("\n").map((line) => (line ? JSON.parse(line) : undefined));
  assert.deepEqual([JSON.parse(first.body).data.n, JSON.parse(second.body).data.n], [1, 2]);
  await receiver.waitFor(2);
  const { stdout, stderr, exitCode } = await run(["events", "resend", first.id, "-q"]);
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /^dlv_/);
  await receiver.waitFor(3);
});
