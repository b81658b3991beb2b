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

test("a success that settles beside the request for a pause does not undo the pause", async () => {
  let refuseFirst: (() => void) | undefined;
  // Both answers leave in one turn, so that their results share a statement.
  const mixed = await startReceiver({
    answer(_request, response) {
      if (refuseFirst) {
        refuseFirst();
        response.end();
        return;
      }
      refuseFirst = () => response.writeHead(503, { "retry-after": "3600" }).end();
    },
  });
  const server = await createTestServer();
  try {
    await createEndpoint(server, `${mixed.url}/hook`);
    const events = [1, 2].map((number) => ({ type: "order.created", data: { number } }));
    const { body } = await server.api("POST", "/api/events/batch", { events });
    await mixed.waitFor(2);
    for (const { id } of body.data)
      await deliveryOf(
        server,
        id,
        ({ attemptCount, status }) => attemptCount === 1 && status !== "sending",
      );
    const rows = await server.sql<
      { is_held: boolean }[]
    >`select hold_until > now() as is_held from endpoint_state`;
    assert.deepEqual([...rows], [{ is_held: true }]);
  } finally {
    await server.close();
    await mixed.close();
  }
});
