/** The rate limit of an endpoint: kept over all nodes, without an attempt spent. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let first: TestServer;
let second: TestServer;
let receiver: Receiver;

before(async () => {
  receiver = await startReceiver();
  first = await createTestServer();
  second = await createTestServer({ beside: first });
});

after(async () => {
  await second.close();
  await first.close();
  await receiver.close();
});

const arrivedAt = (path: string) =>
  receiver.requests.filter((each) => each.path === path).map(({ receivedAt }) => receivedAt);

async function publish(count: number, on: TestServer): Promise<void> {
  const events = Array.from({ length: count }, () => ({ type: "order.created", data: {} }));
  assert.equal((await on.api("POST", "/api/events/batch", { events })).status, 202);
}

test("a limited endpoint gets no more than its rate from two nodes, each delivery with one attempt", async () => {
  const rateLimit = { count: 40, per: "second" };
  const made = await createEndpoint(first, `${receiver.url}/limited`, { rateLimit });
  await Promise.all([publish(60, first), publish(60, second)]);
  const times = await eventually("all of them", () => {
    const found = arrivedAt("/limited");
    return found.length >= 120 ? found.toSorted((one, other) => one - other) : undefined;
  });
  // Until both nodes know of each other and of the limit they may be one burst ahead.
  const seconds = (times.at(-1)! - times[0]!) / 1_000;
  assert.ok(seconds >= 1.5, `120 requests in ${seconds} s`);
  const { body } = await first.api("GET", `/api/deliveries?endpointId=${made.id}&limit=100`);
  const counts = new Set(body.data.map((each: { attemptCount: number }) => each.attemptCount));
  assert.deepEqual(counts, new Set([1]));
  await first.api("DELETE", `/api/webhooks/${made.id}`);
});

test("behind a limit of one in an hour deliveries wait without an attempt, say why, and go when it is lifted", async () => {
  const rateLimit = { count: 1, per: "hour" };
  const made = await createEndpoint(first, `${receiver.url}/hourly`, { rateLimit });
  await publish(1, first);
  await eventually("the first one", () => arrivedAt("/hourly").length === 1 || undefined);
  await publish(80, first);
  const waiting = await eventually("what waits", async () => {
    const { body } = await first.api("GET", `/api/webhooks/${made.id}/waiting`);
    return body.slowedBy === "rate_limit" && body.waitingCount > 50 ? body : undefined;
  });
  assert.ok(waiting.oldestDueAt !== null);
  await first.api("PATCH", `/api/webhooks/${made.id}`, { rateLimit: null });
  await eventually("all of them", () => arrivedAt("/hourly").length >= 81 || undefined);
  const after = (await first.api("GET", `/api/webhooks/${made.id}/waiting`)).body;
  assert.deepEqual([after.waitingCount, after.slowedBy], [0, null]);
});
