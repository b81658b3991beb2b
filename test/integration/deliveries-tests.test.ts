import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { judges } from "../conformance/judges.ts";
import { startReceiver, type ReceivedRequest, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
});

after(async () => {
  await receiver.close();
  await server.close();
});

/** An organization of its own for each test: the allowance of test sends is an organization's. */
async function createOrganization(profile = "default"): Promise<string> {
  const answer = await server.api("POST", "/api/organizations", { name: "Test", profile });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body.id;
}

async function createEndpoint(path: string, more: Record<string, unknown> = {}) {
  const organizationId = more["organizationId"] ?? (await createOrganization());
  const body = { url: receiver.url + path, events: ["*"], ...more, organizationId };
  const answer = await server.api("POST", "/api/webhooks", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const sendTest = (id: string, body: unknown) =>
  server.api("POST", `/api/webhooks/${id}/test`, body);
const check = (id: string) => server.api("POST", `/api/webhooks/${id}/send`);
const read = async (path: string) => (await server.api("GET", path)).body;
const arrived = (path: string): ReceivedRequest[] =>
  receiver.requests.filter((request) => request.path === path);

function headersOf(request: ReceivedRequest): Record<string, string> {
  const pairs = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
  return Object.fromEntries(pairs);
}

test("a test event is signed as in production and marked as a test in the log", async () => {
  const endpoint = await createEndpoint("/status/200?test-1");
  const answer = await sendTest(endpoint.id, { eventType: "order.created", data: { n: 1 } });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const { deliveryId, eventId, durationMs, ...rest } = answer.body;
  assert.deepEqual(rest, {
    status: "delivered",
    outcome: "delivered",
    responseStatus: 200,
    error: null,
  });
  assert.equal(typeof durationMs, "number");
  const [request] = arrived("/status/200?test-1");
  assert.ok(request);
  judges["default"]?.(headersOf(request), request.body, endpoint.secret);
  const body = JSON.parse(request.body.toString());
  assert.deepEqual([body.type, body.data], ["order.created", { n: 1 }]);
  const delivery = await read(`/api/deliveries/${deliveryId}`);
  const { isTest, status, attemptCount, maxAttempts } = delivery;
  assert.deepEqual([isTest, status, attemptCount, maxAttempts], [true, "delivered", 1, 1]);
  const { data: attempts } = await read(`/api/deliveries/${deliveryId}/attempts`);
  assert.deepEqual(
    attempts.map((each: Record<string, unknown>) => [each["trigger"], each["isTest"]]),
    [["test", true]],
  );
  const event = await read(`/api/events/${eventId}`);
  assert.deepEqual([event.isTest, event.data], [true, { n: 1 }]);
  const tests = await read(`/api/deliveries?isTest=true&endpointId=${endpoint.id}`);
  assert.deepEqual(tests.data, [delivery]);
});

test("a failed test is not retried, and says nothing about the endpoint", async () => {
  const endpoint = await createEndpoint("/status/410?test-2");
  const answer = await sendTest(endpoint.id, { eventType: "order.created" });
  const { status, outcome, responseStatus, error, deliveryId } = answer.body;
  assert.deepEqual([status, outcome, responseStatus], ["failed", "http_error", 410]);
  assert.equal(error.code, "gone");
  const delivery = await read(`/api/deliveries/${deliveryId}`);
  assert.deepEqual([delivery.status, delivery.nextAttemptAt], ["failed", null]);
  await server.advance(24 * 60 * 60 * 1000);
  assert.equal((await read(`/api/webhooks/${endpoint.id}`)).status, "active");
  const health = await read(`/api/webhooks/${endpoint.id}/health`);
  assert.deepEqual(health, { healthy: true, lastDelivery: null, successRate: null });
  assert.equal(arrived("/status/410?test-2").length, 1);
  const again = await server.api("POST", `/api/deliveries/${deliveryId}/redeliver`);
  assert.deepEqual([again.status, again.body.maxAttempts], [202, 1]);
});

test("paused and disabled endpoints get tests, and nothing else", async () => {
  for (const change of ["pause", "disable"]) {
    const path = `/status/200?${change}`;
    const endpoint = await createEndpoint(path);
    if (change === "pause") await server.api("POST", `/api/webhooks/${endpoint.id}/pause`);
    else await server.api("PATCH", `/api/webhooks/${endpoint.id}`, { enabled: false });
    const before = await read(`/api/webhooks/${endpoint.id}`);
    const answer = await sendTest(endpoint.id, { eventType: "order.created" });
    assert.equal(answer.body.status, "delivered", JSON.stringify(answer.body));
    assert.equal(arrived(path).length, 1);
    assert.deepEqual(await read(`/api/webhooks/${endpoint.id}`), before);
  }
});

test("what is not given comes from the catalogue; a closed one refuses types that it has not", async () => {
  const organizationId = await createOrganization("fanfare/planned");
  const endpoint = await createEndpoint("/status/200?test-3", { organizationId });
  const { data: types } = await read(`/api/event-types?organizationId=${organizationId}`);
  const { type: eventType, example } = types[0];
  const [name] = Object.keys(example.data);
  assert.ok(name);
  const dataOf = async (body: Record<string, unknown>) => {
    const answer = await sendTest(endpoint.id, { eventType, ...body });
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return (await read(`/api/events/${answer.body.eventId}`)).data;
  };
  assert.deepEqual(await dataOf({}), example.data);
  const given = { [name]: "mine", more: { n: 1 } };
  assert.deepEqual(await dataOf({ data: given }), { ...example.data, ...given });
  assert.deepEqual(await dataOf({ data: null }), null);
  assert.deepEqual(await dataOf({ data: [1, "x"] }), [1, "x"]);
  const unknown = await sendTest(endpoint.id, { eventType: "order.exploded" });
  assert.equal(unknown.status, 422);
  assert.deepEqual(
    unknown.body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`),
    ["/eventType type_unknown"],
  );
  const invalid = await sendTest(endpoint.id, { eventType: "Order Created", extra: 1 });
  const codes = invalid.body.errors.map(({ code }: { code: string }) => code);
  assert.deepEqual(codes.toSorted(), ["type_invalid", "unknown_field"]);
});

test("an open catalogue tests any type, with empty data where it knows no example", async () => {
  const endpoint = await createEndpoint("/status/200?test-4");
  const answer = await sendTest(endpoint.id, { eventType: "never.heard_of" });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  assert.deepEqual((await read(`/api/events/${answer.body.eventId}`)).data, {});
});

test("an organization sends 20 tests at once and then waits; others do not", async () => {
  const organizationId = await createOrganization();
  const endpoint = await createEndpoint("/status/200?rate", { organizationId });
  const ok = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      index % 2 ? check(endpoint.id) : sendTest(endpoint.id, { eventType: "order.created" }),
    ),
  );
  assert.deepEqual(new Set(ok.map(({ status }) => status)), new Set([200]));
  for (const refused of [
    await check(endpoint.id),
    await sendTest(endpoint.id, { eventType: "a" }),
  ]) {
    assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
    assert.match(refused.headers.get("retry-after") ?? "", /^[123]$/);
  }
  assert.equal(arrived("/status/200?rate").length, 20);
  const other = await createEndpoint("/status/200?rate-other");
  assert.equal((await check(other.id)).status, 200);
});

test("a connectivity check is unsigned, carries the custom headers, and leaves only a line in the log", async () => {
  const organizationId = await createOrganization("fabhub");
  const headers = { "X-Gateway": "let-me-in" };
  const endpoint = await createEndpoint("/status/204?check", { organizationId, headers });
  const answer = await check(endpoint.id);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const { durationMs, ...rest } = answer.body;
  assert.deepEqual(rest, { ok: true, responseStatus: 204, outcome: "delivered", error: null });
  assert.equal(typeof durationMs, "number");
  const [request] = arrived("/status/204?check");
  assert.ok(request);
  assert.deepEqual(JSON.parse(request.body.toString()), {
    type: "ping",
    message: "Connectivity test",
  });
  const sent = Object.keys(request.headers).toSorted();
  const plain = ["accept-encoding", "connection", "content-length", "content-type", "host"];
  assert.deepEqual(sent, [...plain, "user-agent", "x-gateway"]);
  assert.deepEqual((await read(`/api/deliveries?endpointId=${endpoint.id}`)).data, []);
  assert.deepEqual((await read(`/api/events?organizationId=${organizationId}`)).data, []);
  const line = server.logged.find((each) => each["endpointId"] === endpoint.id);
  assert.ok(line);
  assert.deepEqual([line["event"], line["status"]], ["connectivity.checked", 204]);
  assert.doesNotMatch(JSON.stringify(line), /let-me-in/);
});

test("a connectivity check tells why nothing answers", async () => {
  const gone = await startReceiver();
  await gone.close();
  const endpoint = await createEndpoint("", { url: gone.url });
  const answer = await check(endpoint.id);
  const { ok, responseStatus, outcome, error } = answer.body;
  assert.deepEqual(
    [ok, responseStatus, outcome, error.code],
    [false, null, "connection_error", "connection_refused"],
  );
  const failing = await createEndpoint("/status/500?check");
  const { body } = await check(failing.id);
  assert.deepEqual([body.ok, body.responseStatus, body.error.code], [false, 500, "http_5xx"]);
});

test("tests of unknown, deleted and foreign webhooks are 404", async () => {
  const endpoint = await createEndpoint("/status/200?foreign");
  const other = await createOrganization();
  const body = { eventType: "order.created" };
  for (const [rest, given] of [
    ["test", body],
    ["send", undefined],
  ] as const) {
    const foreign = `/api/webhooks/${endpoint.id}/${rest}?organizationId=${other}`;
    assert.equal((await server.api("POST", foreign, given)).status, 404);
    const unknown = `/api/webhooks/ep_01h455vb4pex5vsknk084sn02q/${rest}`;
    assert.equal((await server.api("POST", unknown, given)).status, 404);
  }
  await server.api("DELETE", `/api/webhooks/${endpoint.id}`);
  assert.equal((await sendTest(endpoint.id, body)).status, 404);
  assert.equal((await check(endpoint.id)).status, 404);
  assert.deepEqual(arrived("/status/200?foreign"), []);
});
