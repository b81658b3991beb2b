/** Owners are told of trouble once, whatever happens between the failure and the telling. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkExample } from "../../packages/server/src/profiles.ts";
import { exhaust, publishOne } from "../kit/failing.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const HOUR_MS = 60 * 60_000;

let server: TestServer;
let receiver: Receiver;
/** Paths that answer 500 at the moment. */
const broken = new Set<string>();

before(async () => {
  receiver = await startReceiver({
    answer({ path }, response) {
      if (path.startsWith("/gone")) response.writeHead(410);
      else if (broken.has(path)) response.writeHead(500);
      response.end();
    },
  });
  server = await createTestServer();
});

after(async () => {
  await server.close();
  await receiver.close();
});

/** An organization of its own; all calls of a test name it. */
async function organization(): Promise<string> {
  const { body } = await server.api("POST", "/api/organizations", { name: "Acme" });
  return body.id;
}

const endpoint = (organizationId: string, path: string, more: Record<string, unknown> = {}) =>
  createEndpoint(server, receiver.url + path, { organizationId, ...more });

async function notices(organizationId: string, query = "") {
  const answer = await server.api("GET", `/api/notices?organizationId=${organizationId}${query}`);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body.data;
}

/** The only notice of a kind. */
function noticeOf(organizationId: string, kind: string) {
  return eventually(`notice ${kind}`, async () => {
    const found = await notices(organizationId, `&kind=${kind}`);
    assert.ok(found.length <= 1, `${found.length} notices`);
    return found[0];
  });
}

/** Bodies that arrived at a path. */
function arrived(path: string): { type: string; data: Record<string, unknown> }[] {
  const requests = receiver.requests.filter((request) => request.path === path);
  return requests.map(({ body }) => JSON.parse(body.toString()));
}

const arrival = (path: string, type: string) =>
  eventually(`${type} at ${path}`, () => arrived(path).find((event) => event.type === type));

/** Lets the announcer run to its end: whatever it had to tell is told. */
async function settle(): Promise<void> {
  await server.advance(0);
  await eventually("nothing left to tell", async () => {
    const rows = await server.sql`select from announcements limit 1`;
    return rows.length === 0;
  });
}

const eventTypes = async () =>
  (await server.api("GET", `/api/event-types?organizationId=${server.organizationId}`)).body;

test("a delivery that has used up its schedule is told of once: a notice, and an event for who names it", async () => {
  const org = await organization();
  broken.add("/shop?token=s3cret");
  const { id } = await endpoint(org, "/shop?token=s3cret", { description: "Shop" });
  await endpoint(org, "/ops", { events: ["delivery.exhausted"] });
  const everything = await endpoint(org, "/everything");
  const patterns = await endpoint(org, "/patterns", { events: ["delivery.*"] });
  const eventId = await publishOne(server, { organizationId: org });
  const deliveryId = await exhaust(server, eventId);

  const { data, type } = await arrival("/ops", "delivery.exhausted");
  assert.equal(type, "delivery.exhausted");
  const { failedAt, ...rest } = data;
  assert.ok(!Number.isNaN(Date.parse(String(failedAt))));
  assert.deepEqual(rest, {
    endpointId: id,
    description: "Shop",
    origin: receiver.url,
    deliveryId,
    eventId,
    eventType: "order.created",
    attempts: 10,
    lastOutcome: "http_error",
    lastStatus: 500,
  });
  const { operational } = await eventTypes();
  const entry = operational.find((each: { type: string }) => each.type === "delivery.exhausted");
  assert.equal(checkExample(entry.schema, data), undefined);

  const notice = await noticeOf(org, "delivery.exhausted");
  assert.equal(notice.endpointId, id);
  assert.equal(notice.origin, receiver.url);
  assert.deepEqual(
    [notice.deliveryCount, notice.lastOutcome, notice.lastStatus, notice.resolvedAt, notice.readAt],
    [1, "http_error", 500, null, null],
  );
  assert.ok(!JSON.stringify(notice).includes("s3cret"));

  await settle();
  assert.equal(arrived("/ops").length, 1);
  // A star and a pattern mean the organization's own events.
  for (const { id: other, url } of [everything, patterns]) {
    const { body } = await server.api("GET", `/api/deliveries?endpointId=${other}`);
    const types = body.data.map((delivery: { eventType: string }) => delivery.eventType);
    assert.ok(!types.includes("delivery.exhausted"), url);
  }
});

test("many exhausted deliveries of one endpoint are one notice that counts them", async () => {
  const org = await organization();
  broken.add("/many");
  await endpoint(org, "/many");
  const ids = await Promise.all([1, 2, 3].map(() => publishOne(server, { organizationId: org })));
  for (const id of ids) await deliveryOf(server, id, ({ status }) => status === "retrying");
  await exhaust(server, ids[0] ?? "");
  await eventually("three counted", async () => {
    const { deliveryCount } = await noticeOf(org, "delivery.exhausted");
    return deliveryCount === 3;
  });
  // After an hour without failures it is closed, and the next failure begins another one.
  broken.delete("/many");
  await publishOne(server, { organizationId: org }).then((id) =>
    deliveryOf(server, id, ({ status }) => status === "delivered"),
  );
  await server.advance(HOUR_MS + 1);
  await eventually("closed", async () => {
    const { resolvedAt } = await noticeOf(org, "delivery.exhausted");
    return resolvedAt ?? undefined;
  });
});

test("an endpoint that answers 410 to a burst is announced as disabled once, and the notice ends when it is enabled", async () => {
  const org = await organization();
  const { id } = await endpoint(org, "/gone");
  await endpoint(org, "/ops410", { events: ["endpoint.disabled"] });
  const events = Array.from({ length: 8 }, () => ({
    type: "order.created",
    data: {},
    organizationId: org,
  }));
  await server.api("POST", "/api/events/batch", { events });
  const { data } = await arrival("/ops410", "endpoint.disabled");
  assert.deepEqual([data["endpointId"], data["reason"]], [id, "gone"]);
  await settle();
  const notice = await noticeOf(org, "endpoint.disabled");
  assert.deepEqual([notice.reason, notice.deliveryCount, notice.resolvedAt], ["gone", 0, null]);
  assert.equal(arrived("/ops410").length, 1);
  await server.api("PATCH", `/api/webhooks/${id}`, { url: `${receiver.url}/fine`, enabled: true });
  await server.advance(0);
  await eventually(
    "closed",
    async () => (await noticeOf(org, "endpoint.disabled")).resolvedAt ?? undefined,
  );
});

test("who disables an endpoint by hand is told of, making a disabled one is not", async () => {
  const org = await organization();
  await endpoint(org, "/ops-hand", { events: ["endpoint.disabled"] });
  await endpoint(org, "/never", { enabled: false });
  const { id } = await endpoint(org, "/by-hand", { events: ["order.created"] });
  await server.api("PATCH", `/api/webhooks/${id}`, { enabled: false });
  await server.advance(0);
  const { data } = await arrival("/ops-hand", "endpoint.disabled");
  assert.deepEqual([data["endpointId"], data["reason"]], [id, "person"]);
  const { operational } = await eventTypes();
  const entry = operational.find((each: { type: string }) => each.type === "endpoint.disabled");
  assert.equal(checkExample(entry.schema, data), undefined);
  await settle();
  assert.equal(arrived("/ops-hand").length, 1);
  assert.equal((await notices(org)).length, 1);
});

test("an endpoint that fails for an hour is announced, and its recovery after that; a hiccup is not", async () => {
  const org = await organization();
  const path = "/flaky";
  broken.add(path);
  const { id } = await endpoint(org, path);
  await endpoint(org, "/ops-flaky", { events: ["endpoint.failing", "endpoint.recovered"] });
  const eventId = await publishOne(server, { organizationId: org });
  await deliveryOf(server, eventId, ({ status }) => status === "retrying");
  broken.delete(path);
  await server.advance(HOUR_MS / 2);
  await deliveryOf(server, eventId, ({ status }) => status === "delivered");
  await settle();
  assert.deepEqual(await notices(org), []);

  broken.add(path);
  const second = await publishOne(server, { organizationId: org });
  await deliveryOf(server, second, ({ status }) => status === "retrying");
  await server.advance(HOUR_MS + 60_000);
  const failing = await arrival("/ops-flaky", "endpoint.failing");
  assert.deepEqual(
    [failing.data["endpointId"], failing.data["lastOutcome"], failing.data["lastStatus"]],
    [id, "http_error", 500],
  );
  assert.equal((await noticeOf(org, "endpoint.failing")).resolvedAt, null);
  broken.delete(path);
  await server.advance(HOUR_MS);
  const recovered = await arrival("/ops-flaky", "endpoint.recovered");
  assert.equal(recovered.data["endpointId"], id);
  const { operational } = await eventTypes();
  for (const { type, data } of [failing, recovered]) {
    const entry = operational.find((each: { type: string }) => each.type === type);
    assert.equal(checkExample(entry.schema, data), undefined);
  }
  await settle();
  assert.ok((await noticeOf(org, "endpoint.failing")).resolvedAt);
  assert.equal(arrived("/ops-flaky").length, 2);
});

test("operational events that fail make no further ones: neither about their deliveries nor about their endpoint", async () => {
  const org = await organization();
  const all = ["endpoint.failing", "endpoint.disabled", "endpoint.recovered", "delivery.exhausted"];
  const { id } = await endpoint(org, "/loop", { events: all });
  broken.add("/loop");
  broken.add("/root");
  await endpoint(org, "/root", { events: ["order.created"] });
  await exhaust(server, await publishOne(server, { organizationId: org }));
  // Its own events fail, for an hour and then for good; the endpoint above only ever gets operational ones.
  await eventually("the first of them has failed", async () => {
    const { body } = await server.api("GET", `/api/deliveries?endpointId=${id}&status=retrying`);
    return body.data[0];
  });
  const count = async () => {
    const [row] = await server.sql<{ count: number }[]>`
      select count(*)::int as count from events v join deliveries d on d.event_id = v.id
      join endpoints e on e.id = d.endpoint_id where e.url = ${`${receiver.url}/loop`}`;
    return row?.count ?? 0;
  };
  await server.advance(HOUR_MS + 60_000);
  await eventually("a notice about each", async () => {
    const found = await notices(org, "&kind=endpoint.failing");
    return found.length === 2;
  });
  // What failed is the business event at /root: told once as exhausted, and its endpoint once as failing.
  const expected = ["delivery.exhausted", "endpoint.failing"];
  await eventually("both arrived", () => {
    const seen = new Set(arrived("/loop").map(({ type }) => type));
    return expected.every((type) => seen.has(type));
  });
  assert.equal(await count(), 2);
  await server.sql`update deliveries set attempts = max_attempts - 1, attempts_total = max_attempts - 1
    where state = 'pending' and attempts > 0`;
  await server.advance(HOUR_MS);
  await eventually("the operational deliveries are exhausted", async () => {
    const [notice] = await notices(org, `&endpointId=${id}&kind=delivery.exhausted`);
    return notice?.deliveryCount === 2 ? true : undefined;
  });
  await settle();
  assert.equal(await count(), 2);
});

test("nothing vanishes and nothing is told twice when a node dies between the result and the telling", async (t) => {
  const org = await organization();
  broken.add("/dies");
  await endpoint(org, "/dies");
  await endpoint(org, "/ops-dies", { events: ["delivery.exhausted"] });
  const doomed = await createTestServer({ beside: server });
  // Whoever holds this lock tells; nobody does, as if every node died right after the result was written.
  const reserved = await server.sql.reserve();
  t.after(() => reserved.release());
  await reserved`select pg_advisory_lock(hashtext('posthorn.notices'))`;
  await exhaust(doomed, await publishOne(doomed, { organizationId: org }));
  const kept =
    await server.sql`select from announcements a join organizations o on o.id = a.organization_id`;
  assert.equal(kept.length, 1);
  assert.deepEqual(await notices(org), []);
  await doomed.close();
  await reserved`select pg_advisory_unlock(hashtext('posthorn.notices'))`;
  await server.advance(0);
  await arrival("/ops-dies", "delivery.exhausted");
  await settle();
  assert.equal((await noticeOf(org, "delivery.exhausted")).deliveryCount, 1);
  assert.equal(arrived("/ops-dies").length, 1);
});

test("a transaction of the telling that fails leaves the facts where they were", async (t) => {
  const org = await organization();
  broken.add("/half");
  await endpoint(org, "/half");
  await endpoint(org, "/ops-half", { events: ["delivery.exhausted"] });
  await server.sql.unsafe(`
    create function refuse() returns trigger language plpgsql as $$ begin
      if new.type = 'delivery.exhausted' then raise exception 'not now'; end if; return new; end $$;
    create trigger refused before insert on events for each row execute function refuse()`);
  await exhaust(server, await publishOne(server, { organizationId: org }));
  await eventually("a failed attempt to tell", () =>
    server.logged.find(({ event, loop }) => event === "loop.failed" && loop === "notices"),
  );
  assert.deepEqual(await notices(org), []);
  await server.sql.unsafe(`drop trigger refused on events; drop function refuse()`);
  // The loop pauses after a failure; another node does not.
  const other = await createTestServer({ beside: server });
  t.after(() => other.close());
  await arrival("/ops-half", "delivery.exhausted");
  await settle();
  assert.equal((await noticeOf(org, "delivery.exhausted")).deliveryCount, 1);
  assert.equal(arrived("/ops-half").length, 1);
});

test("reading a notice is remembered until more happens; all can be read at once", async () => {
  const org = await organization();
  broken.add("/read");
  await endpoint(org, "/read");
  await exhaust(server, await publishOne(server, { organizationId: org }));
  const { id } = await noticeOf(org, "delivery.exhausted");
  const read = await server.api("POST", `/api/notices/${id}/mark-read`);
  assert.equal(read.status, 200);
  assert.ok(read.body.readAt);
  assert.deepEqual(await notices(org, "&isRead=false"), []);
  assert.equal((await notices(org, "&isRead=true")).length, 1);
  await exhaust(server, await publishOne(server, { organizationId: org }));
  await eventually("unread again", async () => {
    const [unread] = await notices(org, "&isRead=false");
    return unread?.deliveryCount === 2 ? true : undefined;
  });
  const all = () => server.api("POST", `/api/notices/mark-all-read?organizationId=${org}`);
  assert.deepEqual((await all()).body, { count: 1 });
  assert.deepEqual((await all()).body, { count: 0 });
  const missing = await server.api("POST", "/api/notices/ntc_01k4z3m8qhf0v9r2t6w8x1y3za/mark-read");
  assert.equal(missing.status, 404);
});

test("an organization's key sees its own notices and nobody else's, and has no bell of its own", async () => {
  const [org, other] = [await organization(), await organization()];
  const { id } = await endpoint(org, "/watched", { events: ["order.created"] });
  await server.api("PATCH", `/api/webhooks/${id}`, { enabled: false });
  await server.advance(0);
  const notice = await noticeOf(org, "endpoint.disabled");
  const keyOf = async (organizationId: string) => {
    const request = { name: "reader", scopes: ["deliveries:read"], organizationId };
    const { status, body } = await server.api("POST", "/api/keys", request);
    assert.equal(status, 201, JSON.stringify(body));
    return { authorization: `Bearer ${body.key}` };
  };
  const list = async (headers: Record<string, string>) =>
    (await server.api("GET", "/api/notices", undefined, headers)).body.data;
  const own = await keyOf(org);
  assert.deepEqual(
    (await list(own)).map((each: { id: string }) => each.id),
    [notice.id],
  );
  const foreign = await keyOf(other);
  assert.deepEqual(await list(foreign), []);
  const named = await server.api("GET", `/api/notices?organizationId=${org}`, undefined, foreign);
  assert.equal(named.status, 404);
  const read = await server.api("POST", `/api/notices/${notice.id}/mark-read`, {}, own);
  assert.deepEqual([read.status, read.body.code], [403, "session_required"]);
});

test("nobody can publish an operational event, and an endpoint may ask for them in every catalogue", async () => {
  const { body: made } = await server.api("POST", "/api/organizations", {
    name: "Fan",
    profile: "fanhaven",
  });
  const organizationId: string = made.id;
  for (const id of [organizationId, server.organizationId]) {
    const event = { type: "endpoint.disabled", data: {}, organizationId: id };
    const { status, body } = await server.api("POST", "/api/events", event);
    assert.deepEqual([status, body.errors[0].code], [422, "type_reserved"]);
  }
  const url = "https://fan.example/webhooks";
  const good = { url, events: ["*", "endpoint.disabled"], organizationId };
  assert.equal((await server.api("POST", "/api/webhooks", good)).status, 201);
  const bad = { url, events: ["endpoint.*"], organizationId };
  assert.equal(
    (await server.api("POST", "/api/webhooks", bad)).body.errors[0].code,
    "events_invalid",
  );
  const listed = await server.api(
    "GET",
    `/api/webhooks?organizationId=${organizationId}&event=endpoint.disabled`,
  );
  assert.equal(listed.body.data.length, 1);
  const none = await server.api(
    "GET",
    `/api/webhooks?organizationId=${organizationId}&event=endpoint.failing`,
  );
  assert.equal(none.body.data.length, 0);
});
