/** What an endpoint may ask for besides types and a filter: one resource, a rate, an order. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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
  await server.close();
  await receiver.close();
});

const ASKED = {
  resource: "artist:nova",
  rateLimit: { count: 50, per: "second" },
  ordering: "key",
};

test("resource, rate limit and ordering are kept, shown, replaced and taken away", async () => {
  const plain = await createEndpoint(server, `${receiver.url}/plain`);
  assert.deepEqual([plain.resource, plain.rateLimit, plain.ordering], [null, null, "none"]);
  const made = await createEndpoint(server, `${receiver.url}/asked`, ASKED);
  const path = `/api/webhooks/${made.id}`;
  const shown = (await server.api("GET", path)).body;
  const { resource, rateLimit, ordering } = shown;
  assert.deepEqual({ resource, rateLimit, ordering }, ASKED);
  const untouched = (await server.api("PATCH", path, { description: "x" })).body;
  assert.deepEqual(untouched.rateLimit, ASKED.rateLimit);
  const rate = { count: 6, per: "minute" };
  assert.deepEqual((await server.api("PATCH", path, { rateLimit: rate })).body.rateLimit, rate);
  const none = { resource: null, rateLimit: null, ordering: "none" };
  const cleared = (await server.api("PATCH", path, none)).body;
  assert.deepEqual([cleared.resource, cleared.rateLimit, cleared.ordering], [null, null, "none"]);
  for (const { id } of [plain, made]) await server.api("DELETE", `/api/webhooks/${id}`);
});

test("what is no resource, rate or order is refused with its place", async () => {
  const cases = [
    [{ resource: "Nova" }, "/resource", "resource_invalid"],
    [{ rateLimit: { count: 0, per: "second" } }, "/rateLimit/count", "too_small"],
    [{ rateLimit: { count: 1.5, per: "second" } }, "/rateLimit/count", "invalid_type"],
    [{ rateLimit: { count: 1_000_001, per: "hour" } }, "/rateLimit/count", "too_large"],
    [{ rateLimit: { count: 1, per: "day" } }, "/rateLimit/per", "invalid_value"],
    [{ rateLimit: { count: 1 } }, "/rateLimit/per", "invalid_value"],
    [{ rateLimit: { count: 1, per: "hour", burst: 2 } }, "/rateLimit/burst", "unknown_field"],
    [{ ordering: "strict" }, "/ordering", "invalid_value"],
  ] as const;
  for (const [more, pointer, code] of cases) {
    const asked = { url: `${receiver.url}/bad`, events: ["*"], ...more };
    const { status, body } = await server.api("POST", "/api/webhooks", asked);
    assert.equal(status, 422, JSON.stringify(body));
    assert.deepEqual([body.errors[0].pointer, body.errors[0].code], [pointer, code]);
  }
});

test("an endpoint with a resource gets the events about it and no others, and explain says so", async () => {
  const made = await createEndpoint(server, `${receiver.url}/nova`, { resource: "artist:nova" });
  const publish = async (resource?: string) => {
    const event = { type: "order.created", data: {}, resource };
    return (await server.api("POST", "/api/events", event)).body;
  };
  const [about, other, nothing] = [
    await publish("artist:nova"),
    await publish("artist:vega"),
    await publish(),
  ];
  const counts = [about, other, nothing].map(({ deliveries }) => deliveries);
  assert.deepEqual(counts, [1, 0, 0]);
  await eventually("the event arrives", () => receiver.requests.length === 1 || undefined);
  const { body } = await server.api("GET", `/api/events/${other.id}/explain`);
  assert.equal(body.data[0].reason, "other_resource");
  await server.api("DELETE", `/api/webhooks/${made.id}`);
});
