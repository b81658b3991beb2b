import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { judges } from "../conformance/judges.ts";
import { eventually } from "../kit/eventually.ts";
import { startReceiver, type Receiver, type ReceivedRequest } from "../kit/receiver.ts";
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

async function createEndpoint(path: string, more: Record<string, unknown> = {}) {
  const body = { url: `${receiver.url}${path}`, events: ["*"], ...more };
  const answer = await server.api("POST", "/api/webhooks", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const removeEndpoint = (id: string) => server.api("DELETE", `/api/webhooks/${id}`);

const publish = (body: unknown, headers?: Record<string, string>) =>
  server.api("POST", "/api/events", body, headers);

const arrived = (path: string): ReceivedRequest[] =>
  receiver.requests.filter((request) => request.path === path);

async function deliveryOf(eventId: string, isIt: (delivery: Record<string, unknown>) => boolean) {
  return eventually(`a delivery of ${eventId}`, async () => {
    const { body } = await server.api("GET", `/api/deliveries?eventId=${eventId}`);
    return body.data.find(isIt);
  });
}

test("an event arrives signed, and the log shows the attempt", async () => {
  const endpoint = await createEndpoint("/status/200?a");
  const posted = await publish({
    type: "order.created",
    data: { total: 9007199254740993n.toString() },
  });
  assert.equal(posted.status, 202);
  assert.equal(posted.body.deliveries, 1);
  const delivery = await deliveryOf(posted.body.id, ({ status }) => status === "delivered");
  const [request] = arrived("/status/200?a");
  assert.ok(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  judges["default"]?.(headers, request.body, endpoint.secret);
  assert.equal(delivery.attemptCount, 1);
  assert.equal(delivery.retryCount, 0);
  assert.equal(delivery.responseStatus, 200);
  const { body } = await server.api("GET", `/api/deliveries/${delivery.id}/attempts`);
  assert.equal(body.data.length, 1);
  assert.equal(body.data[0].outcome, "delivered");
  assert.equal(body.data[0].number, 1);
  assert.equal(
    body.data[0].requestHeaders["webhook-signature"],
    request.headers["webhook-signature"],
  );
  const [attempt] = body.data;
  assert.deepEqual(
    [attempt.url, attempt.trigger, attempt.responseStatus, attempt.error],
    [endpoint.url, "schedule", 200, null],
  );
  // It opened its socket: every phase up to the answer has a time.
  assert.equal(typeof attempt.phases.connectMs, "number");
  assert.match(attempt.responseHeaders.date, / GMT$/);
  await removeEndpoint(endpoint.id);
});

test("data arrives as the bytes that were posted", async () => {
  const endpoint = await createEndpoint("/status/200?bytes");
  const data = `{ "n": 9007199254740993, "z": 1.0, "u": "\\u0000\\ud800", "dup": 1, "dup": 2, "é": "日本" }`;
  const response = await fetch(`${server.url}/api/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.operatorKey}`, "content-type": "application/json" },
    body: `{"data":${data},"type":"bytes.posted"}`,
  });
  assert.equal(response.status, 202);
  await eventually("the event arrives", () => arrived("/status/200?bytes")[0]);
  const body = arrived("/status/200?bytes")[0]?.body.toString() ?? "";
  assert.ok(body.includes(`"data":${data}`), body);
  await removeEndpoint(endpoint.id);
});

test("fifty equal requests at once make one event; other bytes under the same key are refused", async () => {
  const endpoint = await createEndpoint("/status/200?once");
  const headers = { "idempotency-key": "order-1" };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => publish({ type: "order.created", data: { id: 1 } }, headers)),
  );
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([202]));
  assert.equal(new Set(answers.map((answer) => answer.body.id)).size, 1);
  assert.equal(
    answers.filter((answer) => answer.headers.get("idempotency-replayed") === "true").length,
    49,
  );
  const other = await publish({ type: "order.created", data: { id: 2 } }, headers);
  assert.equal(other.status, 409);
  assert.equal(other.body.code, "idempotency_key_reused");
  await deliveryOf(answers[0]?.body.id, ({ status }) => status === "delivered");
  assert.equal(arrived("/status/200?once").length, 1);
  await removeEndpoint(endpoint.id);
});

test("a batch is all or nothing, and each of its events arrives", async () => {
  const endpoint = await createEndpoint("/status/200?batch");
  const good = Array.from({ length: 100 }, (_, index) => ({ type: "batch.item", data: { index } }));
  const refused = await server.api("POST", "/api/events/batch", {
    events: [...good.slice(1), { type: "No" }],
  });
  assert.equal(refused.status, 422);
  const accepted = await server.api("POST", "/api/events/batch", { events: good });
  assert.equal(accepted.status, 202);
  assert.equal(accepted.body.data.length, 100);
  await eventually("the batch arrives", () => arrived("/status/200?batch").length === 100);
  await removeEndpoint(endpoint.id);
});

test("a failing endpoint gets every attempt of the table at its time, then the delivery is failed", async () => {
  const endpoint = await createEndpoint("/status/500?table");
  const posted = await publish({ type: "order.created", data: {} });
  const delays = server.services.platforms.format("default@1").delivery.delaysSeconds;
  for (let attempt = 1; attempt < delays.length; attempt++) {
    const waiting = await deliveryOf(
      posted.body.id,
      ({ attemptCount, status }) => attemptCount === attempt && status === "retrying",
    );
    const { body } = await server.api("GET", `/api/deliveries/${waiting.id}/attempts`);
    const last = body.data.at(-1);
    const endedAt = Date.parse(last.startedAt) + last.durationMs;
    const waitedSeconds = (Date.parse(waiting.nextAttemptAt) - endedAt) / 1000;
    const wantedSeconds = delays[attempt] ?? 0;
    // Jitter is only added, at most a tenth; a second of tolerance for two clocks of one machine.
    assert.ok(
      waitedSeconds >= wantedSeconds - 1 && waitedSeconds <= wantedSeconds * 1.1 + 1,
      `${waitedSeconds}`,
    );
    await server.advance(wantedSeconds * 1100 + 1000);
  }
  const failed = await deliveryOf(posted.body.id, ({ status }) => status === "failed");
  assert.equal(failed.attemptCount, delays.length);
  assert.equal(failed.nextAttemptAt, null);
  assert.equal(arrived("/status/500?table").length, delays.length);
  const bodies = new Set(
    arrived("/status/500?table").map((request) => request.body.toString("hex")),
  );
  assert.equal(bodies.size, 1);
  await removeEndpoint(endpoint.id);
});

test("410 disables the endpoint in the default profile, and its events are held", async () => {
  const endpoint = await createEndpoint("/status/410?gone");
  const first = await publish({ type: "order.created", data: {} });
  await eventually("the endpoint is disabled", async () => {
    const { body } = await server.api("GET", `/api/webhooks/${endpoint.id}`);
    return body.status === "disabled";
  });
  const second = await publish({ type: "order.created", data: {} });
  for (const { body } of [first, second]) {
    await deliveryOf(body.id, ({ status }) => status === "held");
  }
  assert.equal(arrived("/status/410?gone").length, 1);
  await removeEndpoint(endpoint.id);
});

test("after the answer to an immediate roll no attempt is signed with the old secret, retries included", async () => {
  const endpoint = await createEndpoint("/status/500?roll");
  const events = Array.from({ length: 20 }, (_, index) => ({
    type: "order.created",
    data: { index },
  }));
  await server.api("POST", "/api/events/batch", { events });
  await eventually("all arrive", () => arrived("/status/500?roll").length >= 20);
  const rolled = await server.api("POST", `/api/webhooks/${endpoint.id}/roll-secret`, {
    previousExpiresIn: "0s",
  });
  assert.equal(rolled.status, 200, JSON.stringify(rolled.body));
  const before = arrived("/status/500?roll").length;
  await server.advance(10_000);
  await eventually("retries", () => arrived("/status/500?roll").length >= before + 10);
  for (const request of arrived("/status/500?roll").slice(before)) {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    judges["default"]?.(headers, request.body, rolled.body.secret);
    assert.throws(() => judges["default"]?.(headers, request.body, endpoint.secret));
  }
  await removeEndpoint(endpoint.id);
});

test("an unknown organization is 404", async () => {
  const answer = await server.api("POST", "/api/events", {
    type: "order.created",
    data: {},
    organizationId: "org_01h2xcejqtf2nbrexx3vqjhp41",
  });
  assert.equal(answer.status, 404);
});
