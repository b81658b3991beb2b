import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { webhookFormats, verify } from "@posthorn/sdk/webhooks";
import { createTestServer, type TestServer } from "../kit/server.ts";
import { openStream, type TestStream } from "../kit/event-stream.ts";

describe("listeners", () => {
  let server: TestServer;
  before(async () => (server = await createTestServer({ profile: "fanfare/guide" })));
  after(() => server.close());

  const make = async (body: object = {}) => {
    const { status, body: made } = await server.api("POST", "/api/listeners", body);
    assert.equal(status, 201, JSON.stringify(made));
    return made;
  };
  const publish = async (type: string, data: unknown) => {
    const { status, body } = await server.api("POST", "/api/events", { type, data });
    assert.equal(status, 202);
    return body.id;
  };
  const stream = (id: string) => openStream(server, `/api/listeners/${id}/stream`);
  const take = async (from: TestStream, count: number) => {
    const found = [];
    for await (const { event, data } of from.events) {
      if (event === "event") found.push(data);
      if (found.length === count) break;
    }
    return found;
  };

  it("sends what was accepted since it was made, in order, signed as for an endpoint", async () => {
    const { id, secret } = await make({ events: ["queue.*"] });
    const first = await publish("queue.consumer_entered", { n: 1 });
    await publish("draw.entry_created", { n: 2 });
    const third = await publish("queue.consumer_left", { n: 3 });
    const connection = await stream(id);
    const [one, two] = await take(connection, 2);
    connection.close();
    assert.deepEqual([one.eventId, two.eventId], [first, third]);
    const headers = Object.fromEntries(one.headers);
    const body = Buffer.from(one.body, "base64");
    const format = webhookFormats["fanfare/guide"];
    assert.equal(verify({ format, secret, headers, body, now: Date.now() }).ok, true);
    assert.match(body.toString(), /"n":1/);
    await server.api("DELETE", `/api/listeners/${id}`);
  });

  it("sends again what was not acknowledged, and nothing else", async () => {
    const { id } = await make();
    for (const n of [1, 2, 3]) await publish("queue.consumer_entered", { n });
    const early = await stream(id);
    const [one] = await take(early, 3);
    early.close();
    const path = `/api/listeners/${id}/acknowledgements`;
    const { body } = await server.api("POST", path, { positions: [one.position] });
    assert.deepEqual(body, { acknowledged: 1 });
    const late = await stream(id);
    const rest = await take(late, 2);
    late.close();
    assert.deepEqual(
      rest.map((each) => JSON.parse(Buffer.from(each.body, "base64").toString()).data.n),
      [2, 3],
    );
    await server.api("DELETE", `/api/listeners/${id}`);
  });

  it("sends what was accepted while it is connected without waiting for the next look", async () => {
    const { id } = await make();
    const connection = await stream(id);
    const found = take(connection, 1);
    const published = await publish("queue.consumer_entered", {});
    assert.equal((await found)[0].eventId, published);
    connection.close();
    await server.api("DELETE", `/api/listeners/${id}`);
  });

  it("replays first what happened since a time", async () => {
    const before = [];
    for (const n of [1, 2]) before.push(await publish("experience.started", { n }));
    const since = new Date(Date.now() - 60_000).toISOString();
    const { id, waitingCount } = await make({ events: ["experience.*"], since });
    assert.equal(waitingCount, 2);
    const later = await publish("experience.ended", {});
    const connection = await stream(id);
    const all = await take(connection, 3);
    connection.close();
    assert.deepEqual(
      all.map(({ eventId }) => eventId),
      [...before, later],
    );
    await server.api("DELETE", `/api/listeners/${id}`);
  });

  it("copies events, filter and format of a webhook", async () => {
    const { status, body: webhook } = await server.api("POST", "/api/webhooks", {
      url: "http://127.0.0.1:9999/x",
      events: ["draw.entry_created"],
      filter: { data: { n: { $gt: 1 } } },
      wireFormat: "default@1",
      enabled: false,
    });
    assert.equal(status, 201, JSON.stringify(webhook));
    const listener = await make({ webhookId: webhook.id });
    assert.deepEqual(listener.events, ["draw.entry_created"]);
    assert.equal(listener.wireFormat, "default@1");
    await publish("draw.entry_created", { n: 1 });
    const wanted = await publish("draw.entry_created", { n: 2 });
    const connection = await stream(listener.id);
    assert.equal((await take(connection, 1))[0].eventId, wanted);
    connection.close();
    await server.api("DELETE", `/api/listeners/${listener.id}`);
    await server.api("DELETE", `/api/webhooks/${webhook.id}`);
  });

  it("signs an event once more on request", async () => {
    const { id, secret } = await make();
    const eventId = await publish("queue.consumer_entered", { n: 7 });
    const { status, body } = await server.api("GET", `/api/listeners/${id}/events/${eventId}`);
    assert.equal(status, 200);
    const format = webhookFormats["fanfare/guide"];
    const headers = Object.fromEntries(body.headers);
    const bytes = Buffer.from(body.body, "base64");
    assert.equal(verify({ format, secret, headers, body: bytes, now: Date.now() }).ok, true);
    await server.api("DELETE", `/api/listeners/${id}`);
  });

  it("lets nobody else receive, and lets whoever may see it end it", async () => {
    const { id } = await make();
    const { body: key } = await server.api("POST", "/api/keys", {
      name: "other",
      scopes: ["deliveries:read"],
      organizationId: server.organizationId,
    });
    assert.ok(key.key, JSON.stringify(key));
    const asOther = { authorization: `Bearer ${key.key}` };
    const other = await server.api("GET", `/api/listeners/${id}/stream`, undefined, asOther);
    assert.equal(other.status, 404);
    const shown = await server.api("GET", `/api/listeners/${id}`, undefined, asOther);
    assert.equal(shown.status, 200);
    assert.equal(shown.body.secret, undefined);
    const ended = await server.api("DELETE", `/api/listeners/${id}`, undefined, asOther);
    assert.equal(ended.status, 204);
    assert.equal((await server.api("GET", `/api/listeners/${id}`)).status, 404);
  });

  it("ends the stream of a key that was revoked", async () => {
    const { body: key } = await server.api("POST", "/api/keys", {
      name: "short-lived",
      scopes: ["deliveries:read"],
      organizationId: server.organizationId,
    });
    const headers = { authorization: `Bearer ${key.key}` };
    const { body: made } = await server.api("POST", "/api/listeners", {}, headers);
    const connection = await openStream(server, `/api/listeners/${made.id}/stream`, headers);
    const ended = take(connection, 1);
    await server.api("DELETE", `/api/keys/${key.id}`);
    assert.deepEqual(await ended, []);
    connection.close();
    await server.api("DELETE", `/api/listeners/${made.id}`);
  });

  it("stands in the audit log from its beginning to its end", async () => {
    const { id } = await make({ name: "laptop of Ada" });
    await server.api("DELETE", `/api/listeners/${id}`);
    const { body } = await server.api("GET", "/api/audit-log?limit=100");
    const actions = body.data.flatMap((entry: { object: { id: string } | null; action: string }) =>
      entry.object?.id === id ? [entry.action] : [],
    );
    assert.deepEqual(actions.toSorted(), ["listeners.create", "listeners.delete"]);
  });

  it("keeps no more than its bound, counts the rest, and ends when its time is over", async () => {
    const { id } = await make();
    await server.sql`
      insert into listener_events (listener_id, event_id)
      select (select id from listeners order by id desc limit 1), gen_random_uuid() from generate_series(1, 10050)`;
    const { tidyListeners } = await import("../../packages/server/src/store/listeners.ts");
    await tidyListeners(server.sql, { waitingMax: 10_000, limit: 5_000 });
    const { body } = await server.api("GET", `/api/listeners/${id}`);
    assert.deepEqual([body.waitingCount, body.missedCount], [10_000, 50]);
    await server.sql`update listeners set expires_at = now() - interval '1 second'`;
    assert.equal((await server.api("GET", `/api/listeners/${id}`)).status, 404);
    await tidyListeners(server.sql, { waitingMax: 10_000, limit: 20_000 });
    await tidyListeners(server.sql, { waitingMax: 10_000, limit: 20_000 });
    assert.equal((await server.sql`select from listener_events`).length, 0);
  });

  it("refuses more listeners than an organization may have", async () => {
    const ids = [];
    for (let count = 0; count < 20; count++) ids.push((await make()).id);
    const { status, body } = await server.api("POST", "/api/listeners", {});
    assert.deepEqual([status, body.code], [403, "limit_reached"]);
    for (const id of ids) await server.api("DELETE", `/api/listeners/${id}`);
  });
});
