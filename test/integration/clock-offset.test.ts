/** A node whose clock is wrong signs nothing, and what it accepts is delivered by the others. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const HOUR_MS = 3_600_000;

let receiver: Receiver;
let right: TestServer;
let aheadMs = 0;
let wrong: TestServer;

before(async () => {
  receiver = await startReceiver();
  right = await createTestServer();
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  wrong = await createTestServer({ beside: right, clock });
});
after(async () => {
  await wrong.close();
  await right.close();
  await receiver.close();
});

const arrived = (id: string) =>
  receiver.requests.find(({ headers }) => String(headers["webhook-id"]).endsWith(id.slice(4)));

async function publish(to: TestServer): Promise<string> {
  const { status, body } = await to.api("POST", "/api/events", { type: "order.created", data: 1 });
  assert.equal(status, 202);
  return body.id;
}

for (const jumpMs of [HOUR_MS, -HOUR_MS]) {
  test(`a clock that is off by ${jumpMs / HOUR_MS} h: not ready, no signature, nothing lost`, async () => {
    aheadMs = jumpMs;
    const endpoint = await createEndpoint(right, `${receiver.url}/status/200`);
    const ready = await fetch(`${wrong.url}/readyz`);
    assert.deepEqual(
      [ready.status, await ready.json()],
      [503, { status: "not_ready", reasons: ["clock_off"], deliveries: "running" }],
    );
    const id = await publish(wrong);
    const request = await eventually("the other node delivers it", () => arrived(id));
    const timestampMs = Number(request.headers["webhook-timestamp"]) * 1000;
    assert.ok(Math.abs(timestampMs - systemClock.now()) < 20_000, `signed at ${timestampMs}`);
    const sent = wrong.logged.filter(({ event }) => event === "delivery.attempted");
    assert.equal(sent.length, 0);
    const path = `/api/webhooks/${endpoint.id}/test`;
    assert.equal((await wrong.api("POST", path, { eventType: "order.created" })).status, 503);
    aheadMs = 0;
    assert.equal((await fetch(`${wrong.url}/readyz`)).status, 200);
  });
}
