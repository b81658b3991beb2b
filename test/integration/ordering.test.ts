/** Order by key: of the deliveries that share an ordering key, one goes when the one before it has ended. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type ReceivedRequest, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let other: TestServer;
let receiver: Receiver;
/** Numbers that are answered with 500. */
const refused = new Set<number>();
/** Requests under way, by key; the most there ever were at once. */
const underWay = new Map<string, number>();
let mostAtOnce = 0;
/** Requests of earlier tests. */
let seen = 0;

const requests = () => receiver.requests.slice(seen);

before(async () => {
  receiver = await startReceiver({
    answer(request, response) {
      const { key, number } = contentOf(request);
      underWay.set(key, (underWay.get(key) ?? 0) + 1);
      mostAtOnce = Math.max(mostAtOnce, underWay.get(key) ?? 0);
      setImmediate(() => {
        underWay.set(key, (underWay.get(key) ?? 0) - 1);
        response.writeHead(refused.has(number) ? 500 : 204).end();
      });
    },
  });
  server = await createTestServer();
  other = await createTestServer({ beside: server });
});

after(async () => {
  await other.close();
  await server.close();
  await receiver.close();
});

let endpointId = "";

beforeEach(async (t) => {
  refused.clear();
  seen = receiver.requests.length;
  const made = await createEndpoint(server, `${receiver.url}/ordered`, { ordering: "key" });
  endpointId = made.id;
  if ("after" in t) t.after(() => server.api("DELETE", `/api/webhooks/${made.id}`));
});

function contentOf({ body }: Pick<ReceivedRequest, "body">): { key: string; number: number } {
  return JSON.parse(body.toString()).data;
}

const event = (key: string | undefined, number: number) => ({
  type: "order.created",
  data: { key, number },
  orderingKey: key,
});

async function publish(key: string | undefined, number: number, on = server): Promise<string> {
  const { status, body } = await on.api("POST", "/api/events", event(key, number));
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

async function arrived(count: number): Promise<Map<string, number[]>> {
  await eventually(`${count} requests`, () => requests().length >= count || undefined);
  const byKey = new Map<string, number[]>();
  for (const request of requests()) {
    const { key, number } = contentOf(request);
    byKey.set(key, [...(byKey.get(key) ?? []), number]);
  }
  return byKey;
}

const status = (eventId: string, wanted: string) =>
  deliveryOf(server, eventId, (delivery) => delivery["status"] === wanted);

test("each key arrives in order and one at a time, from two nodes, batches and single events", async () => {
  mostAtOnce = 0;
  const keys = ["a", "b", 'ü/🙂 \\"c'];
  for (let round = 0; round < 4; round++) {
    const on = round % 2 === 0 ? server : other;
    const numbers = [0, 1, 2, 3, 4].map((step) => round * 6 + step);
    const events = keys.flatMap((key) => numbers.map((number) => event(key, number)));
    assert.equal((await on.api("POST", "/api/events/batch", { events })).status, 202);
    for (const key of keys) await publish(key, round * 6 + 5, on === server ? other : server);
  }
  const byKey = await arrived(3 * 24);
  for (const key of keys) {
    assert.deepEqual(byKey.get(key), [...Array(24).keys()], key);
  }
  assert.equal(mostAtOnce, 1);
  for (const { headers, body } of requests()) {
    const { key, number } = contentOf({ body });
    assert.equal(headers["webhook-ordering-key"], encodeURIComponent(key));
    assert.equal(headers["webhook-sequence"], String(number + 1));
  }
});

test("what is refused before it is stored takes no number: a repeated key leaves no gap", async () => {
  const headers = { "idempotency-key": "once" };
  const one = await server.api("POST", "/api/events", event("gap", 0), headers);
  const again = await server.api("POST", "/api/events", event("gap", 0), headers);
  assert.equal(again.body.id, one.body.id);
  const next = await publish("gap", 1);
  await arrived(2);
  const shown = (await server.api("GET", `/api/events/${next}`)).body;
  assert.deepEqual([shown.orderingKey, shown.sequence], ["gap", 2]);
  const listed = (await server.api("GET", "/api/events?limit=1")).body.data[0];
  assert.equal(listed.sequence, 2);
});

test("behind a delivery that fails its key waits and says for which; other keys and events without a key pass", async () => {
  refused.add(1);
  const first = await publish("stuck", 1);
  await status(first, "retrying");
  const behind = [await publish("stuck", 2), await publish("stuck", 3, other)];
  await publish("free", 4);
  await publish(undefined, 5);
  const numbers = [...(await arrived(3)).values()].flat();
  assert.deepEqual(new Set(numbers), new Set([1, 4, 5]));
  const head = await status(first, "retrying");
  for (const id of behind) {
    const waiting = await status(id, "pending");
    assert.deepEqual([waiting["blockedBy"], waiting["nextAttemptAt"]], [head["id"], null]);
    const again = await server.api("POST", `/api/deliveries/${String(waiting["id"])}/redeliver`);
    assert.deepEqual([again.status, again.body.code], [409, "delivery_blocked"]);
    assert.equal(again.body.blockedBy, head["id"]);
    const skip = await server.api("POST", `/api/deliveries/${String(waiting["id"])}/skip`);
    assert.deepEqual([skip.status, skip.body.code], [409, "delivery_not_first"]);
  }
  const { body } = await server.api("GET", `/api/webhooks/${endpointId}/queues`);
  assert.equal(body.data.length, 1);
  const [queue] = body.data;
  assert.deepEqual(
    [queue.orderingKey, queue.waitingCount, queue.first.id, queue.first.sequence],
    ["stuck", 2, head["id"], 1],
  );
  assert.equal(queue.first.status, "retrying");
});

test("skip, retry and give up: the next one goes on, the first one goes now, or all of them end", async () => {
  refused.add(1).add(2);
  const first = await publish("way", 1);
  const head = String((await status(first, "retrying"))["id"]);
  const [second, third] = [await publish("way", 2), await publish("way", 3)];
  const act = (id: unknown, word: string) =>
    server.api("POST", `/api/deliveries/${String(id)}/${word}`);
  const skipped = await act(head, "skip");
  assert.deepEqual([skipped.status, skipped.body.cancelReason], [202, "skipped"]);
  const next = await status(second, "retrying");
  refused.delete(2);
  assert.equal((await act(next["id"], "retry")).status, 202);
  await status(second, "delivered");
  await status(third, "delivered");
  assert.equal((await act(next["id"], "retry")).body.code, "delivery_not_first");

  refused.add(4);
  const ids = [];
  for (const number of [4, 5, 6, 7]) ids.push(await publish("way", number));
  const stuck = await status(ids[0] ?? "", "retrying");
  const given = await act(stuck["id"], "give-up");
  assert.deepEqual([given.status, given.body.cancelledCount], [202, 4]);
  for (const id of ids) {
    const ended = await status(id, "cancelled");
    assert.equal(ended["cancelReason"], "given_up");
  }
  await status(await publish("way", 8), "delivered");
  const { body } = await server.api("GET", `/api/webhooks/${endpointId}/queues`);
  assert.deepEqual(body.data, []);
});

test("a delivery that is sent again goes before later ones that wait", async () => {
  const first = await publish("again", 1);
  const early = await status(first, "delivered");
  refused.add(2);
  const second = await publish("again", 2);
  await status(second, "retrying");
  refused.add(1);
  await server.api("POST", `/api/deliveries/${String(early["id"])}/redeliver`);
  await deliveryOf(server, first, (each) => each["status"] === "retrying");
  const late = await status(second, "retrying");
  assert.equal(late["blockedBy"], early["id"]);
  refused.clear();
  await server.advance(60_000);
  await status(first, "delivered");
  await status(second, "delivered");
  const { again } = Object.fromEntries(await arrived(5));
  assert.deepEqual(again, [1, 2, 1, 1, 2]);
});

test("the end of the schedule and a pause let nothing overtake", async () => {
  refused.add(1);
  const ids = [await publish("end", 1), await publish("end", 2)];
  await status(ids[0] ?? "", "retrying");
  await server.api("POST", `/api/webhooks/${endpointId}/pause`);
  ids.push(await publish("end", 3));
  assert.equal((await status(ids[2] ?? "", "held"))["attemptCount"], 0);
  await server.sql`update deliveries set max_attempts = 2 where state = 'pending' and sequence = 1`;
  await server.advance(60_000);
  await server.api("POST", `/api/webhooks/${endpointId}/resume`);
  await status(ids[0] ?? "", "failed");
  await status(ids[1] ?? "", "delivered");
  await status(ids[2] ?? "", "delivered");
  assert.deepEqual((await arrived(4)).get("end"), [1, 1, 2, 3]);
});

test("a queue that nobody advanced is found: nothing waits for a node that died between two statements", async () => {
  refused.add(1);
  const first = await publish("lost", 1);
  const head = await status(first, "retrying");
  const second = await publish("lost", 2);
  const id = parseId("dlv", String(head["id"])) ?? "";
  await server.sql`
    update deliveries set state = 'cancelled', due_at = null, finished_at = now(), cancel_reason = 'person' where id = ${id}`;
  await status(second, "delivered");
  const rows = await eventually("an empty queue", async () => {
    const found = await server.sql`select from ordering_queue where key = 'lost'`;
    return found.length === 0 ? found : undefined;
  });
  assert.equal(rows.length, 0);
});

test("queues are listed page by page, and a foreign or wrong cursor is refused", async () => {
  const keys = ["k1", "k2", "k3"];
  for (const [index, key] of keys.entries()) {
    refused.add(index);
    const head = await publish(key, index);
    await status(head, "retrying");
    await publish(key, 100);
  }
  const path = `/api/webhooks/${endpointId}/queues`;
  const listed = [];
  let cursor = "";
  do {
    const { body } = await server.api("GET", `${path}?limit=1${cursor && `&cursor=${cursor}`}`);
    listed.push(...body.data.map((queue: { orderingKey: string }) => queue.orderingKey));
    cursor = body.nextCursor ?? "";
  } while (cursor !== "");
  assert.deepEqual(listed, keys);
  const wrong = await server.api("GET", `${path}?cursor=%21`);
  assert.deepEqual([wrong.status, wrong.body.errors[0].code], [422, "cursor_invalid"]);
  assert.equal((await server.api("GET", "/api/webhooks/nothing/queues")).status, 404);
});

test("an event with a key goes to endpoints without order as ever, and its deliveries wait for nobody", async () => {
  await server.api("PATCH", `/api/webhooks/${endpointId}`, { ordering: "none" });
  refused.add(1);
  const first = await publish("loose", 1);
  await status(first, "retrying");
  const second = await status(await publish("loose", 2), "delivered");
  assert.deepEqual([second["orderingKey"], second["sequence"]], ["loose", null]);
  const headers = requests().map((request) => request.headers["webhook-sequence"]);
  assert.deepEqual(headers, [undefined, undefined]);
});
