import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { compileSignature, sign, signatureKey, webhookFormats } from "@posthorn/sdk/webhooks";
import { eventually } from "../kit/eventually.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});

after(() => server.close());

// oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field in assertions.
type Json = any;

async function makeInbox(body?: unknown): Promise<Json> {
  const answer = await server.api("POST", "/api/inboxes", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

async function makeEndpoint(url: string, more: Record<string, unknown> = {}): Promise<Json> {
  const answer = await server.api("POST", "/api/webhooks", { url, events: ["*"], ...more });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

async function publish(data: unknown = { orderId: "ord_1" }): Promise<string> {
  const answer = await server.api("POST", "/api/events", { type: "order.created", data });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  return answer.body.id;
}

async function requestsOf({ id }: Json, query = ""): Promise<Json[]> {
  const answer = await server.api("GET", `/api/inboxes/${id}/requests${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.data;
}

const deliveryOf = (eventId: string, status: string) =>
  eventually(`${eventId} is ${status}`, async () => {
    const { body } = await server.api("GET", `/api/deliveries?eventId=${eventId}`);
    const [delivery] = body.data;
    return delivery?.status === status ? delivery : undefined;
  });

async function dropEndpoint({ id }: Json): Promise<void> {
  assert.equal((await server.api("DELETE", `/api/webhooks/${id}`)).status, 204);
}

test("a published event arrives in an inbox over HTTP, with its signature checked step by step", async () => {
  const inbox = await makeInbox({ name: "First look" });
  assert.match(inbox.url, new RegExp(`^${server.url}/in/[A-Za-z0-9_-]{22}$`));
  assert.deepEqual(inbox.behavior, { kind: "status", status: 200 });
  const endpoint = await makeEndpoint(inbox.url);
  const eventId = await publish();
  const delivery = await deliveryOf(eventId, "delivered");
  assert.equal(delivery.responseStatus, 200);
  const [request, ...others] = await requestsOf(inbox);
  assert.deepEqual(others, []);
  assert.equal(request.number, 1);
  assert.equal(request.method, "POST");
  assert.equal(request.path, new URL(inbox.url).pathname);
  assert.equal(request.headers["content-type"], "application/json");
  assert.equal(request.bodyEncoding, "utf8");
  assert.equal(request.size, Buffer.byteLength(request.body));
  assert.deepEqual(JSON.parse(request.body).data, { orderId: "ord_1" });
  assert.equal(request.answeredStatus, 200);
  assert.equal(request.duplicateOf, null);
  assert.equal(request.unverifiedReason, null);
  const { verification } = request;
  assert.equal(verification.verified, true);
  assert.equal(verification.reason, null);
  assert.equal(verification.endpointId, endpoint.id);
  assert.equal(verification.wireFormat, endpoint.wireFormat);
  const steps = verification.steps.map((step: Json) => [step.name, step.ok]);
  assert.deepEqual(steps, [
    ["header", true],
    ["timestamp", true],
    ["content", true],
    ["signature", true],
    ["seen_before", true],
  ]);
  assert.match(verification.steps[4].detail, /^First time: .* webhook-id\.$/);
  const single = await server.api("GET", `/api/inboxes/${inbox.id}/requests/${request.id}`);
  assert.deepEqual(single.body, request);
  await dropEndpoint(endpoint);
});

test("every wire format is delivered, verified and recognised when it comes again", async () => {
  for (const { wireFormat } of server.services.platforms.list()) {
    const inbox = await makeInbox({ behavior: { kind: "failFirst", count: 1 } });
    const endpoint = await makeEndpoint(inbox.url, { wireFormat: wireFormat.id });
    const eventId = await publish();
    await deliveryOf(eventId, "retrying");
    await server.advance(3_600_000);
    await deliveryOf(eventId, "delivered");
    const requests = await requestsOf(inbox);
    const verdicts = requests.map(({ verification }) => [
      verification.verified,
      verification.wireFormat,
    ]);
    const expected = [true, wireFormat.id];
    assert.deepEqual(verdicts, [expected, expected]);
    assert.equal(requests[0].duplicateOf, 1, wireFormat.id);
    await dropEndpoint(endpoint);
  }
});

test("failing first fails each delivery as often as told, and its retry succeeds", async () => {
  const inbox = await makeInbox({ behavior: { kind: "failFirst", count: 1 } });
  assert.deepEqual(inbox.behavior, { kind: "failFirst", count: 1, status: 500 });
  const endpoint = await makeEndpoint(inbox.url);
  const eventId = await publish();
  await deliveryOf(eventId, "retrying");
  await server.advance(60_000);
  const delivery = await deliveryOf(eventId, "delivered");
  assert.equal(delivery.attemptCount, 2);
  const [second, first] = await requestsOf(inbox);
  assert.deepEqual([first.answeredStatus, second.answeredStatus], [500, 200]);
  assert.equal(first.body, second.body);
  assert.deepEqual([first.duplicateOf, second.duplicateOf], [null, 1]);
  assert.match(second.verification.steps.at(-1).detail, /^Duplicate of #1, same webhook-id/);
  assert.equal(second.verification.verified, true);
  await dropEndpoint(endpoint);
});

test("a behavior that is set again counts from the start, requests of before left out", async () => {
  const inbox = await makeInbox();
  const send = async () =>
    (await fetch(inbox.url, { method: "POST", headers: { "webhook-id": "msg_1" }, body: "{}" }))
      .status;
  assert.equal(await send(), 200);
  const behavior = { kind: "failFirst", count: 2, status: 503 };
  for (const expected of [
    [503, 503, 200],
    [503, 503, 200, 200],
  ]) {
    const answer = await server.api("PATCH", `/api/inboxes/${inbox.id}`, { behavior });
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.body.behavior, behavior);
    for (const status of expected) assert.equal(await send(), status);
  }
});

test("failing first works for a burst beyond the requests that are kept", async () => {
  const inbox = await makeInbox({ behavior: { kind: "failFirst", count: 1 } });
  const send = async (id: string) =>
    (await fetch(inbox.url, { method: "POST", headers: { "webhook-id": id }, body: id })).status;
  const ids = Array.from({ length: 220 }, (_, index) => `msg_${index}`);
  for (const round of [500, 200]) {
    for (const id of ids) assert.equal(await send(id), round);
  }
  const { body } = await server.api("GET", `/api/inboxes/${inbox.id}`);
  assert.equal(body.requestCount, 440);
  assert.equal(body.requestsLastDay, 200);
});

test("statuses, Retry-After and bodies that must be empty are answered as told", async () => {
  const inbox = await makeInbox({ behavior: { kind: "status", status: 429, retryAfter: 7 } });
  const limited = await fetch(inbox.url, { method: "POST", body: "x" });
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get("retry-after"), "7");
  assert.deepEqual(await limited.json(), { received: true });
  for (const status of [204, 205, 304, 400, 401, 410, 500]) {
    const behavior = { kind: "status", status };
    await server.api("PATCH", `/api/inboxes/${inbox.id}`, { behavior });
    const answer = await fetch(inbox.url, { method: "PUT", body: "x", redirect: "manual" });
    assert.equal(answer.status, status);
    assert.equal((await answer.text()) === "", [204, 205, 304].includes(status));
  }
  await server.api("PATCH", `/api/inboxes/${inbox.id}`, { behavior: { kind: "flaky", rate: 1 } });
  assert.equal((await fetch(inbox.url)).status, 500);
});

test("a slow inbox answers after its delay, a silent one keeps quiet until the sender goes", async () => {
  const inbox = await makeInbox({ behavior: { kind: "slow", delayMs: 120 } });
  const startedAt = performance.now();
  assert.equal((await fetch(inbox.url, { method: "POST", body: "1" })).status, 200);
  assert.ok(performance.now() - startedAt >= 119);
  assert.equal((await requestsOf(inbox))[0]?.answeredStatus, 200);
  await server.api("PATCH", `/api/inboxes/${inbox.id}`, { behavior: { kind: "timeout" } });
  const sender = new AbortController();
  const silent = fetch(inbox.url, { method: "POST", body: "2", signal: sender.signal });
  const request = await eventually("the second request", async () => {
    const [newest] = await requestsOf(inbox);
    return newest.number === 2 ? newest : undefined;
  });
  sender.abort();
  await assert.rejects(silent, { name: "AbortError" });
  assert.equal(request.answeredStatus, null);
});

test("what a stranger sends is recorded byte for byte, told as unsigned, and credentials are masked", async () => {
  const inbox = await makeInbox();
  const bytes = Buffer.from([0, 255, 1, 254]);
  const headers = { authorization: "Bearer mine", cookie: "session=1", "x-odd": "\u00e9" };
  const answer = await fetch(`${inbox.url}/below?x=1`, {
    method: "PROPFIND",
    headers,
    body: bytes,
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "application/json");
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  const [request] = await requestsOf(inbox);
  assert.equal(request.method, "PROPFIND");
  assert.equal(request.path, `${new URL(inbox.url).pathname}/below?x=1`);
  assert.equal(request.bodyEncoding, "base64");
  assert.deepEqual(Buffer.from(request.body, "base64"), bytes);
  assert.equal(request.headers.authorization, "••••");
  assert.equal(request.headers.cookie, "••••");
  assert.equal(request.headers["x-odd"], "\u00e9");
  assert.equal(request.verification, null);
  assert.match(request.unverifiedReason, /^No endpoint/);
});

/** A request as our default format sends it. */
async function sendSigned(
  inbox: Json,
  request: { secret: string; id: string; body: string; ageSeconds?: number; sentBody?: string },
): Promise<Json> {
  const { signature } = webhookFormats.standard;
  const timestamp = Math.floor(Date.now() / 1000) - (request.ageSeconds ?? 0);
  const signed = sign(compileSignature(signature), {
    keys: [signatureKey(signature, request.secret)],
    id: request.id,
    timestamp,
    body: Buffer.from(request.body),
  });
  const headers = {
    "webhook-id": request.id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signed,
  };
  const body = request.sentBody ?? request.body;
  const answer = await fetch(inbox.url, { method: "POST", headers, body });
  assert.equal(answer.status, 200);
  return (await requestsOf(inbox))[0];
}

test("of several endpoints the one that signed is found, and a bad signature is told in steps", async () => {
  const inbox = await makeInbox();
  const endpoint = await makeEndpoint(inbox.url);
  const other = await makeEndpoint(inbox.url, { wireFormat: "fanfare/guide@1" });
  const { secret } = endpoint;
  const body = '{"a":1}\0';
  const good = await sendSigned(inbox, { secret, id: "msg_a", body });
  assert.equal(good.verification.verified, true);
  assert.equal(good.verification.endpointId, endpoint.id);
  assert.equal(good.body, body);
  const altered = await sendSigned(inbox, { secret, id: "msg_b", body, sentBody: '{"a":2}\0' });
  assert.equal(altered.verification.verified, false);
  assert.equal(altered.verification.reason, "no_matching_signature");
  assert.equal(altered.verification.endpointId, endpoint.id);
  const failed = altered.verification.steps.find((step: Json) => !step.ok);
  assert.equal(failed.name, "signature");
  assert.match(failed.detail, /^Expected .+; received .+\.$/);
  const stale = await sendSigned(inbox, { secret, id: "msg_c", body, ageSeconds: 400 });
  assert.equal(stale.verification.reason, "timestamp_too_old");
  await dropEndpoint(endpoint);
  await dropEndpoint(other);
});

test("a request is judged by the secrets of its time: a later roll or deletion changes nothing", async () => {
  const inbox = await makeInbox();
  const endpoint = await makeEndpoint(inbox.url);
  const roll = (previousExpiresIn: string) =>
    server.api("POST", `/api/webhooks/${endpoint.id}/roll-secret`, { previousExpiresIn });
  const sendOld = (id: string) => sendSigned(inbox, { secret: endpoint.secret, id, body: "{}" });
  const isVerified = (request: Json) => request.verification.verified;
  assert.ok(isVerified(await sendOld("msg_1")));
  await roll("1h");
  assert.ok(isVerified(await sendOld("msg_2")), "the previous secret still counts");
  await server.advance(3_700_000);
  assert.ok(!isVerified(await sendOld("msg_3")), "its time is over");
  await roll("0s");
  await dropEndpoint(endpoint);
  assert.deepEqual((await requestsOf(inbox)).map(isVerified), [false, true, true]);
});

test("requests at the same time get numbers without gaps, and exactly one of a delivery fails first", async () => {
  const inbox = await makeInbox({ behavior: { kind: "failFirst", count: 1 } });
  const statuses = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const headers = { "webhook-id": `msg_${index % 10}` };
      return (await fetch(inbox.url, { method: "POST", headers, body: "{}" })).status;
    }),
  );
  assert.equal(statuses.filter((status) => status === 500).length, 10);
  const numbers = (await requestsOf(inbox, "?limit=100")).map(({ number }: Json) => number);
  assert.deepEqual(
    numbers,
    Array.from({ length: 40 }, (_, index) => 40 - index),
  );
});

test("the newest 200 requests are kept; pages go through them without loss", async () => {
  const inbox = await makeInbox();
  for (let count = 0; count < 205; count++) await fetch(inbox.url, { method: "POST" });
  const path = `/api/inboxes/${inbox.id}/requests`;
  for (const sort of ["-createdAt", "createdAt"]) {
    const seen: number[] = [];
    let cursor = "";
    do {
      const { body } = await server.api("GET", `${path}?limit=90&sort=${sort}${cursor}`);
      seen.push(...body.data.map(({ number }: Json) => number));
      cursor = body.hasMore ? `&cursor=${body.nextCursor}` : "";
    } while (cursor !== "");
    if (sort === "-createdAt") seen.reverse();
    assert.deepEqual(
      seen,
      Array.from({ length: 200 }, (_, index) => index + 6),
    );
  }
});

test("no inbox is behind unknown, expired and deleted URLs, and nothing above the limit is read", async () => {
  const inbox = await makeInbox();
  for (const path of ["/in/", "/in/short", `/in/${"A".repeat(22)}`, `/in/${"A".repeat(23)}`]) {
    const answer = await fetch(server.url + path, { method: "POST", body: "x" });
    assert.equal(answer.status, 404, path);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  }
  const large = await fetch(inbox.url, { method: "POST", body: Buffer.alloc(300 * 1024) });
  assert.equal(large.status, 413);
  const full = await fetch(inbox.url, { method: "POST", body: Buffer.alloc(256 * 1024) });
  assert.equal(full.status, 200);
  assert.equal((await requestsOf(inbox)).length, 1);
  await server.sql`update inboxes set expires_at = now() where token = ${inbox.url.slice(-22)}`;
  assert.equal((await fetch(inbox.url)).status, 404);
  assert.equal((await server.api("GET", `/api/inboxes/${inbox.id}`)).status, 404);
  const deleted = await makeInbox();
  assert.equal((await server.api("DELETE", `/api/inboxes/${deleted.id}`)).status, 204);
  assert.equal((await server.api("DELETE", `/api/inboxes/${deleted.id}`)).status, 404);
  assert.equal((await fetch(deleted.url)).status, 404);
});

test("an inbox is named, changed and guarded by its version; wrong behaviors are refused", async () => {
  const inbox = await makeInbox();
  const path = `/api/inboxes/${inbox.id}`;
  assert.equal(inbox.name, "Test inbox");
  const named = await server.api("PATCH", path, { name: " Shop " }, { "if-match": '"1"' });
  assert.equal(named.body.name, "Shop");
  assert.equal(named.headers.get("etag"), '"2"');
  const stale = await server.api("PATCH", path, { name: "Other" }, { "if-match": '"1"' });
  assert.equal(stale.body.code, "version_conflict");
  for (const behavior of [
    { kind: "status", status: 100 },
    { kind: "status", status: 200, delayMs: 1 },
    { kind: "slow", delayMs: 40_001 },
    { kind: "flaky", rate: 1.1 },
    { kind: "failFirst", count: 0 },
    { kind: "explode" },
  ]) {
    const refused = await server.api("PATCH", path, { behavior });
    assert.equal(refused.status, 422, JSON.stringify(behavior));
    assert.match(refused.body.errors[0].pointer, /^\/behavior/);
  }
  assert.deepEqual((await server.api("GET", path)).body.behavior, inbox.behavior);
});

test("an organization has at most 20 inboxes, also when many are asked for at once, and its own alone", async () => {
  const organization = await server.api("POST", "/api/organizations", { name: "Second" });
  const organizationId = organization.body.id;
  const query = `?organizationId=${organizationId}`;
  const answers = await Promise.all(
    Array.from({ length: 25 }, () => server.api("POST", "/api/inboxes", { organizationId })),
  );
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 201).length, 20);
  const refused = answers.find(({ status }) => status !== 201);
  assert.equal(refused?.body.code, "limit_reached");
  assert.equal(refused?.body.limit, 20);
  const listed = await server.api("GET", `/api/inboxes${query}&limit=100`);
  assert.equal(listed.body.data.length, 20);
  const [inbox] = listed.body.data;
  const elsewhere = `/api/inboxes/${inbox.id}?organizationId=${server.organizationId}`;
  assert.equal((await server.api("GET", elsewhere)).status, 404);
  assert.equal((await server.api("DELETE", elsewhere)).status, 404);
  assert.equal((await server.api("DELETE", `/api/inboxes/${inbox.id}${query}`)).status, 204);
  assert.equal((await server.api("POST", `/api/inboxes${query}`)).status, 201);
});

test("a node that stops lets go of senders whom an inbox keeps waiting", async () => {
  const leaving = await createTestServer({ beside: server });
  const { body: inbox } = await leaving.api("POST", "/api/inboxes", {
    behavior: { kind: "timeout" },
    organizationId: server.organizationId,
  });
  const waiting = assert.rejects(fetch(inbox.url, { method: "POST", body: "x" }));
  await eventually("a request", async () => (await requestsOf(inbox)).length > 0);
  const startedAt = performance.now();
  await Promise.all([leaving.close(), waiting]);
  assert.ok(performance.now() - startedAt < 25_000);
});
