/** What changes is told to who may see it, within moments, and to who comes back nothing is missing. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asId, parseId } from "../../packages/server/src/domain/id.ts";
import { STREAM_RECHECK_MS } from "../../packages/server/src/limits/live.ts";
import { systemClock, type Clock } from "../../packages/server/src/platform/clock.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { openKeyNotice, openSecretNotice } from "../../packages/server/src/store/ending-notices.ts";
import { enterPortal } from "../kit/browser.ts";
import { cli } from "../kit/cli.ts";
import { exhaust, publishOne } from "../kit/failing.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";
import { openStream } from "../kit/stream.ts";

const uuidOf = (prefix: "org", id: string) => parseId(prefix, id) ?? "";

let server: TestServer;
let other: TestServer;
let receiver: Receiver;
const broken = new Set<string>();

before(async () => {
  receiver = await startReceiver({
    answer({ path }, response) {
      response.writeHead(broken.has(path) ? 500 : 200).end();
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

async function organization(): Promise<string> {
  const { body } = await server.api("POST", "/api/organizations", { name: "Acme" });
  return body.id;
}

const endpointAt = (organizationId: string, path: string) =>
  createEndpoint(server, receiver.url + path, { organizationId });

/** A person in a portal whose membership makes them a manager. */
async function manager(organizationId: string) {
  const user = { id: newUuid(), name: "Ada", role: "manager" };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  const path = `/api/organizations/${organizationId}/members/${userId}`;
  assert.equal((await server.api("PUT", path, { role: "manager" })).status, 204);
  return { browser, userId, headers: { cookie: cookieOf(browser.cookies) } };
}

/** A key that may read deliveries. */
async function keyOf(organizationId: string) {
  const scopes = ["deliveries:read"];
  const environment = "production";
  const body = { name: "Reader", scopes, environment, organizationId };
  const made = await server.api("POST", "/api/keys", body);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body;
}

const cookieOf = (cookies: ReadonlyMap<string, string>) =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

test("a delivery is told as the list shows it, from its acceptance to its end", async () => {
  const organizationId = await organization();
  broken.add("/told");
  const { id: endpointId } = await endpointAt(organizationId, "/told");
  const stream = await openStream(server, `organizationId=${organizationId}`);
  const eventId = await publishOne(server, { organizationId });
  const first = await stream.find("delivery", (data) => data.status === "retrying");
  assert.equal(first.eventId, eventId);
  assert.equal(first.endpointId, endpointId);
  const failing = await stream.find("endpoint", (data) => data.status === "failing");
  assert.equal(failing.id, endpointId);
  const id = await exhaust(server, eventId);
  const failed = await stream.find("delivery", (data) => data.status === "failed");
  const { body } = await server.api("GET", `/api/deliveries/${id}`);
  assert.deepEqual(failed, body);
  const notice = await stream.find("notice");
  assert.equal(notice.endpointId, endpointId);
  broken.delete("/told");
  await server.api("POST", `/api/deliveries/${id}/redeliver`);
  await stream.find("delivery", (data) => data.id === id && data.status === "delivered");
  stream.close();
});

test("every kind of object is told: webhooks, jobs, keys, what an inbox has received", async () => {
  const organizationId = await organization();
  const query = `organizationId=${organizationId}`;
  const stream = await openStream(server, query);
  const { id: endpointId } = await endpointAt(organizationId, "/kinds");
  await stream.find("endpoint", (data) => data.id === endpointId);
  const since = new Date(Date.now() - 60_000).toISOString();
  const replay = { mode: "missing", since };
  const job = await server.api("POST", `/api/webhooks/${endpointId}/replay?${query}`, replay);
  assert.equal(job.status, 202, JSON.stringify(job.body));
  await stream.find("job", ({ id, status }) => id === job.body.id && status === "finished");
  const key = await server.api("POST", `/api/keys?${query}`, {
    name: "Warehouse",
    scopes: ["webhooks:read"],
    environment: "production",
  });
  assert.equal(key.status, 201, JSON.stringify(key.body));
  const told = await stream.find("key");
  assert.equal(told.id, key.body.id);
  assert.ok(!JSON.stringify(told).includes(key.body.key));
  await server.api("DELETE", `/api/keys/${told.id}`);
  await stream.find("key", ({ status }) => status === "revoked");
  const inbox = await server.api("POST", `/api/inboxes?${query}`, {});
  await fetch(inbox.body.url, { method: "POST", body: "{}" });
  const received = await stream.find("inbox");
  assert.deepEqual([received.inboxId, received.number, received.size], [inbox.body.id, 1, 2]);
  await server.api("DELETE", `/api/webhooks/${endpointId}?${query}`);
  await stream.find("endpoint", ({ id, deleted }) => id === endpointId && deleted === true);
  stream.close();
});

test("nothing of another organization is told, whoever asks", async () => {
  const [ours, theirs] = [await organization(), await organization()];
  await endpointAt(ours, "/ours");
  await endpointAt(theirs, "/theirs");
  const key = await keyOf(ours);
  const person = await openStream(server, "", (await manager(ours)).headers);
  const reader = await openStream({ url: server.url, operatorKey: key.key }, "");
  await publishOne(server, { organizationId: theirs });
  await publishOne(server, { organizationId: theirs });
  await publishOne(server, { organizationId: ours });
  for (const stream of [person, reader]) {
    await stream.find("delivery", ({ status }) => status === "delivered");
    const organizations = new Set(stream.events.flatMap(({ data }) => data.organizationId ?? []));
    assert.deepEqual([...organizations], [ours]);
  }
  const refused = await fetch(`${server.url}/api/stream?organizationId=${theirs}`, {
    headers: { authorization: `Bearer ${key.key}` },
  });
  assert.equal(refused.status, 404);
  const kinds = new Set(reader.events.map(({ event }) => event));
  assert.ok(!kinds.has("key") && !kinds.has("inbox"), [...kinds].join());
  person.close();
  reader.close();
});

test("notices of keys are told to who may see keys, in whichever session of a person", async () => {
  const organizationId = await organization();
  const user = { id: newUuid(), name: "Ada", role: "admin" };
  const open = async (rights: Record<string, unknown>) => {
    const { browser, userId } = await enterPortal(server, { organizationId, user, ...rights });
    const path = `/api/organizations/${organizationId}/members/${userId}`;
    assert.equal((await server.api("PUT", path, { role: "admin" })).status, 204);
    return openStream(server, "kind=notice", { cookie: cookieOf(browser.cookies) });
  };
  const wide = await open({});
  const narrow = await open({ capabilities: ["deliveries.read"] });
  const { id: keyId } = await keyOf(organizationId);
  const noticedAt = new Date();
  await openKeyNotice(server.sql, asId<"ntc">(newUuid()), {
    organizationId: asId<"org">(uuidOf("org", organizationId)),
    keyId: asId<"key">(parseId("key", keyId) ?? ""),
    noticedAt,
    endsAt: noticedAt,
  });
  const told = await wide.find("notice");
  assert.deepEqual([told.kind, told.keyId], ["key.expiring", keyId]);
  // What comes after it, and is for everybody: when that is there, nothing else is to come.
  const { id: endpointId } = await endpointAt(organizationId, "/later");
  await openSecretNotice(server.sql, asId<"ntc">(newUuid()), {
    organizationId: asId<"org">(uuidOf("org", organizationId)),
    endpointId: asId<"ep">(parseId("ep", endpointId) ?? ""),
    noticedAt,
    endsAt: noticedAt,
  });
  await narrow.find("notice", ({ kind }) => kind === "secret.ending");
  const notices = narrow.events.filter(({ event }) => event === "notice");
  assert.equal(notices.length, 1, JSON.stringify(notices));
  wide.close();
  narrow.close();
});

test("who comes back with the last id has missed nothing, on another node too", async () => {
  const organizationId = await organization();
  await endpointAt(organizationId, "/back");
  const query = `organizationId=${organizationId}&kind=delivery`;
  const stream = await openStream(server, query);
  await publishOne(server, { organizationId });
  await stream.find("delivery", ({ status }) => status === "delivered");
  stream.close();
  const missed = await Promise.all(
    Array.from({ length: 30 }, () => publishOne(server, { organizationId })),
  );
  const again = await openStream(other, query, { "last-event-id": stream.lastId });
  assert.deepEqual(await again.find("ready"), { resumed: true });
  for (const eventId of missed) {
    await again.find("delivery", (data) => data.eventId === eventId && data.status === "delivered");
  }
  again.close();
});

test("what one node does is told by the other", async () => {
  const organizationId = await organization();
  await endpointAt(organizationId, "/nodes");
  const stream = await openStream(other, `organizationId=${organizationId}`);
  const eventIds = await Promise.all([
    publishOne(server, { organizationId }),
    publishOne(other, { organizationId }),
  ]);
  for (const eventId of eventIds) {
    await stream.find(
      "delivery",
      (data) => data.eventId === eventId && data.status === "delivered",
    );
  }
  stream.close();
});

test("who was away for too long, or brings an id of another database, is told to read the lists again", async () => {
  const organizationId = await organization();
  const query = `organizationId=${organizationId}`;
  const stream = await openStream(server, query);
  stream.close();
  const [from] = stream.lastId.split("-");
  const ids = [`${from}-1`, `999999999999999-${Date.now()}`, "what"];
  for (const id of ids) {
    const again = await openStream(server, query, { "last-event-id": id });
    assert.deepEqual(await again.find("ready"), { resumed: false }, id);
    again.close();
  }
});

test("a flood is told as one: the lists are to be read again", async () => {
  const organizationId = await organization();
  const { id: endpointId } = await endpointAt(organizationId, "/flood");
  const stream = await openStream(server, `organizationId=${organizationId}`);
  // As one transaction does it that cancels thousands of deliveries.
  await server.sql`
    insert into live_changes (organization_id, kind, object_id)
    select ${uuidOf("org", organizationId)}, 'delivery', gen_random_uuid() from generate_series(1, 5000)`;
  await stream.find("behind");
  await server.api("POST", `/api/webhooks/${endpointId}/pause`);
  await stream.find("endpoint", ({ status }) => status === "paused");
  assert.ok(stream.events.length < 20);
  stream.close();
});

test("a stream ends with the session, the key or the role that it was opened with", async (context) => {
  const organizationId = await organization();
  // Sessions and roles are looked at again every few seconds; on this node at once.
  const after: Clock["after"] = (ms, action) =>
    systemClock.after(ms === STREAM_RECHECK_MS ? 20 : ms, action);
  const hasty = await createTestServer({ beside: server, clock: { ...systemClock, after } });
  context.after(() => hasty.close());
  const key = await keyOf(organizationId);
  const leaver = await manager(organizationId);
  const demoted = await manager(organizationId);
  const keyless = await manager(organizationId);
  const path = `/api/organizations/${organizationId}/members/${keyless.userId}`;
  await server.api("PUT", path, { role: "admin" });
  const streams = {
    key: await openStream({ url: hasty.url, operatorKey: key.key }, ""),
    session: await openStream(hasty, "", leaver.headers),
    role: await openStream(hasty, "", demoted.headers),
    keys: await openStream(hasty, "kind=notice", keyless.headers),
  };
  await server.api("DELETE", `/api/keys/${key.id}`);
  assert.deepEqual(await streams.key.find("end"), { reason: "key_revoked" });
  await leaver.browser.call("DELETE", "/api/sessions/current");
  assert.deepEqual(await streams.session.find("end"), { reason: "session_invalid" });
  const member = `/api/organizations/${organizationId}/members/${demoted.userId}`;
  await server.api("PUT", member, { role: "member" });
  assert.deepEqual(await streams.role.find("end"), { reason: "membership_required" });
  await server.api("PUT", path, { role: "manager" });
  assert.deepEqual(await streams.keys.find("end"), { reason: "access_changed" });
  for (const stream of Object.values(streams)) {
    await eventually("the end", () => stream.isOver);
  }
});

test("the number of streams has a bound, and closing one makes room", async () => {
  const organizationId = await organization();
  const query = `organizationId=${organizationId}`;
  const streams = await Promise.all(Array.from({ length: 100 }, () => openStream(other, query)));
  const refused = await other.api("GET", `/api/stream?${query}`);
  assert.deepEqual([refused.status, refused.body.code], [429, "too_many_streams"]);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  for (const stream of streams) stream.close();
  const again = await eventually("room", () => openStream(other, query).catch(() => undefined));
  again.close();
});

test("a node that stops says so and closes its streams", async () => {
  const third = await createTestServer({ beside: server });
  const stream = await openStream(third, `organizationId=${await organization()}`);
  await third.close();
  assert.deepEqual(await stream.find("end"), { reason: "stopping" });
});

test("every command that goes on until somebody ends it ends with 130 when interrupted, with 124 in time", async () => {
  const organizationId = await organization();
  const { id: inbox } = (await server.api("POST", "/api/inboxes", { organizationId })).body;
  const commands = [
    "tail",
    "deliveries tail",
    "events tail",
    "sources tail",
    `inbox tail ${inbox}`,
  ];
  const more = ["--url", server.url, "--org", organizationId, "-v"];
  const env = { POSTHORN_API_KEY: server.operatorKey };
  for (const command of commands) {
    const interrupt = new AbortController();
    const argv = [...command.split(" "), ...more];
    const seen = (input: string | URL | Request, init?: RequestInit) =>
      fetch(input, init).finally(() => {
        if (String(input).includes("/stream")) interrupt.abort();
      });
    const { exitCode } = await cli(argv, { env, interrupted: interrupt.signal, fetch: seen });
    assert.equal(exitCode, 130, command);
  }
  const argv = ["tail", ...more, "--timeout", "1s"];
  assert.equal((await cli(argv, { env, fetch: never })).exitCode, 124);
});

/** A server that does not answer. */
function never(_input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return new Promise((_, reject) => {
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason), { once: true });
  });
}

test("the command line shows what changes until it is interrupted", async () => {
  const organizationId = await organization();
  await endpointAt(organizationId, "/tail");
  const interrupt = new AbortController();
  let isSeen = false;
  const running = cli(
    ["deliveries", "tail", "--json", "--url", server.url, "--org", organizationId],
    {
      env: { POSTHORN_API_KEY: server.operatorKey },
      interrupted: interrupt.signal,
      onOutput: (text) => {
        isSeen ||= text.includes('"delivered"');
      },
    },
  );
  await eventually("a line", async () => {
    if (!isSeen) await publishOne(server, { organizationId });
    return isSeen;
  });
  interrupt.abort();
  const { stdout, exitCode } = await running;
  assert.equal(exitCode, 130);
  const [first = ""] = stdout.split("\n");
  assert.equal(JSON.parse(first).event, "delivery");
});
