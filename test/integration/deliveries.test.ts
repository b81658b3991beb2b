import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../kit/eventually.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestAnswer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver();
});

after(async () => {
  // First the receiver: requests that it never answers would keep the server from ending.
  await receiver.close();
  await server.close();
});

interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  readonly [field: string]: unknown;
}

const UNKNOWN_ID = "dlv_01h455vb4pex5vsknk084sn02q";

async function createEndpoint(path: string, more: Record<string, unknown> = {}) {
  const body = { url: receiver.url + path, events: ["*"], ...more };
  const answer = await server.api("POST", "/api/webhooks", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

async function publish(event: Record<string, unknown> = {}): Promise<string> {
  const body = { type: "order.created", data: {}, ...event };
  const answer = await server.api("POST", "/api/events", body);
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return answer.body.id;
}

async function list(query: string): Promise<Delivery[]> {
  const answer = await server.api("GET", `/api/deliveries?limit=100&${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.data;
}

const remove = (id: string) => server.api("DELETE", `/api/webhooks/${id}`);

async function attemptsOf(id: string) {
  const answer = await server.api("GET", `/api/deliveries/${id}/attempts`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.data;
}

/** Asks until the first delivery of an event to an endpoint has this status. */
const deliveryWith = (query: string, status: string): Promise<Delivery> =>
  eventually(`a delivery of ${query} is ${status}`, async () => {
    const [delivery] = await list(query);
    return delivery?.status === status && delivery;
  });

function problemsOf({ status, body }: TestAnswer): string[] {
  assert.equal(status, 422, JSON.stringify(body));
  return body.errors.map(
    (each: { pointer: string; code: string }) => `${each.pointer} ${each.code}`,
  );
}

test("a delivery is shown with all that is known of it, alone and in lists", async () => {
  const endpoint = await createEndpoint("/status/201?shown");
  const eventId = await publish({ resource: "artist:nova", orderingKey: "a" });
  const delivery = await deliveryWith(`eventId=${eventId}`, "delivered");
  assert.deepEqual(delivery, {
    id: delivery.id,
    organizationId: server.organizationId,
    eventId,
    endpointId: endpoint.id,
    endpointUrl: endpoint.url,
    type: "order.created",
    resource: "artist:nova",
    orderingKey: "a",
    sequence: null,
    blockedBy: null,
    status: "delivered",
    attemptCount: 1,
    retryCount: 0,
    generation: 1,
    generationAttemptCount: 1,
    maxAttempts: server.services.platforms.format("default@1").delivery.delaysSeconds.length,
    outcome: "delivered",
    responseStatus: 201,
    errorCode: null,
    durationMs: delivery["durationMs"],
    wireFormat: "default@1",
    isTest: false,
    createdAt: delivery.createdAt,
    deliveredAt: delivery["deliveredAt"],
    finishedAt: delivery["deliveredAt"],
    nextAttemptAt: null,
    cancelReason: null,
    failureReason: null,
    isIsolated: false,
  });
  assert.ok(Math.abs(Date.parse(delivery.createdAt) - Date.now()) < 60_000);
  assert.ok(String(delivery["deliveredAt"]) >= delivery.createdAt);
  const alone = await server.api("GET", `/api/deliveries/${delivery.id}`);
  assert.deepEqual(alone.body, delivery);
  const event = await server.api("GET", `/api/events/${eventId}`);
  const shown = { id: delivery.id, endpointId: endpoint.id, status: "delivered" };
  assert.deepEqual(event.body.deliveries, [shown]);
  assert.equal(event.body.createdAt, delivery.createdAt);
  await remove(endpoint.id);
  const later = await server.api("GET", `/api/deliveries/${delivery.id}`);
  assert.deepEqual(later.body, delivery, "the log outlives the endpoint");
});

for (const wireFormat of ["default@1", "fanfare/planned@1", "fanfare/guide@1", "fanhaven@1"]) {
  test(`an attempt of ${wireFormat} shows the request headers that the receiver got`, async () => {
    const path = `/status/500?headers=${wireFormat}`;
    const headers = { "X-Api-Token": "canary-1", "X-Shop": "canary-2" };
    const endpoint = await createEndpoint(path, { wireFormat, headers });
    await publish();
    const delivery = await deliveryWith(`endpointId=${endpoint.id}`, "retrying");
    const [attempt] = await attemptsOf(delivery.id);
    assert.match(attempt.id, /^att_[0-7][0-9a-z]{25}$/);
    assert.deepEqual(
      [attempt.deliveryId, attempt.number, attempt.generation, attempt.trigger],
      [delivery.id, 1, 1, "schedule"],
    );
    assert.deepEqual(
      [attempt.outcome, attempt.error.code, attempt.responseStatus, attempt.isTest],
      ["http_error", "http_5xx", 500, false],
    );
    assert.equal(attempt.url, endpoint.url);
    assert.deepEqual(Object.keys(attempt.phases), ["dnsMs", "connectMs", "tlsMs", "waitMs"]);
    const request = receiver.requests.find((each) => each.path === path);
    assert.ok(request);
    const { "X-Api-Token": token, "X-Shop": shop, ...own } = attempt.requestHeaders;
    assert.deepEqual([token, shop], ["••••", "••••"]);
    assert.doesNotMatch(JSON.stringify(attempt), /canary/);
    for (const [name, value] of Object.entries(own)) {
      assert.equal(request.headers[name.toLowerCase()], value, name);
    }
    const byHttp = ["host", "connection", "content-length", "accept-encoding"];
    const sent = Object.keys(request.headers).filter((name) => !byHttp.includes(name));
    const shown = Object.keys(attempt.requestHeaders).map((name) => name.toLowerCase());
    assert.deepEqual(shown.toSorted(), sent.toSorted());
    await remove(endpoint.id);
  });
}

test("response bodies are shown as text where they are text, else as base64", async () => {
  const bodies: Record<string, Buffer> = {
    text: Buffer.from("grüße \u0000 日本"),
    none: Buffer.alloc(0),
    binary: Buffer.from([0xff, 0x00, 0xfe]),
    // The cut at 16 KiB falls into the middle of a character.
    long: Buffer.from(`x${"é".repeat(9_000)}`),
  };
  const speaker = await startReceiver({
    answer: ({ path }, response) => response.end(bodies[path.slice(1)]),
  });
  const shown: Record<string, unknown[]> = {};
  for (const name of Object.keys(bodies)) {
    const url = `${speaker.url}/${name}`;
    const endpoint = await createEndpoint("", { url });
    await publish();
    const delivery = await deliveryWith(`endpointId=${endpoint.id}`, "delivered");
    const [attempt] = await attemptsOf(delivery.id);
    const { responseBody, responseBodyEncoding, responseBodyTruncated } = attempt;
    shown[name] = [responseBody, responseBodyEncoding, responseBodyTruncated];
    await remove(endpoint.id);
  }
  await speaker.close();
  assert.deepEqual(shown, {
    text: ["grüße \u0000 日本", "utf8", false],
    none: [null, null, false],
    binary: ["/wD+", "base64", false],
    long: [`x${"é".repeat(8_191)}`, "utf8", true],
  });
});

test("an event answers the very bytes of its data; lists leave data out", async () => {
  const data = `{ "n": 9007199254740993, "z": 1.0, "u": "\\u0000\\ud800", "dup": 1, "dup": 2, "é": "日本" }`;
  const authorization = `Bearer ${server.operatorKey}`;
  const posted = await fetch(`${server.url}/api/events`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: `{"data":${data},"type":"bytes.posted","occurredAt":"2026-07-01T10:00:00+02:00"}`,
  });
  const { id }: { id: string } = JSON.parse(await posted.text());
  const answer = await fetch(`${server.url}/api/events/${id}`, { headers: { authorization } });
  assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
  const text = await answer.text();
  assert.ok(text.includes(`"data":${data}}`), text);
  const { data: _, deliveries, traceparent, ...rest } = JSON.parse(text);
  assert.deepEqual([deliveries, traceparent], [[], null]);
  assert.equal(rest.occurredAt, "2026-07-01T08:00:00.000Z");
  const listed = await server.api("GET", "/api/events?type=bytes.posted");
  assert.deepEqual(listed.body.data, [rest]);
});

test("filters narrow the list, and together narrow it further", async () => {
  const first = await createEndpoint("/status/200?filter-1");
  const second = await createEndpoint("/status/500?filter-2", { events: ["filter.b"] });
  const a = await publish({ type: "filter.a", resource: "artist:nova" });
  const b = await publish({ type: "filter.b", orderingKey: "straße 1" });
  const ofFirst = await deliveryWith(`eventId=${b}&endpointId=${first.id}`, "delivered");
  const ofSecond = await deliveryWith(`eventId=${b}&endpointId=${second.id}`, "retrying");
  const ofA = await deliveryWith(`eventId=${a}`, "delivered");
  const ids = async (query: string) => (await list(query)).map(({ id }) => id);
  const types = "type=filter.a,filter.b";
  assert.deepEqual(new Set(await ids(`eventId=${b}`)), new Set([ofFirst.id, ofSecond.id]));
  assert.deepEqual(await ids(`endpointId=${second.id}`), [ofSecond.id]);
  assert.deepEqual(await ids(`status=Retrying,FAILED&${types}`), [ofSecond.id]);
  assert.deepEqual(await ids("type=filter.a"), [ofA.id]);
  assert.equal((await ids(types)).length, 3);
  assert.deepEqual(await ids(`resource=artist:nova&${types}`), [ofA.id]);
  assert.equal((await ids(`orderingKey=${encodeURIComponent("straße 1")}`)).length, 2);
  assert.deepEqual(await ids(`isTest=true&${types}`), []);
  assert.equal((await ids(`isTest=false&${types}`)).length, 3);
  const { createdAt } = ofA;
  assert.deepEqual(await ids(`createdAt[gte]=${createdAt}&createdAt[lte]=${createdAt}&${types}`), [
    ofA.id,
  ]);
  assert.deepEqual(await ids(`createdAt[lte]=2020-01-01&${types}`), []);
  assert.equal((await ids(`createdAt%5Bgte%5D=${createdAt}&${types}`)).length, 3);
  await remove(first.id);
  await remove(second.id);
});

test("what cannot be asked is told with its parameter", async () => {
  const ask = async (query: string) =>
    problemsOf(await server.api("GET", `/api/deliveries?${query}`));
  assert.deepEqual(await ask("status=exploded"), ["/status/0 invalid_value"]);
  assert.deepEqual(await ask("eventId=dlv_01h455vb4pex5vsknk084sn02q"), ["/eventId id_invalid"]);
  assert.deepEqual(await ask("webhookId=x"), ["/webhookId unknown_parameter"]);
  assert.deepEqual(await ask("type=order.created,n!"), ["/type/1 type_invalid"]);
  assert.deepEqual(await ask("isTest=maybe"), ["/isTest invalid_value"]);
  assert.deepEqual(await ask("createdAt[gte]=yesterday"), ["/createdAt[gte] timestamp_invalid"]);
  const range = ["/createdAt[gte] range_invalid"];
  assert.deepEqual(await ask("createdAt[gte]=2026-07-02&createdAt[lte]=2026-07-01"), range);
  assert.deepEqual(await ask("createdAt[gte]=2026-01-01&createdAt[lte]=2026-05-01"), range);
  assert.deepEqual(await ask("createdAt[gte]=2020-01-01"), range);
  assert.deepEqual(await ask("limit=101"), ["/limit limit_invalid"]);
  assert.deepEqual(await ask("sort=status"), ["/sort sort_invalid"]);
});

test("pages show every delivery once, in either order, and refuse cursors of other lists", async () => {
  const endpoint = await createEndpoint("/status/200?pages", { events: ["pages.made"] });
  const events = Array.from({ length: 7 }, (_, index) => ({ type: "pages.made", data: index }));
  await server.api("POST", "/api/events/batch", { events });
  const query = `endpointId=${endpoint.id}`;
  const walk = async (sort: string) => {
    const found: string[] = [];
    for (let cursor = ""; ;) {
      const page = await server.api(
        "GET",
        `/api/deliveries?${query}&limit=3&sort=${sort}${cursor}`,
      );
      found.push(...page.body.data.map(({ id }: Delivery) => id));
      if (!page.body.hasMore) return found;
      cursor = `&cursor=${page.body.nextCursor}`;
    }
  };
  const newest = await walk("-createdAt");
  assert.equal(new Set(newest).size, 7);
  assert.deepEqual(newest, newest.toSorted().toReversed());
  assert.deepEqual(await walk("createdAt"), newest.toReversed());
  const { body } = await server.api("GET", `/api/deliveries?${query}&limit=3`);
  const other = await server.api("GET", `/api/deliveries?limit=3&cursor=${body.nextCursor}`);
  assert.deepEqual(problemsOf(other), ["/cursor cursor_invalid"]);
  await remove(endpoint.id);
});

test("every shown status can be filtered for, and the filter finds just those", async () => {
  const paths = {
    delivered: "/status/200?s",
    retrying: "/status/500?s",
    sending: "/hang?s",
    held: "/retry-after/503?v=3600&s",
  };
  const endpoints = await Promise.all(Object.values(paths).map((path) => createEndpoint(path)));
  // The delivery that was answered with Retry-After is retried then; the next one waits behind it.
  await publish();
  await deliveryWith(`endpointId=${endpoints[3]?.id}`, "retrying");
  const paused = await createEndpoint("/status/200?paused");
  const deleted = await createEndpoint("/status/500?deleted");
  await server.api("POST", `/api/webhooks/${paused.id}/pause`);
  await publish();
  for (const [index, status] of Object.keys(paths).entries()) {
    await deliveryWith(`endpointId=${endpoints[index]?.id}`, status);
  }
  const held = await deliveryWith(`endpointId=${paused.id}`, "held");
  assert.deepEqual([held["attemptCount"], held["nextAttemptAt"]], [0, null]);
  await deliveryWith(`endpointId=${deleted.id}`, "retrying");
  await remove(deleted.id);
  const cancelled = await deliveryWith(`endpointId=${deleted.id}`, "cancelled");
  assert.equal(cancelled["cancelReason"], "endpoint_deleted");
  const [asked] = await list(`endpointId=${endpoints[3]?.id}`);
  const waitMs = Date.parse(String(asked?.["nextAttemptAt"])) - Date.now();
  assert.ok(waitMs > 3_500_000 && waitMs <= 3_600_000, `${waitMs}`);
  const all = await list("");
  const seen = new Set(all.map(({ status }) => status));
  for (const status of ["delivered", "retrying", "sending", "held", "cancelled"]) {
    assert.ok(seen.has(status), status);
  }
  for (const status of [...seen, "pending", "failed"]) {
    const wanted = all.filter((each) => each.status === status).map(({ id }) => id);
    assert.deepEqual(
      (await list(`status=${status}`)).map(({ id }) => id),
      wanted,
      status,
    );
  }
  for (const { id } of [...endpoints, paused]) await remove(id);
});

test("another organization's deliveries and events are answered like unknown ones", async () => {
  const endpoint = await createEndpoint("/status/200?scope");
  const eventId = await publish();
  const delivery = await deliveryWith(`eventId=${eventId}`, "delivered");
  const made = await server.api("POST", "/api/organizations", { name: "Other" });
  const other = `organizationId=${made.body.id}`;
  const routes = [
    ["GET", ""],
    ["GET", "/attempts"],
    ["POST", "/redeliver"],
    ["POST", "/cancel"],
  ] as const;
  for (const [method, rest] of routes) {
    const foreign = await server.api(method, `/api/deliveries/${delivery.id}${rest}?${other}`);
    const unknown = await server.api(method, `/api/deliveries/${UNKNOWN_ID}${rest}?${other}`);
    const odd = await server.api(method, `/api/deliveries/%00${rest}`);
    for (const answer of [foreign, unknown, odd]) {
      assert.equal(answer.status, 404);
      assert.deepEqual({ ...answer.body, requestId: "" }, { ...unknown.body, requestId: "" });
    }
  }
  assert.equal((await server.api("GET", `/api/events/${eventId}?${other}`)).status, 404);
  assert.deepEqual(await list(other), []);
  assert.deepEqual((await server.api("GET", `/api/events?${other}`)).body.data, []);
  await remove(endpoint.id);
});
