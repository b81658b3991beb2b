/** The trace of whoever publishes reaches the receiver, each attempt as a span of its own. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = `00-${TRACE}-b7ad6b7169203331-01`;

let receiver: Receiver;
let server: TestServer;

before(async () => {
  receiver = await startReceiver();
  server = await createTestServer();
});
after(async () => {
  await server.close();
  await receiver.close();
});

const event = { type: "order.created", data: 1 };

async function publish(traceparent?: string, body: object = event): Promise<string> {
  const headers: Record<string, string> = traceparent === undefined ? {} : { traceparent };
  const answer = await server.api("POST", "/api/events", body, headers);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return answer.body.id;
}

const sentFor = (id: string) =>
  receiver.requests.filter(({ headers }) => String(headers["webhook-id"]).endsWith(id.slice(4)));

async function delivered(id: string, count = 1) {
  return eventually("it arrives", () => {
    const requests = sentFor(id);
    return requests.length >= count ? requests.map(({ headers }) => headers) : undefined;
  });
}

test("every attempt, also one that was claimed from the database, carries the trace with a span of its own", async () => {
  const endpoint = await createEndpoint(server, `${receiver.url}/status/500`);
  const id = await publish(PARENT);
  await deliveryOf(server, id, ({ status }) => status === "retrying");
  await server.advance(24 * 60 * 60 * 1000);
  const spans = (await delivered(id, 2)).map(({ traceparent }) => String(traceparent));
  for (const span of spans) assert.match(span, new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
  assert.equal(new Set([PARENT, ...spans]).size, spans.length + 1);
  const { body } = await server.api("GET", `/api/events/${id}`);
  assert.equal(body.traceparent, PARENT);
  await server.api("DELETE", `/api/webhooks/${endpoint.id}`);
});

test("without a trace, or with a header that is none, nothing is stored and nothing is sent", async () => {
  const endpoint = await createEndpoint(server, `${receiver.url}/status/200`);
  const wrong = ["ff", PARENT.replace(/^00/, "ff"), PARENT.toUpperCase(), `${PARENT}, ${PARENT}`];
  for (const header of [undefined, ...wrong]) {
    const id = await publish(header);
    const [headers] = await delivered(id);
    assert.equal(headers?.["traceparent"], undefined);
    const { body } = await server.api("GET", `/api/events/${id}`);
    assert.equal(body.traceparent, null);
  }
  await server.api("DELETE", `/api/webhooks/${endpoint.id}`);
});

test("events with and without a trace and a key share a batch, and each keeps its own", async () => {
  const ordered = { ordering: "key" };
  const endpoint = await createEndpoint(server, `${receiver.url}/status/200`, ordered);
  const publishing = [publish(), publish(PARENT), publish(PARENT, { ...event, orderingKey: "k" })];
  const ids = await Promise.all([
    ...publishing,
    publish(undefined, { ...event, orderingKey: "k" }),
  ]);
  const traces = await Promise.all(
    ids.map(async (id) => {
      const [headers] = await delivered(id);
      return headers?.["traceparent"] !== undefined;
    }),
  );
  assert.deepEqual(traces, [false, true, true, false]);
  await server.api("DELETE", `/api/webhooks/${endpoint.id}`);
});

test("a header of that name which the customer has set goes before ours", async () => {
  const endpoint = await createEndpoint(server, `${receiver.url}/status/200`, {
    headers: { Traceparent: "theirs" },
  });
  const [headers] = await delivered(await publish(PARENT));
  assert.equal(headers?.["traceparent"], "theirs");
  await server.api("DELETE", `/api/webhooks/${endpoint.id}`);
});
