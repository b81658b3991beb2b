/** What failed, everything, or what an endpoint never got is sent again: as the same deliveries, at a pace. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { jobEnd, jobWhen, startJob } from "../kit/jobs.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;
/** What the receiver answers to a path, 200 where nothing is said. */
const answers = new Map<string, number>();

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver({
    answer: ({ path }, response) => void response.writeHead(answers.get(path) ?? 200).end(),
  });
});

after(async () => {
  await receiver.close();
  await server.close();
});

let names = 0;
const newName = () => `replay.n${++names}`;
const since = () => new Date(Date.now() - 60 * 60 * 1000).toISOString();
const arrived = (path: string) => receiver.requests.filter((request) => request.path === path);

function endpointAt(path: string, more: Record<string, unknown>) {
  return createEndpoint(server, receiver.url + path, more);
}

async function publish(type: string, count: number, more: Record<string, unknown> = {}) {
  const events = Array.from({ length: count }, (_, n) => ({ type, data: { n }, ...more }));
  const { body } = await server.api("POST", "/api/events/batch", { events });
  return body.data.map(({ id }: { id: string }) => id) as string[];
}

const deliveriesOf = async (endpointId: string) =>
  (await server.api("GET", `/api/deliveries?endpointId=${endpointId}&limit=100`)).body.data;

/** An endpoint whose deliveries of `count` events have used up their schedules. */
async function failedEndpoint(count: number) {
  const type = newName();
  const path = `/${type}`;
  answers.set(path, 500);
  const endpoint = await endpointAt(path, { events: [type] });
  const events = await publish(type, count);
  for (const id of events) await deliveryOf(server, id, ({ status }) => status === "retrying");
  await server.sql`
    update deliveries set state = 'failed', finished_at = now(), failed_at = now(), due_at = null where state = 'pending'
      and event_id in (select id from events where type = ${type})`;
  return { endpoint, events, path, type, replay: `/api/webhooks/${endpoint.id}/replay` };
}

test("what failed is counted first, then sent again as the same deliveries", async () => {
  const { endpoint, path, replay } = await failedEndpoint(7);
  const dry = await server.api("POST", replay, {
    mode: "failed",
    since: since(),
    rate: "60/min",
    dryRun: true,
  });
  assert.deepEqual(
    [dry.status, dry.body],
    [200, { dryRun: true, count: 7, isCountExact: true, estimatedSeconds: 7 }],
  );
  const before = await deliveriesOf(endpoint.id);
  answers.set(path, 200);
  const job = await startJob(server, replay, { mode: "failed", since: since(), rate: "500/s" });
  assert.deepEqual(
    [job.kind, job.status, job.planned, job.perSecond],
    ["replay", "running", 7, 500],
  );
  const { status, done, ok, failed, skipped, waiting } = await jobEnd(server, job);
  assert.deepEqual([status, done, ok, failed, skipped, waiting], ["finished", 7, 7, 0, 0, 0]);
  const after = await deliveriesOf(endpoint.id);
  assert.deepEqual(
    after.map(({ id }: { id: string }) => id),
    before.map(({ id }: { id: string }) => id),
  );
  for (const delivery of after) {
    assert.deepEqual(
      [delivery.status, delivery.generation, delivery.attemptCount],
      ["delivered", 2, 2],
    );
  }
  const attempts = await server.api("GET", `/api/deliveries/${after[0].id}/attempts`);
  assert.equal(attempts.body.data[1].trigger, "replay");
  const bodies = new Set(arrived(path).map(({ body }) => body.toString()));
  assert.deepEqual([arrived(path).length, bodies.size], [14, 7]);
  const again = await server.api("POST", replay, { mode: "failed", since: since(), dryRun: true });
  assert.equal(again.body.count, 0);
});

test("a first attempt that fails again is counted, and its schedule goes on by itself", async () => {
  const { endpoint, replay } = await failedEndpoint(3);
  const job = await jobEnd(
    server,
    await startJob(server, replay, { mode: "failed", since: since() }),
  );
  assert.deepEqual([job.status, job.ok, job.failed, job.waiting], ["finished", 0, 3, 0]);
  const statuses = (await deliveriesOf(endpoint.id)).map(
    ({ status }: { status: string }) => status,
  );
  assert.deepEqual(statuses, ["retrying", "retrying", "retrying"]);
});

test("all: delivered ones begin again; events of other types and test events stay out of it", async () => {
  const type = newName();
  const endpoint = await endpointAt(`/${type}`, { events: [type, `${type}.other`] });
  const events = [...(await publish(type, 3)), ...(await publish(`${type}.other`, 2))];
  for (const id of events) await deliveryOf(server, id, ({ status }) => status === "delivered");
  await server.api("POST", `/api/webhooks/${endpoint.id}/test`, { eventType: type, data: {} });
  const replay = `/api/webhooks/${endpoint.id}/replay`;
  const request = { mode: "all", since: since(), types: [type] };
  const job = await jobEnd(server, await startJob(server, replay, request));
  assert.deepEqual([job.planned, job.done, job.ok], [3, 3, 3]);
  assert.deepEqual(job.request.types, [type]);
  const shown = await deliveriesOf(endpoint.id);
  const again = shown.filter(({ generation }: { generation: number }) => generation === 2);
  assert.deepEqual([shown.length, again.length], [6, 3]);
});

test("missing: events from before the endpoint existed, that it wants, each once", async () => {
  const type = newName();
  const path = `/${type}`;
  const wanted = await publish(type, 4, { resource: "artist:nova" });
  await publish(type, 2, { resource: "artist:vega" });
  await publish(`${type}.other`, 2, { resource: "artist:nova" });
  const filter = { data: { n: { $gte: 1 } } };
  const endpoint = await endpointAt(path, { events: [type], resource: "artist:nova", filter });
  const replay = `/api/webhooks/${endpoint.id}/replay`;
  const request = { mode: "missing", since: since(), rate: "100/s" };
  const dry = await server.api("POST", replay, { ...request, dryRun: true });
  assert.deepEqual([dry.body.count, dry.body.isCountExact], [3, true]);
  const job = await jobEnd(server, await startJob(server, replay, request));
  assert.deepEqual([job.done, job.ok, job.skipped], [3, 3, 0]);
  const shown = await deliveriesOf(endpoint.id);
  assert.deepEqual(
    shown.map(({ eventId }: { eventId: string }) => eventId).toSorted(),
    wanted.slice(1).toSorted(),
  );
  const attempts = await server.api("GET", `/api/deliveries/${shown[0].id}/attempts`);
  assert.deepEqual([attempts.body.data.length, attempts.body.data[0].trigger], [1, "replay"]);
  const again = await jobEnd(server, await startJob(server, replay, request));
  assert.deepEqual([again.planned, again.done], [0, 0]);
  assert.equal(arrived(path).length, 3);
});

test("it keeps to its pace, can be paused, and stops when it is cancelled", async () => {
  const { path, replay } = await failedEndpoint(6);
  answers.set(path, 200);
  const before = arrived(path).length;
  const sent = () => arrived(path).length - before;
  const job = await startJob(server, replay, { mode: "failed", since: since(), rate: "2/min" });
  await jobWhen(server, job, ({ ok }) => ok === 1);
  await server.advance(30_000);
  await jobWhen(server, job, ({ ok }) => ok === 2);
  assert.equal(sent(), 2);
  const paused = await server.api("POST", `/api/jobs/${job.id}/pause`);
  assert.deepEqual([paused.status, paused.body.status], [200, "paused"]);
  await server.advance(600_000);
  const resumed = await server.api("POST", `/api/jobs/${job.id}/resume`);
  assert.equal(resumed.body.status, "running");
  await jobWhen(server, job, ({ ok }) => ok === 3);
  const cancelled = await server.api("DELETE", `/api/jobs/${job.id}`);
  const { status, reason, finishedAt } = cancelled.body;
  assert.deepEqual([cancelled.status, status, reason], [200, "cancelled", "person"]);
  assert.ok(finishedAt);
  await server.advance(600_000);
  const again = await server.api("DELETE", `/api/jobs/${job.id}`);
  assert.deepEqual([again.status, again.body.done], [200, 3]);
  assert.equal((await server.api("POST", `/api/jobs/${job.id}/resume`)).body.code, "conflict");
  assert.equal(sent(), 3);
});

test("a paused endpoint is refused; one that is paused meanwhile makes the job wait", async () => {
  const { endpoint, path, replay } = await failedEndpoint(4);
  answers.set(path, 200);
  const webhook = `/api/webhooks/${endpoint.id}`;
  await server.api("POST", `${webhook}/pause`);
  const request = { mode: "failed", since: since(), rate: "1/min" };
  const refused = await server.api("POST", replay, request);
  assert.deepEqual([refused.status, refused.body.code], [409, "endpoint_paused"]);
  await server.api("POST", `${webhook}/resume`);
  const job = await startJob(server, replay, request);
  await jobWhen(server, job, ({ ok }) => ok === 1);
  const second = await server.api("POST", replay, request);
  assert.deepEqual([second.status, second.body.code], [409, "conflict"]);
  await server.api("POST", `${webhook}/pause`);
  await server.advance(600_000);
  await eventually("a look at the endpoint", async () => {
    const [row] = await server.sql<{ token: number }[]>`
      select lease_token as token from jobs where state = 'running' and done = 1 and next_at > now() - interval '5 min'`;
    return row;
  });
  assert.equal((await server.api("GET", `/api/jobs/${job.id}`)).body.done, 1);
  await server.api("POST", `${webhook}/resume`);
  await jobWhen(server, job, ({ ok }) => ok === 2);
  await server.api("DELETE", webhook);
  await server.advance(600_000);
  const end = await jobEnd(server, job);
  assert.deepEqual([end.status, end.reason], ["cancelled", "endpoint_deleted"]);
});

test("deliveries of one ordering key go again one after the other, in their order", async () => {
  const type = newName();
  const path = `/${type}`;
  const endpoint = await endpointAt(path, { events: [type], ordering: "key" });
  const events = await publish(type, 4, { orderingKey: "order-1" });
  for (const id of events) await deliveryOf(server, id, ({ status }) => status === "delivered");
  const replay = `/api/webhooks/${endpoint.id}/replay`;
  const request = { mode: "all", since: since(), rate: "1000/s" };
  const job = await jobEnd(server, await startJob(server, replay, request));
  assert.deepEqual([job.done, job.ok], [4, 4]);
  const numbers = arrived(path).map(({ body }) => JSON.parse(body.toString()).data.n);
  assert.deepEqual(numbers, [0, 1, 2, 3, 0, 1, 2, 3]);
});

test("a key may look at jobs with the scope for deliveries, and replays only with its own", async () => {
  const endpoint = await endpointAt("/keys", { events: ["none.at.all"] });
  const key = async (scopes: string[]) => {
    const made = await server.api("POST", "/api/keys", { name: "Replayer", scopes });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return { authorization: `Bearer ${made.body.key}` };
  };
  const reader = await key(["deliveries:read"]);
  assert.equal((await server.api("GET", "/api/jobs", undefined, reader)).status, 200);
  const replay = `/api/webhooks/${endpoint.id}/replay`;
  const request = { mode: "all", since: since(), dryRun: true };
  const refused = await server.api("POST", replay, request, reader);
  assert.deepEqual([refused.status, refused.body.code], [403, "scope_required"]);
  const purge = await server.api(
    "POST",
    "/api/events/evt_01h2xcejqtf2nbrexx3vqjhp41/purge",
    {},
    reader,
  );
  assert.equal(purge.status, 403);
  const writer = await key(["deliveries:replay"]);
  assert.equal((await server.api("POST", replay, request, writer)).status, 200);
});

test("bad requests are told apart, and strangers' objects are not found", async () => {
  const endpoint = await endpointAt("/none", { events: ["none.at.all"] });
  const replay = `/api/webhooks/${endpoint.id}/replay`;
  const codes = async (body: unknown) =>
    (await server.api("POST", replay, body)).body.errors?.map(
      ({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`,
    );
  assert.deepEqual(await codes({ mode: "failed" }), ["/since required"]);
  assert.deepEqual(await codes({ mode: "some", since: since() }), ["/mode invalid_value"]);
  assert.deepEqual(await codes({ mode: "all", since: "soon" }), ["/since timestamp_invalid"]);
  assert.deepEqual(await codes({ mode: "all", since: "2999-01-01" }), ["/since range_invalid"]);
  assert.deepEqual(await codes({ mode: "all", since: since(), rate: "9/year" }), [
    "/rate rate_invalid",
  ]);
  assert.deepEqual(await codes({ mode: "all", since: since(), types: ["A B"] }), [
    "/types/0 type_invalid",
  ]);
  const other = await server.api("POST", "/api/organizations", { name: "Other" });
  const scope = `organizationId=${other.body.id}`;
  const asked = { mode: "all", since: since() };
  assert.equal((await server.api("POST", `${replay}?${scope}`, asked)).status, 404);
  const { body: job } = await server.api("POST", replay, asked);
  for (const [method, path] of [
    ["GET", ""],
    ["DELETE", ""],
    ["POST", "/pause"],
  ] as const) {
    const answer = await server.api(method, `/api/jobs/${job.id}${path}?${scope}`);
    assert.equal(answer.status, 404, method);
  }
  const listed = await server.api("GET", `/api/jobs?${scope}`);
  assert.deepEqual(listed.body.data, []);
});
