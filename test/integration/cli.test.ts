import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { cli, type CliOptions } from "../kit/cli.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;
let folder: string;

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
  folder = mkdtempSync(join(tmpdir(), "posthorn-cli-"));
});

after(async () => {
  rmSync(folder, { recursive: true });
  await receiver.close();
  await server.close();
});

function run(argv: readonly string[], options: CliOptions = {}) {
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  return cli(argv, { folder, ...options, env: { ...env, ...options.env } });
}

/** A command that must work; its JSON. */
async function json(...argv: string[]) {
  const result = await run([...argv, "--json"]);
  assert.equal(result.exitCode, 0, result.stderr);
  return result.json;
}

/** An organization of its own, so that tests do not see one another's endpoints. */
async function organization(name: string, profile = "default"): Promise<string> {
  const { stdout } = await run(["orgs", "create", name, "--profile", profile, "-q"]);
  return stdout.trim();
}

test("orgs: create and list", async () => {
  const made = await json("orgs", "create", "Acme", "--profile", "fanfare/guide");
  assert.equal(made.name, "Acme");
  assert.equal(made.profile, "fanfare/guide");
  const { data } = await json("orgs", "list");
  assert.ok(data.some((row: { id: string }) => row.id === made.id));
  const table = await run(["orgs", "list"]);
  assert.match(table.stdout, /^ID +NAME +PROFILE/);
  assert.match(table.stdout, new RegExp(`${made.id} +Acme`));
  const page = await run(["orgs", "list", "--limit", "1"]);
  assert.match(page.stderr, /--cursor \S+/);
});

test("endpoints: create, get, list, update, pause, resume, health, delete", async () => {
  const org = await organization("Endpoints");
  const url = `${receiver.url}/shop`;
  const more = ["--description", "Shop", "--header", "X-Shop: a, b", "--org", org];
  const events = "order.created,order.paid";
  const made = await json("endpoints", "create", url, "--events", events, ...more);
  assert.match(made.secret, /^whsec_/);
  assert.deepEqual(made.events, ["order.created", "order.paid"]);
  assert.equal(made.organizationId, org);

  const shown = await run(["endpoints", "get", made.id]);
  assert.match(shown.stdout, new RegExp(`url +${url}`));
  assert.doesNotMatch(shown.stdout, /whsec_/);
  const listed = await run(["endpoints", "list", "--org", org, "-q"]);
  assert.equal(listed.stdout, `${made.id}\n`);

  const id: string = made.id;
  assert.equal((await json("endpoints", "update", id, "--events", "*")).events[0], "*");
  const changed = await json("endpoints", "update", id, "--remove-header", "X-Shop", "--disable");
  assert.deepEqual(changed.headers, {});
  assert.equal(changed.status, "disabled");
  assert.equal((await json("endpoints", "update", id, "--enable")).status, "active");
  const filter = '{"data":{"total":{"$gt":500}}}';
  assert.deepEqual(
    (await json("endpoints", "update", id, "--filter", filter)).filter,
    JSON.parse(filter),
  );
  assert.equal((await json("endpoints", "update", id, "--filter", "none")).filter, null);
  const asked = ["--resource", "artist:nova", "--rate-limit", "50/s", "--ordering", "key"];
  const limited = await json("endpoints", "update", id, ...asked);
  assert.deepEqual(limited.rateLimit, { count: 50, per: "second" });
  assert.deepEqual([limited.resource, limited.ordering], ["artist:nova", "key"]);
  assert.match((await run(["endpoints", "get", id])).stdout, /rate limit +50\/second/);
  const free = await json("endpoints", "update", id, "--rate-limit", "none", "--resource", "none");
  assert.deepEqual([free.rateLimit, free.resource], [null, null]);
  assert.equal((await run(["endpoints", "update", id, "--rate-limit", "50"])).exitCode, 2);
  assert.equal((await json("endpoints", "pause", id)).status, "paused");
  assert.equal((await json("endpoints", "resume", id)).status, "active");
  assert.equal((await run(["endpoints", "update", id])).exitCode, 2);
  const health = await run(["endpoints", "health", id, "--json"]);
  assert.equal(health.exitCode, health.json.healthy ? 0 : 10);

  assert.deepEqual(await json("endpoints", "delete", id, "--yes"), { id, deleted: true });
  assert.equal((await run(["endpoints", "get", id])).exitCode, 4);
});

test("what destroys asks first; where nobody can be asked it ends with 2 and does nothing", async () => {
  const org = await organization("Asking");
  const made = await json("endpoints", "create", `${receiver.url}/ask`, "--org", org);
  for (const command of ["delete", "roll-secret"]) {
    const refused = await run(["endpoints", command, made.id]);
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /--yes/);
  }
  const no = await run(["endpoints", "delete", made.id], { isTerminal: true, stdin: "n\n" });
  assert.equal(no.exitCode, 2);
  const nothing = await run(["endpoints", "delete", made.id], { isTerminal: true, stdin: "" });
  assert.equal(nothing.exitCode, 2);
  assert.equal((await run(["endpoints", "get", made.id])).exitCode, 0);
  const yes = await run(["endpoints", "delete", made.id], { isTerminal: true, stdin: "y\n" });
  assert.equal(yes.exitCode, 0, yes.stderr);
  assert.equal((await run(["endpoints", "get", made.id])).exitCode, 4);
});

test("endpoints: secret and roll-secret print the secret alone", async () => {
  const org = await organization("Secrets");
  const made = await json("endpoints", "create", `${receiver.url}/s`, "--org", org);
  assert.equal((await run(["endpoints", "secret", made.id])).stdout, `${made.secret}\n`);
  const argv = ["endpoints", "roll-secret", made.id, "--grace", "24h", "--yes"];
  const rolled = await run(argv);
  assert.equal(rolled.exitCode, 0, rolled.stderr);
  assert.match(rolled.stdout, /^whsec_\S+\n$/);
  assert.notEqual(rolled.stdout.trim(), made.secret);
  assert.match(rolled.stderr, /old secret signs too until/);
  const own = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
  const given = await run([...argv, "--secret", "-", "-q"], { stdin: `${own}\n` });
  assert.equal(given.stdout, `${own}\n`);
  assert.equal((await run(["endpoints", "secret", made.id])).stdout, `${own}\n`);
});

test("endpoints: test and send tell by the exit code whether the receiver answered", async () => {
  const org = await organization("Sends");
  const good = await json("endpoints", "create", `${receiver.url}/ok`, "--org", org);
  const bad = await json("endpoints", "create", `${receiver.url}/status/500`, "--org", org);
  const sent = await run(["endpoints", "test", good.id, "--type", "order.created"]);
  assert.equal(sent.exitCode, 0, sent.stderr);
  assert.match(sent.stdout, /^✓ {2}200 {2}\d+ ms\n/);
  const data = ["--data", '{"n":1}'];
  const failed = await run(["endpoints", "test", bad.id, "--type", "order.created", ...data]);
  assert.equal(failed.exitCode, 10);
  assert.match(failed.stdout, /^✕ {2}500/);
  assert.equal((await run(["endpoints", "send", good.id, "-q"])).stdout, "200\n");
  assert.equal((await run(["endpoints", "send", bad.id])).exitCode, 10);
});

test("events: publish sends the data byte for byte, once for one key; get shows it so", async () => {
  const org = await organization("Events");
  await json("endpoints", "create", `${receiver.url}/events`, "--org", org);
  const data = '{ "n": 9007199254740993, "text": "a\\u0007" }';
  writeFileSync(join(folder, "event.json"), data);
  const argv = ["events", "publish", "order.created", "--data", "@event.json", "--org", org];
  const keyed = [...argv, "--idempotency-key", "k1"];
  const first = await json(...keyed, "--resource", "order:1");
  assert.equal(first.deliveries, 1);
  assert.equal((await json(...keyed, "--resource", "order:1")).id, first.id);
  assert.equal((await run(keyed)).exitCode, 6);

  const shown = await run(["events", "get", first.id]);
  assert.ok(shown.stdout.endsWith(`${data}\n`), shown.stdout);
  assert.match(shown.stdout, /resource +order:1/);
  const raw = await run(["events", "get", first.id, "--json"]);
  assert.match(raw.stdout, /9007199254740993/);
  const listed = await run(["events", "list", "--org", org, "--since", "1h", "-q"]);
  assert.equal(listed.stdout, `${first.id}\n`);
  const none = await run(["events", "list", "--org", org, "--type", "order.paid"]);
  assert.equal(none.stdout, "");
});

test("trigger: takes the example of the catalogue, sets values and publishes", async () => {
  const org = await organization("Trigger", "fanfare/guide");
  const { data } = await json("events", "types", "--org", org);
  const type: string = data[0].type;
  assert.match((await run(["events", "types", "--org", org])).stdout, new RegExp(`^${type} `, "m"));
  const result = await json("trigger", type, "--set", "data.note=hi", "--org", org, "--wait");
  assert.equal(result.deliveryCount, 0);
  assert.deepEqual(result.deliveries, []);
  const event = await json("events", "get", result.id);
  assert.deepEqual(event.data, { ...data[0].example.data, note: "hi" });
  const unknown = await run(["trigger", "queue.consumer_admited", "--org", org]);
  assert.equal(unknown.exitCode, 6);
  assert.match(unknown.stderr, /\/type .* queue\.consumer_admitted\n/);
  const open = await organization("Trigger what nobody has named");
  const made = await json("trigger", "shop.opened", "--set", "data.at=9", "--org", open);
  assert.deepEqual((await json("events", "get", made.id)).data, { at: 9 });
  assert.equal((await run(["trigger", type, "--set", "note=hi", "--org", org])).exitCode, 2);
});

test("trigger: a scenario is told in order, a count published so often, one endpoint gets a test", async () => {
  const org = await organization("Scenarios", "fanfare/guide");
  const { data } = await json("trigger", "--scenario", "drop", "--org", org);
  const types = data.map(({ type }: { type: string }) => type);
  assert.deepEqual([types[0], types.at(-1)], ["experience.started", "experience.ended"]);
  const stored = await json("events", "list", "--limit", "100", "--org", org);
  const told = stored.data.map(({ type }: { type: string }) => type).toReversed();
  assert.deepEqual(told, types);
  const many = await json("trigger", "draw.entry_created", "--count", "3", "--org", org);
  assert.equal(many.data.length, 3);
  const url = `${receiver.url}/scenario`;
  const { id } = await json("endpoints", "create", url, "--events", "*", "--org", org);
  const one = await run([
    "trigger",
    "draw.entry_created",
    "--endpoint",
    id,
    "--org",
    org,
    "--json",
  ]);
  assert.equal(one.json.deliveries[0].status, "delivered", one.stderr);
  assert.equal((await run(["trigger", "--org", org])).exitCode, 2);
  assert.equal((await run(["trigger", "--scenario", "merch", "--org", org])).exitCode, 4);
});

test("trigger --wait: 0 when every endpoint took it, 10 when one attempt failed", async () => {
  const org = await organization("Waiting");
  await json("endpoints", "create", `${receiver.url}/wait`, "--org", org);
  const argv = ["trigger", "order.created", "--data", "{}", "--wait", "--org", org];
  const good = await run(argv);
  assert.equal(good.exitCode, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /^evt_\S+ {2}order\.created {2}1 endpoint\n {2}✓ {2}ep_\S+/);
  assert.match(good.stderr, /Waiting for 1 delivery/);
  await json("endpoints", "create", `${receiver.url}/status/500`, "--org", org);
  const bad = await run([...argv, "-q"]);
  assert.equal(bad.exitCode, 10, bad.stdout);
  assert.match(bad.stdout, /^evt_\S+\n$/);
  assert.equal(bad.stderr, "");
});

test("deliveries: list, get, redeliver, cancel", async () => {
  const org = await organization("Deliveries");
  const endpoint = await json("endpoints", "create", `${receiver.url}/status/503`, "--org", org);
  const trigger = ["trigger", "order.created", "--data", "{}", "--org", org, "--wait", "--json"];
  const event = (await run(trigger)).json;
  const listed = await json("deliveries", "list", "--event", event.id, "--endpoint", endpoint.id);
  const [{ id }] = listed.data;
  const table = await run(["deliveries", "list", "--org", org, "--status", "pending,retrying"]);
  assert.match(table.stdout, new RegExp(`${id} +`));

  const shown = await json("deliveries", "get", id);
  assert.equal(shown.id, id);
  assert.equal(shown.attempts[0].responseStatus, 503);
  const human = await run(["deliveries", "get", id]);
  assert.match(human.stdout, /✕ {2}attempt 1 .* 503/);

  assert.equal((await run(["deliveries", "cancel", id])).exitCode, 2);
  assert.equal((await json("deliveries", "cancel", id, "--yes")).status, "cancelled");
  const again = await run(["deliveries", "redeliver", id, "-q"]);
  assert.equal(again.stdout, `${id}\n`);
});

test("inbox: new, list, set, requests", async () => {
  const org = await organization("Inbox");
  const inbox = await json("inbox", "new", "--name", "Mine", "--behave", "500", "--org", org);
  assert.deepEqual(inbox.behavior, { kind: "status", status: 500 });
  assert.match((await run(["inbox", "new", "-q", "--org", org])).stdout, /^http:\S+\/in\/\S+\n$/);
  assert.equal((await json("inbox", "list", "--org", org)).data.length, 2);
  const set = await json("inbox", "set", inbox.id, "--behave", "fail-first:1");
  assert.equal(set.behavior.kind, "failFirst");
  assert.equal((await run(["inbox", "set", inbox.id])).exitCode, 2);

  await json("inbox", "set", inbox.id, "--behave", "200");
  await json("endpoints", "create", inbox.url, "--org", org);
  const sent = await run(["trigger", "order.created", "--data", "{}", "--org", org, "--wait"]);
  assert.equal(sent.exitCode, 0, sent.stdout + sent.stderr);
  const { data } = await json("inbox", "requests", inbox.id);
  assert.equal(data[0].verification.verified, true);
  const table = await run(["inbox", "requests", inbox.id]);
  assert.match(table.stdout, /POST .* 200 +✓/);
});
