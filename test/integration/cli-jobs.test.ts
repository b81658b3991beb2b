/** Replays, bulk actions, held deliveries, previews and purges by command, with the exit codes that scripts rely on. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cli } from "../kit/cli.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
});

after(async () => {
  await receiver.close();
  await server.close();
});

function run(...argv: string[]) {
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  return cli(argv, { env });
}

async function json(...argv: string[]) {
  const result = await run(...argv, "--json");
  assert.equal(result.exitCode, 0, result.stderr);
  return result.json;
}

let names = 0;

async function setUp(behaviour: string, count: number) {
  const type = `cli.n${++names}`;
  const url = `${receiver.url}/status/${behaviour}?${type}`;
  const endpoint: { id: string } = await createEndpoint(server, url, { events: [type] });
  const events = Array.from({ length: count }, (_, n) => ({ type, data: { n } }));
  const { body } = await server.api("POST", "/api/events/batch", { events });
  const ids: string[] = body.data.map(({ id }: { id: string }) => id);
  const shown = behaviour === "200" ? "delivered" : "retrying";
  await eventually("first attempts", async () => {
    const query = `type=${type}&status=${shown}&limit=100`;
    const { data } = (await server.api("GET", `/api/deliveries?${query}`)).body;
    return data.length === count || undefined;
  });
  return { id: endpoint.id, type, ids };
}

test("replay: a dry run counts, --wait shows the progress and its exit code says how it went", async () => {
  const good = await setUp("200", 3);
  const target = ["replay", "--endpoint", good.id, "--all-since", "1h"];
  const dry = await run(...target, "--rate", "3/min", "--dry-run");
  assert.deepEqual([dry.exitCode, dry.stdout], [0, "3 deliveries, about 60 s\n"]);
  const done = await run(...target, "--rate", "100/s", "--wait");
  assert.equal(done.exitCode, 0, done.stderr);
  assert.match(done.stdout, /^status +finished$/m);
  assert.match(done.stderr, /finished: 3 of 3, 3 ok, 0 failed, 0 skipped, 0 waiting/);
  const bad = await setUp("500", 2);
  const failed = await run("replay", "--endpoint", bad.id, "--all-since", "1h", "--wait");
  assert.equal(failed.exitCode, 10);
  const both = await run(...target, "--failed-since", "1h");
  assert.deepEqual([both.exitCode, both.stdout], [2, ""]);
  const unknown = await run(
    "replay",
    "--endpoint",
    "ep_01h2xcejqtf2nbrexx3vqjhp41",
    "--all-since",
    "1h",
  );
  assert.equal(unknown.exitCode, 4);
  const refused = await run(...target, "--rate", "fast");
  assert.equal(refused.exitCode, 6);
  const missing = await json("replay", "--endpoint", bad.id, "--missing-since", "1h", "--dry-run");
  assert.equal(missing.count, 0);
});

test("jobs: list, get, pause, resume, cancel", async () => {
  const { id } = await setUp("200", 4);
  const job = await json("replay", "--endpoint", id, "--all-since", "1h", "--rate", "1/h");
  const table = await run("jobs", "list", "--endpoint", id, "--status", "running");
  assert.match(table.stdout, new RegExp(`${job.id} +replay +running`));
  assert.equal((await json("jobs", "pause", job.id)).status, "paused");
  assert.equal((await json("jobs", "resume", job.id)).status, "running");
  const asked = await run("jobs", "cancel", job.id);
  assert.equal(asked.exitCode, 2);
  assert.equal((await json("jobs", "cancel", job.id, "--yes")).status, "cancelled");
  const waited = await run("jobs", "get", job.id, "--wait");
  assert.equal(waited.exitCode, 10, "it did not finish");
  assert.equal((await run("jobs", "get", job.id, "-q")).stdout, "cancelled\n");
  assert.equal((await run("jobs", "pause", job.id)).exitCode, 6);
});

test("deliveries redeliver-all and cancel-all: what list shows, counted first, asked for", async () => {
  const { type } = await setUp("200", 2);
  const again = ["deliveries", "redeliver-all", "--type", type, "--status", "delivered"];
  assert.equal((await json(...again, "--dry-run")).count, 2);
  assert.equal((await run(...again)).exitCode, 2);
  const done = await run(...again, "--yes", "--wait", "--json");
  assert.deepEqual([done.exitCode, done.json.ok], [0, 2]);
  const waiting = await setUp("500", 3);
  const cancel = ["deliveries", "cancel-all", "--type", waiting.type, "--yes", "--wait", "--json"];
  assert.deepEqual([(await run(...cancel)).json.ok], [3]);
  assert.equal((await run("deliveries", "cancel-all", "--yes")).exitCode, 6);
});

test("endpoints held and release: counted, previewed, sampled", async () => {
  const { id, type } = await setUp("200", 1);
  await json("endpoints", "pause", id);
  for (let n = 0; n < 3; n++) await server.api("POST", "/api/events", { type, data: { n } });
  assert.equal((await run("endpoints", "held", id, "-q")).stdout, "3\n");
  assert.match((await run("endpoints", "held", id)).stdout, new RegExp(`held +3[^]*3 +${type}`));
  const preview = await run("endpoints", "release", id, "--newest", "2", "--dry-run");
  assert.match(preview.stdout, /release +2[^]*drop +1/);
  assert.equal((await run("endpoints", "release", id, "--drop")).exitCode, 2);
  assert.equal((await run("endpoints", "release", id, "--drop", "--all")).exitCode, 2);
  const done = await json("endpoints", "release", id, "--every", "2", "--yes", "--wait");
  assert.deepEqual([done.ok, done.skippedBecause], [2, { dropped: 1 }]);
});

test("endpoints preview, events explain and events purge", async () => {
  const { id, type, ids } = await setUp("200", 2);
  const filter = '{"data":{"n":{"$gt":0}}}';
  const preview = await run("endpoints", "preview", id, "--filter", filter, "--type", type);
  assert.match(preview.stdout, /✕ .*filter_does_not_match +\/data\/n\/\$gt +\(other than today\)/);
  assert.match(preview.stdout, /1 of 2 events match/);
  const all = await json("endpoints", "preview", "--limit", "1");
  assert.equal(all.examined, 1);
  const [event = ""] = ids;
  const explained = await run("events", "explain", event);
  assert.match(explained.stdout, /delivered[^]*it answered 2xx/);
  assert.equal((await run("events", "purge", event)).exitCode, 2);
  const purged = await json("events", "purge", event, "--yes");
  assert.ok(purged.purgedAt);
  const [delivery] = (await server.api("GET", `/api/deliveries?eventId=${event}`)).body.data;
  assert.equal((await run("deliveries", "redeliver", delivery.id)).exitCode, 6);
});

test("status: what is stored by day, when it is dropped, and what is held until when", async () => {
  const { id, type } = await setUp("200", 1);
  await json("endpoints", "pause", id);
  await server.api("POST", "/api/events", { type, data: {} });
  const { retention } = await json("status");
  assert.equal(retention.keptDays, 30);
  const today = new Date().toISOString().slice(0, 10);
  const day = retention.days.at(-1);
  assert.deepEqual(
    [day.day, Object.keys(day.rows).toSorted()],
    [today, ["attempts", "deliveries", "events"]],
  );
  assert.ok(day.bytes > 0);
  const ends = new Date(Date.parse(`${today}T00:00:00Z`) + 31 * 86_400_000).toISOString();
  assert.equal(day.droppedAt, ends);
  const held = retention.held.find(({ endpointId }: { endpointId: string }) => endpointId === id);
  assert.deepEqual([held.day, held.count, held.cancelledAt], [today, 1, ends]);
  const shown = await run("status");
  assert.match(shown.stdout, /^days kept +30$/m);
  assert.match(shown.stdout, new RegExp(`${id} +${today} +1 +${ends}`));
});
