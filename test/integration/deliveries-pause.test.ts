import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const PATH = "/api/deliveries-pause";
/** What was under way when the answer came is there by then. */
const UNDER_WAY_MS = 500;

let here: TestServer;
let there: TestServer;
let receiver: Receiver;

before(async () => {
  receiver = await startReceiver();
  here = await createTestServer();
  there = await createTestServer({ beside: here });
});

after(async () => {
  await there.close();
  await here.close();
  await receiver.close();
});

let published = 0;

async function publish(server: TestServer): Promise<string> {
  published += 1;
  const event = { type: "order.created", data: { number: published } };
  const { status, body } = await server.api("POST", "/api/events", event);
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

/** Publishes on both nodes until told to stop; answers the ids of what was accepted. */
function publishOnAndOn() {
  let isOn = true;
  const ids: string[] = [];
  const running = [here, there].map(async (server) => {
    while (isOn) ids.push(await publish(server));
  });
  return {
    async stop(): Promise<readonly string[]> {
      isOn = false;
      await Promise.all(running);
      return ids;
    },
  };
}

const sentIds = () => receiver.requests.map(({ headers }) => String(headers["webhook-id"]));
const suffix = (id: string) => id.slice(id.indexOf("_") + 1);

test("after the answer no node sends, events are accepted as ever, and all of it goes out once afterwards", async () => {
  await createEndpoint(here, `${receiver.url}/hook`);
  const publishing = publishOnAndOn();
  await receiver.waitFor(50);
  const { status, body } = await there.api("PUT", PATH, { reason: "network maintenance" });
  const answeredAt = performance.now();
  assert.deepEqual([status, body.isPaused, body.reason], [200, true, "network maintenance"]);
  const acceptedBefore = published;
  await eventually("more events", () => published > acceptedBefore + 200);
  const whilePaused = [await publish(here), await publish(there)];
  for (const id of whilePaused) {
    const held = await deliveryOf(here, id, () => true);
    assert.deepEqual([held["status"], held["attemptCount"]], ["held", 0]);
    assert.equal(held["nextAttemptAt"], null);
  }
  const late = receiver.requests.filter(({ receivedAt }) => receivedAt > answeredAt + UNDER_WAY_MS);
  assert.deepEqual(late, []);
  const ids = [...(await publishing.stop()), ...whilePaused];
  const [never] = await here.sql<{ count: number }[]>`
    select count(*)::int as count from deliveries where state = 'pending' and lease_token = 0`;
  assert.ok((never?.count ?? 0) > 150, "fresh deliveries are stored due, under nobody's lease");
  // What was being accepted at that moment is given back with the next look at what is due.
  await eventually("no leases", async () => {
    const [leased] = await here.sql<{ count: number }[]>`select count(*)::int as count from leases`;
    return leased?.count === 0 ? true : undefined;
  });
  const resumed = await here.api("DELETE", PATH);
  assert.deepEqual([resumed.status, resumed.body.isPaused], [200, false]);
  await receiver.waitFor(ids.length);
  await eventually("everything has ended", async () => {
    const [open] = await here.sql<{ count: number }[]>`
      select count(*)::int as count from deliveries where state <> 'delivered'`;
    return open?.count === 0 ? true : undefined;
  });
  assert.deepEqual(sentIds().map(suffix).toSorted(), ids.map(suffix).toSorted());
  const attempts = await here.sql`select distinct attempts_total from deliveries`;
  assert.deepEqual([...attempts], [{ attempts_total: 1 }]);
});

test("waiting spends no attempt of a retry, and tests by hand still go", async () => {
  const broken = await startReceiver({
    answer: (_request, response) => response.writeHead(500).end(),
  });
  try {
    const endpoint = await createEndpoint(here, `${broken.url}/hook`);
    const id = await publish(here);
    const toBroken = ({ endpointId }: Record<string, unknown>) => endpointId === endpoint.id;
    await deliveryOf(here, id, (each) => toBroken(each) && each["status"] === "retrying");
    await here.api("PUT", PATH);
    await here.advance(3_600_000);
    const held = await deliveryOf(there, id, toBroken);
    assert.deepEqual([held["status"], held["attemptCount"]], ["held", 1]);
    const waiting = await here.api("GET", `/api/webhooks/${endpoint.id}/waiting`);
    assert.equal(waiting.body.slowedBy, "all_paused");
    const listed = await here.api("GET", `/api/deliveries?status=held&endpointId=${endpoint.id}`);
    assert.equal(listed.body.data.length, 1);
    assert.equal(broken.requests.length, 1);
    const tried = await here.api("POST", `/api/webhooks/${endpoint.id}/test`, {
      eventType: "order.created",
    });
    assert.equal(tried.status, 200, JSON.stringify(tried.body));
    assert.equal(broken.requests.length, 2);
    await there.api("DELETE", PATH);
    await broken.waitFor(3);
    await deliveryOf(here, id, (each) => toBroken(each) && each["attemptCount"] === 2);
    await here.api("DELETE", `/api/webhooks/${endpoint.id}`);
  } finally {
    await broken.close();
  }
});

test("it says who paused since when and why, keeps that when asked again, and is in the log and the figures", async () => {
  const first = await here.api("PUT", PATH, { reason: "wrong prices" });
  assert.match(first.body.pausedBy, /^opk_/);
  const again = await there.api("PUT", PATH);
  assert.deepEqual(again.body, first.body);
  assert.deepEqual((await there.api("GET", PATH)).body, first.body);
  const { body: overview } = await here.api("GET", "/api/overview");
  assert.equal(overview.needs[0].code, "deliveries_paused");
  assert.match((await here.api("GET", "/metrics")).body, /^posthorn_deliveries_paused 1$/m);
  await here.api("DELETE", PATH);
  const after = await here.api("GET", PATH);
  const nothing = {
    isPaused: false,
    pausedAt: null,
    pausedBy: null,
    reason: null,
    ratePerSecond: null,
  };
  assert.deepEqual(after.body, nothing);
  for (const action of ["deliveries.pause-all", "deliveries.resume-all"]) {
    const { body } = await here.api("GET", `/api/audit-log?action=${action}`);
    assert.ok(body.data.length > 0, action);
  }
});
