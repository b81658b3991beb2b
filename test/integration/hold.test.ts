import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let first: TestServer;
let second: TestServer;
let receiver: Receiver;
let isAway = true;

before(async () => {
  receiver = await startReceiver({
    answer(_request, response) {
      if (isAway) response.writeHead(503, { "retry-after": "3600" });
      response.end();
    },
  });
  first = await createTestServer();
  second = await createTestServer({ beside: first });
});

after(async () => {
  await second.close();
  await first.close();
  await receiver.close();
});

const publish = (server: TestServer, number: number) =>
  server.api("POST", "/api/events", { type: "order.created", data: { number } });

test("while an endpoint asks for a pause nothing is sent to it, by any node, and waiting spends no attempt", async () => {
  await createEndpoint(first, `${receiver.url}/hook`);
  const refused = await publish(first, 0);
  await deliveryOf(first, refused.body.id, ({ status }) => status === "retrying");
  const waiting = [];
  for (const server of [first, second, first, second]) waiting.push(await publish(server, 1));
  for (const { body } of waiting) {
    const held = await deliveryOf(first, body.id, ({ status }) => status === "held");
    assert.equal(held["attemptCount"], 0);
  }
  assert.equal(receiver.requests.length, 1);
  isAway = false;
  await first.advance(3_700_000);
  // What a node keeps in memory does not move with the database; a change of the endpoint makes it look again.
  const { body } = await first.api("GET", "/api/webhooks");
  await first.api("PATCH", `/api/webhooks/${body.data[0].id}`, { description: "back" });
  for (const answer of [refused, ...waiting]) {
    await deliveryOf(first, answer.body.id, ({ status }) => status === "delivered");
  }
  assert.equal(receiver.requests.length, 6);
});
