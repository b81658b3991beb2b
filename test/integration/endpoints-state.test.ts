import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asId, parseId } from "../../packages/server/src/domain/id.ts";
import { cancelDeliveries } from "../../packages/server/src/store/leases.ts";
import { eventually } from "../kit/eventually.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
});

after(async () => {
  await server.close();
  await receiver.close();
});

const DAY_MS = 24 * 60 * 60 * 1000;

async function create(path: string, more: Record<string, unknown> = {}) {
  const body = { url: receiver.url + path, events: ["*"], ...more };
  const answer = await server.api("POST", "/api/webhooks", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const remove = (id: string) => server.api("DELETE", `/api/webhooks/${id}`);
const health = async (id: string) => (await server.api("GET", `/api/webhooks/${id}/health`)).body;

async function publish(count = 1): Promise<void> {
  const events = Array.from({ length: count }, () => ({ type: "order.created", data: {} }));
  const answer = await server.api("POST", "/api/events/batch", { events });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
}

const status = async (id: string): Promise<string> =>
  (await server.api("GET", `/api/webhooks/${id}`)).body.status;
const becomes = (id: string, expected: string) =>
  eventually(`${id} is ${expected}`, async () => (await status(id)) === expected);

/** State and count of the deliveries to a path of the receiver. */
async function deliveries(path: string): Promise<Record<string, number>> {
  const rows = await server.sql<{ state: string; count: number }[]>`
    select d.state::text, count(*)::int from deliveries d join endpoints e on e.id = d.endpoint_id
    where e.url = ${receiver.url + path} group by 1`;
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

const settled = (path: string, expected: Record<string, number>) =>
  eventually(
    `${path} has ${JSON.stringify(expected)}`,
    async () => JSON.stringify(await deliveries(path)) === JSON.stringify(expected),
  );

const arrived = (path: string) =>
  receiver.requests.filter((request) => request.path === path).length;

test("an endpoint that answers 410 is disabled once, and its events wait until it is enabled", async () => {
  const path = "/status/410?gone";
  const { id } = await create(path);
  await publish(5);
  await becomes(id, "disabled");
  const { body } = await server.api("GET", `/api/webhooks/${id}`);
  assert.deepEqual([body.enabled, body.disabledReason], [false, "gone"]);
  const announced = () => server.logged.filter((line) => line["event"] === "endpoint.disabled");
  await eventually("it is announced", () => announced().length > 0);
  await settled(path, { pending: 5 });
  assert.deepEqual(
    announced().map((line) => line["reason"]),
    ["gone"],
  );
  const before = arrived(path);
  await publish();
  await server.advance(60_000);
  await settled(path, { pending: 6 });
  assert.equal(arrived(path), before);
  await server.api("PATCH", `/api/webhooks/${id}`, { url: `${receiver.url}/status/200?alive` });
  const enabled = await server.api("PATCH", `/api/webhooks/${id}`, { enabled: true });
  assert.deepEqual([enabled.body.status, enabled.body.failingSince], ["active", null]);
  await settled("/status/200?alive", { delivered: 6 });
  await remove(id);
});

test("where the wire format retries every answer, 410 disables nothing", async () => {
  const path = "/status/410?fanhaven";
  const { id } = await create(path, { wireFormat: "fanhaven@1" });
  await publish();
  await becomes(id, "failing");
  await settled(path, { pending: 1 });
  assert.equal(await status(id), "failing");
  await remove(id);
});

test("five days of failures only disable an endpoint, and enabling it begins a new run", async () => {
  const path = "/status/500?days";
  const { id } = await create(path);
  await publish();
  await becomes(id, "failing");
  await settled(path, { pending: 1 });
  await server.advance(4 * DAY_MS);
  await touch(id);
  await publish();
  await eventually("a third request", () => arrived(path) >= 3);
  await settled(path, { pending: 2 });
  assert.equal(await status(id), "failing");
  await server.advance(1.1 * DAY_MS);
  await touch(id);
  await publish();
  await becomes(id, "disabled");
  const { body } = await server.api("GET", `/api/webhooks/${id}`);
  assert.equal(body.disabledReason, "failing");
  // Enabling begins a new run: the old one must not disable it again at the first failure.
  const requests = arrived(path);
  await server.api("POST", `/api/webhooks/${id}/resume`);
  await server.advance(DAY_MS);
  await eventually("another request", () => arrived(path) > requests);
  await becomes(id, "failing");
  await remove(id);
});

test("a success that another node has recorded keeps an endpoint from being disabled", async (t) => {
  const held: (() => void)[] = [];
  let isHolding = false;
  const slow = await startReceiver({
    answer(_request, response) {
      const fail = () => void response.writeHead(500).end();
      if (isHolding) held.push(fail);
      else fail();
    },
  });
  t.after(() => slow.close());
  const { id } = await create("", { url: `${slow.url}/` });
  await publish();
  await becomes(id, "failing");
  isHolding = true;
  await server.advance(6 * DAY_MS);
  await touch(id);
  await publish();
  await eventually("two under way", () => held.length === 2);
  // The attempts under way know of six days of failures; now the other node succeeds.
  await server.sql`update endpoint_state set failing_since = null`;
  isHolding = false;
  for (const fail of held) fail();
  await server.advance(DAY_MS);
  await eventually("a fourth request", () => slow.requests.length > 3);
  // Those failures may be a run of their own by now; it is not six days old.
  assert.notEqual(await status(id), "disabled");
  await remove(id);
});

test("a run of failures that another node has begun ends with the successes of this one", async () => {
  const path = "/status/200?run-of-another";
  const { id } = await create(path);
  await publish();
  await settled(path, { delivered: 1 });
  // As that node writes it, which then dies.
  await server.sql`
    insert into endpoint_state (endpoint_id, failing_since) select id, now() - interval '6 days' from endpoints
    where id = ${parseId("ep", id) ?? ""}
    on conflict (endpoint_id) do update set failing_since = excluded.failing_since`;
  assert.equal(await status(id), "failing");
  await eventually("it is active", async () => {
    await publish();
    return (await status(id)) === "active";
  });
  await remove(id);
});

/** Makes the node read the endpoint again: `advance` moves the database, not its memory. */
async function touch(id: string): Promise<void> {
  await server.api("PATCH", `/api/webhooks/${id}`, { description: "read again" });
}

test("what a batch of results says of an endpoint counts, also where one of them cannot be written", async (t) => {
  const path = "/status/500?in-doubt";
  const events = ["order.created"];
  const { id } = await create(path, { events });
  const { id: refused } = await create("/status/418?in-doubt", { events });
  const { id: quick } = await create("/status/500?quick", { events: ["order.quick"] });
  await server.sql`alter table attempts add constraint teapots check (status <> 418) not valid`;
  t.after(() => server.sql`alter table attempts drop constraint teapots`);
  const attempts = () => server.logged.filter(({ event }) => event === "delivery.attempted").length;
  const before = attempts();
  await server.sql.begin(async (tx) => {
    await tx`lock table attempts in share row exclusive mode`;
    await server.api("POST", "/api/events", { type: "order.quick", data: {} });
    // Those to the other two wait behind it, and so come into one batch.
    await eventually("a result waits for the lock", () => attempts() === before + 1);
    await publish();
    await eventually("all are answered", () => attempts() === before + 3);
  });
  await settled(path, { pending: 1 });
  assert.equal(await status(id), "failing");
  for (const each of [id, refused, quick]) await remove(each);
});

test("a paused endpoint gets nothing, accepts everything and sends it when resumed", async () => {
  const path = "/status/200?paused";
  const { id } = await create(path);
  await server.api("POST", `/api/webhooks/${id}/pause`);
  await publish(3);
  await server.advance(60_000);
  assert.deepEqual(await deliveries(path), { pending: 3 });
  assert.equal(arrived(path), 0);
  await server.api("POST", `/api/webhooks/${id}/resume`);
  await settled(path, { delivered: 3 });
  await remove(id);
});

test("after a new URL is saved no attempt goes to the old one, retries included", async () => {
  const path = "/status/500?moved";
  const { id } = await create(path);
  await publish(5);
  await settled(path, { pending: 5 });
  const before = arrived(path);
  await server.api("PATCH", `/api/webhooks/${id}`, { url: `${receiver.url}/status/200?new` });
  await server.advance(60_000);
  await settled("/status/200?new", { delivered: 5 });
  assert.equal(arrived(path), before);
  await remove(id);
});

test("deleting cancels what is unfinished and stops everything, also what is in flight", async () => {
  const path = "/slow/300?deleted";
  const { id } = await create(path);
  await publish(3);
  await eventually("three requests", () => arrived(path) === 3);
  assert.equal((await remove(id)).status, 204);
  assert.deepEqual(await deliveries(path), { cancelled: 3 });
  await publish();
  await server.advance(60_000);
  assert.deepEqual(await deliveries(path), { cancelled: 3 });
  const rows = await server.sql<{ cancel_reason: string }[]>`
    select distinct cancel_reason from deliveries where state = 'cancelled'`;
  assert.deepEqual([...rows], [{ cancel_reason: "endpoint_deleted" }]);
});

test("a huge backlog of a deleted endpoint is cancelled batch by batch", async () => {
  const path = "/status/200?backlog";
  const { id } = await create(path);
  await server.api("POST", `/api/webhooks/${id}/pause`);
  await publish(5);
  const [row] = await server.sql<{ id: string }[]>`
    select id from endpoints where url = ${receiver.url + path}`;
  const batch = { reason: "endpoint_deleted", limit: 2 };
  const cancel = () => cancelDeliveries(server.sql, asId<"ep">(row?.id ?? ""), batch);
  assert.deepEqual([await cancel(), await cancel(), await cancel(), await cancel()], [2, 2, 1, 0]);
  assert.deepEqual(await deliveries(path), { cancelled: 5 });
  await remove(id);
});

test("what was left of the backlog of a deleted endpoint is cancelled by the dispatcher", async () => {
  const path = "/status/200?leftover";
  const { id } = await create(path);
  await server.api("POST", `/api/webhooks/${id}/pause`);
  await publish(3);
  // As deleting leaves it when there is more than one batch.
  await server.sql`update endpoints set deleted_at = now() where url = ${receiver.url + path}`;
  await server.advance(1_000);
  await settled(path, { cancelled: 3 });
});

test("new event types take effect for the next event", async () => {
  const path = "/status/200?types";
  const { id } = await create(path, { events: ["invoice.*"] });
  await publish();
  assert.deepEqual(await deliveries(path), {});
  await server.api("PATCH", `/api/webhooks/${id}`, { events: ["order.*"] });
  await publish();
  await settled(path, { delivered: 1 });
  await remove(id);
});

test("health has three values: nothing settled yet, all arrived, all lost", async () => {
  const good = await create("/status/200?healthy");
  assert.deepEqual(await health(good.id), {
    healthy: true,
    lastDelivery: null,
    successRate: null,
  });
  await publish(3);
  await settled("/status/200?healthy", { delivered: 3 });
  const { lastDelivery, ...rest } = await health(good.id);
  assert.deepEqual(rest, { healthy: true, successRate: 1 });
  assert.ok(Math.abs(Date.parse(lastDelivery) - Date.now()) < 60_000);
  await server.api("POST", `/api/webhooks/${good.id}/pause`);
  assert.equal((await health(good.id)).healthy, false);
  await remove(good.id);
  const bad = await create("/status/500?unhealthy");
  await publish();
  await becomes(bad.id, "failing");
  assert.deepEqual(await health(bad.id), {
    healthy: false,
    lastDelivery: null,
    successRate: null,
  });
  await remove(bad.id);
});

test("health counts the last day, or else the last hundred, and no tests", async () => {
  const { id } = await create("/status/200?counted");
  await publish(20);
  await settled("/status/200?counted", { delivered: 20 });
  const newest = server.sql`
    select d.id from deliveries d join endpoints e on e.id = d.endpoint_id
    where e.url = ${`${receiver.url}/status/200?counted`} order by d.id`;
  await server.sql`update deliveries set state = 'failed' where id in (${newest} limit 3)`;
  assert.deepEqual([(await health(id)).healthy, (await health(id)).successRate], [false, 0.85]);
  await server.sql`update deliveries set is_test = true where id in (${newest} limit 2)`;
  assert.equal((await health(id)).successRate, 0.94);
  await server.sql`update deliveries set finished_at = finished_at - interval '2 days'`;
  assert.equal((await health(id)).successRate, 0.94);
  await server.sql`update deliveries set finished_at = now() where id in (${newest} offset 19)`;
  assert.deepEqual([(await health(id)).healthy, (await health(id)).successRate], [true, 1]);
  await remove(id);
});
