import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let other: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  other = await createTestServer({ beside: server });
  receiver = await startReceiver();
});

after(async () => {
  await other.close();
  await server.close();
  await receiver.close();
});

const LARGE = { data: { amount: { $gt: 500 } } };

/** How many deliveries the event has. */
async function publish(on: TestServer, type: string, data: unknown): Promise<number> {
  const { status, body } = await on.api("POST", "/api/events", { type, data });
  assert.equal(status, 202, JSON.stringify(body));
  return body.deliveries;
}

const remove = (id: string) => server.api("DELETE", `/api/webhooks/${id}`);

test("transactions over 500: a filter chooses what arrives, and its absence changes nothing", async () => {
  const path = "/status/200?large";
  const events = ["transaction.created"];
  const large = await createEndpoint(server, receiver.url + path, { events, filter: LARGE });
  const all = await createEndpoint(server, `${receiver.url}/status/200?all`, { events });
  assert.deepEqual([large.filter, all.filter], [LARGE, null]);
  for (const amount of [501, 500, 12, 90_000]) {
    const isLarge = amount > 500;
    const data = { amount, currency: "EUR" };
    assert.equal(await publish(server, "transaction.created", data), isLarge ? 2 : 1);
  }
  assert.equal(await publish(server, "transaction.refunded", { amount: 900 }), 0);
  const bodies = await eventually("two large and four in all", () => {
    const arrived = (end: string) => receiver.requests.filter(({ path }) => path.endsWith(end));
    return arrived("?large").length === 2 && arrived("?all").length === 4
      ? arrived("?large").map(({ body }) => JSON.parse(body.toString()).data.amount)
      : undefined;
  });
  assert.deepEqual(bodies.toSorted(), [501, 90_000]);
  const { body } = await server.api("GET", `/api/deliveries?endpointId=${large.id}`);
  assert.equal(body.data.length, 2);
  await remove(large.id);
  await remove(all.id);
});

test("a filter narrows a wildcard", async () => {
  const filter = { type: { $startsWith: "transaction." }, ...LARGE };
  const events = ["transaction.*", "order.*"];
  const { id } = await createEndpoint(server, `${receiver.url}/status/200`, { events, filter });
  assert.equal(await publish(server, "transaction.created", { amount: 501 }), 1);
  assert.equal(await publish(server, "transaction.created", { amount: "501" }), 0);
  assert.equal(await publish(server, "order.created", { amount: 501 }), 0);
  assert.equal(await publish(server, "refund.created", { amount: 501 }), 0);
  await remove(id);
});

test("a changed filter decides about the next event on every node", async () => {
  const { id } = await createEndpoint(server, `${receiver.url}/status/200`);
  const both = async (amount: number) => [
    await publish(server, "order.created", { amount }),
    await publish(other, "order.created", { amount }),
  ];
  const change = async (filter: unknown) => {
    const answer = await server.api("PATCH", `/api/webhooks/${id}`, { filter });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    assert.deepEqual(answer.body.filter, filter);
  };
  assert.deepEqual(await both(1), [1, 1]);
  await change(LARGE);
  assert.deepEqual(await both(1), [0, 0]);
  assert.deepEqual(await both(501), [1, 1]);
  await change({ data: { amount: null } });
  assert.deepEqual(await both(501), [0, 0]);
  await server.api("PATCH", `/api/webhooks/${id}`, { description: "Filters stay." });
  assert.deepEqual(await both(501), [0, 0]);
  await change(null);
  assert.deepEqual(await both(1), [1, 1]);
  await remove(id);
});

test("a filter comes back as it was given, whatever its names and texts are", async () => {
  const text = '{"data":{"z":"\\u0000","__proto__":{"$ne":"\\ud800"},"a":{"$in":[1e300,null]}}}';
  const filter: unknown = JSON.parse(text);
  const { id } = await createEndpoint(server, `${receiver.url}/status/200`, { filter });
  const { body } = await server.api("GET", `/api/webhooks/${id}`);
  assert.equal(JSON.stringify(body.filter), JSON.stringify(filter));
  assert.equal(await publish(server, "a", { z: "\0", a: 1e300 }), 1);
  assert.equal(await publish(server, "a", { z: "", a: 1e300 }), 0);
  await remove(id);
});

test("whatever is no filter is refused with its place, and changes nothing", async () => {
  const { id } = await createEndpoint(server, `${receiver.url}/status/200`, { filter: LARGE });
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
  const hostile: readonly (readonly [unknown, string, string])[] = [
    [1, "/filter", "filter_invalid"],
    ["data.amount > 500", "/filter", "filter_invalid"],
    [[], "/filter", "filter_invalid"],
    [{}, "/filter", "filter_invalid"],
    [{ data: { a: { $regex: "(a+)+$" } } }, "/filter/data/a/$regex", "filter_invalid"],
    [{ $where: "while (true);" }, "/filter/$where", "filter_invalid"],
    [JSON.parse('{"__proto__":{"data":1}}'), "/filter/__proto__", "filter_invalid"],
    [{ data: { "a/b": { $gt: [] } } }, "/filter/data/a~1b/$gt", "filter_invalid"],
    [{ data: nested(20) }, `/filter/data${"/a".repeat(7)}`, "filter_too_complex"],
    [{ data: { $in: Array(5_000).fill(1) } }, "/filter/data/$in", "filter_too_complex"],
    [{ $or: Array(10_000).fill({ type: "a" }) }, "/filter/$or/49/type", "filter_too_complex"],
  ];
  const url = `${receiver.url}/status/200`;
  for (const [filter, pointer, code] of hostile) {
    for (const answer of [
      await server.api("POST", "/api/webhooks", { url, events: ["*"], filter }),
      await server.api("PATCH", `/api/webhooks/${id}`, { filter }),
    ]) {
      assert.equal(answer.status, 422, JSON.stringify(filter).slice(0, 100));
      assert.equal(answer.body.code, "invalid_request");
      const [first] = answer.body.errors;
      assert.deepEqual([first.pointer, first.code], [pointer, code]);
    }
  }
  const { body } = await server.api("GET", `/api/webhooks/${id}`);
  assert.deepEqual(body.filter, LARGE);
  await remove(id);
});
