/** API keys over real HTTP: from the dialog to the end of their life, on two nodes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asId, parseId } from "../../packages/server/src/domain/id.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let second: TestServer;
let fabhub: string;
let fanhaven: string;

before(async () => {
  server = await createTestServer();
  second = await createTestServer({ beside: server });
  const make = async (name: string, profile: string, plan?: string) =>
    (await server.api("POST", "/api/organizations", { name, profile, plan })).body.id;
  fabhub = await make("Fab", "fabhub", "enterprise");
  fanhaven = await make("Fan", "fanhaven");
});

after(async () => {
  await second.close();
  await server.close();
});

async function makeKey(fields: Record<string, unknown> = {}) {
  const body = {
    name: "Warehouse",
    scopes: ["webhooks:read"],
    organizationId: server.organizationId,
    ...fields,
  };
  const answer = await server.api("POST", "/api/keys", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer;
}

const refused = async (fields: Record<string, unknown>) => {
  const { organizationId } = server;
  const body = { name: "x", scopes: ["webhooks:read"], organizationId, ...fields };
  const { status, body: problem } = await server.api("POST", "/api/keys", body);
  return [status, ...problem.errors.map((each: { code: string }) => each.code)];
};

/** A call with a key in place of the operator's. */
const as =
  (key: string) =>
  (method: string, path: string, body?: unknown, node = server) =>
    node.api(method, path, body, { authorization: `Bearer ${key}` });

const verify = async (body: Record<string, unknown>, node = server) => {
  const answer = await node.api("POST", "/api/keys/verify", body);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
};

test("a key is shown once, stored as a hash, and listed by its first and last letters", async () => {
  const { body, headers } = await makeKey({ description: "stock counts" });
  const { key, ...shown } = body;
  assert.match(key, /^phk_[0-9A-Za-z]{36}$/);
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(shown.prefix, key.slice(0, 8));
  assert.equal(shown.lastFour, key.slice(-4));
  assert.equal(shown.environment, "production");
  assert.equal(shown.status, "active");
  const read = await server.api("GET", `/api/keys/${shown.id}`);
  assert.deepEqual(read.body, shown);
  const listed = await server.api("GET", "/api/keys?q=ware");
  assert.deepEqual(listed.body.data[0], shown);
  const rows = await server.sql`select * from api_keys`;
  assert.ok(!JSON.stringify([rows, listed.body, server.logged]).includes(key.slice(8, -4)));
});

test("settings that the profile does not have are refused, all at once", async () => {
  assert.deepEqual(await refused({ environment: "staging", scopes: ["nonsense"] }), [
    422,
    "environment_invalid",
    "scope_unknown",
  ]);
  assert.deepEqual(await refused({ resources: ["artist:nova"] }), [422, "resource_unknown"]);
  assert.deepEqual(await refused({ addresses: ["10.0.0.0/33"] }), [422, "address_block_invalid"]);
  assert.deepEqual(await refused({ expiresAt: "2020-01-01T00:00:00Z" }), [
    422,
    "expiry_in_the_past",
  ]);
  assert.deepEqual(await refused({ scopes: [] }), [422, "too_short"]);
  const fan = { organizationId: fanhaven, scopes: ["read"] };
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  assert.deepEqual(await refused({ ...fan, expiresAt }), [
    422,
    "resource_required",
    "expiry_not_allowed",
  ]);
});

test("a key works as Bearer and as X-API-Key, for what its scopes grant and for its organization alone", async () => {
  const { body } = await makeKey();
  const ask = as(body.key);
  assert.equal((await ask("GET", "/api/webhooks")).status, 200);
  const apiKey = await fetch(`${server.url}/api/webhooks`, { headers: { "x-api-key": body.key } });
  assert.equal(apiKey.status, 200);
  const write = await ask("POST", "/api/webhooks", {
    url: "http://127.0.0.1:9009/",
    events: ["*"],
  });
  assert.deepEqual(
    [write.status, write.body.code, write.body.requiredScope],
    [403, "scope_required", "webhooks:write"],
  );
  const other = await ask("GET", `/api/webhooks?organizationId=${fabhub}`);
  assert.deepEqual([other.status, other.body.code], [404, "not_found"]);
  const operators = await ask("GET", "/api/organizations");
  assert.deepEqual([operators.status, operators.body.code], [403, "operator_required"]);
});

test("a key with events:write publishes for its own organization", async () => {
  const { body } = await makeKey({ scopes: ["events:write"] });
  const event = { type: "order.created", data: { n: 1 } };
  const published = await as(body.key)("POST", "/api/events", event);
  assert.equal(published.status, 202, JSON.stringify(published.body));
  const read = await server.api("GET", `/api/events/${published.body.id}`);
  assert.equal(read.body.organizationId, server.organizationId);
  const foreign = await as(body.key)("POST", "/api/events", { ...event, organizationId: fabhub });
  assert.deepEqual([foreign.status, foreign.body.code], [404, "not_found"]);
  const reader = await makeKey();
  const denied = await as(reader.body.key)("POST", "/api/events", event);
  assert.deepEqual([denied.status, denied.body.code], [403, "scope_required"]);
});

test("no key reads a signing secret, whatever its scopes", async () => {
  const endpoint = { url: "http://127.0.0.1:9009/", events: ["*"], organizationId: fabhub };
  const { body: webhook } = await server.api("POST", "/api/webhooks", endpoint);
  const { body } = await makeKey({ organizationId: fabhub, scopes: ["admin"] });
  const answer = await as(body.key)("GET", `/api/webhooks/${webhook.id}/secret`);
  assert.deepEqual([answer.status, answer.body.code], [403, "session_required"]);
});

test("keys make keys only with keys:write, and never wider ones", async () => {
  const maker = await makeKey({ scopes: ["keys:write", "webhooks:read"] });
  const ask = as(maker.body.key);
  const narrow = await ask("POST", "/api/keys", { name: "n", scopes: ["webhooks:read"] });
  assert.equal(narrow.status, 201, JSON.stringify(narrow.body));
  const wide = await ask("POST", "/api/keys", { name: "w", scopes: ["events:write"] });
  assert.deepEqual([wide.status, wide.body.code], [403, "scope_required"]);
  const widened = await ask("PATCH", `/api/keys/${narrow.body.id}`, { scopes: ["events:write"] });
  assert.deepEqual([widened.status, widened.body.code], [403, "scope_required"]);
  const { body: strong } = await makeKey({ scopes: ["events:write"] });
  const rolled = await ask("POST", `/api/keys/${strong.id}/roll`);
  assert.deepEqual([rolled.status, rolled.body.code], [403, "scope_required"]);
});

test("a key that is limited to addresses or in time makes none that is not", async () => {
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const scopes = ["keys:write", "webhooks:read"];
  const maker = await makeKey({ scopes, addresses: ["127.0.0.0/8"], expiresAt });
  const ask = as(maker.body.key);
  const near = { name: "n", scopes: ["webhooks:read"], addresses: ["127.0.0.1"], expiresAt };
  const made = await ask("POST", "/api/keys", near);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  for (const wider of [
    { addresses: [] },
    { addresses: ["127.0.0.1", "10.0.0.0/8"] },
    { addresses: ["0.0.0.0/0"] },
    { expiresAt: null },
    { expiresAt: new Date(Date.now() + 7_200_000).toISOString() },
  ]) {
    const answer = await ask("POST", "/api/keys", { ...near, ...wider });
    const what = JSON.stringify(wider);
    assert.deepEqual([answer.status, answer.body.code], [403, "scope_required"], what);
    const changed = await ask("PATCH", `/api/keys/${made.body.id}`, wider);
    assert.deepEqual([changed.status, changed.body.code], [403, "scope_required"], what);
  }
  const own = await ask("PATCH", `/api/keys/${maker.body.id}`, { addresses: [] });
  assert.equal(own.status, 403, "nor frees it itself");
});

test("a change applies to the next request on every node; a stale version is refused", async () => {
  const { body, headers } = await makeKey();
  const path = `/api/keys/${body.id}`;
  assert.equal((await as(body.key)("GET", "/api/webhooks", undefined, second)).status, 200);
  const off = await server.api("PATCH", path, { enabled: false, name: "Renamed" });
  assert.deepEqual([off.body.status, off.body.name], ["disabled", "Renamed"]);
  const answer = await as(body.key)("GET", "/api/webhooks", undefined, second);
  assert.deepEqual([answer.status, answer.body.code], [401, "key_disabled"]);
  const etag = headers.get("etag") ?? "";
  const stale = await server.api("PATCH", path, { enabled: true }, { "if-match": etag });
  assert.deepEqual([stale.status, stale.body.code], [412, "version_conflict"]);
});

test("after the answer to a revocation no node accepts the key, and it cannot come back", async () => {
  const { body } = await makeKey();
  for (const node of [server, second]) {
    assert.equal((await as(body.key)("GET", "/api/webhooks", undefined, node)).status, 200);
    assert.equal((await verify({ key: body.key }, node)).code, "VALID");
  }
  assert.equal((await server.api("DELETE", `/api/keys/${body.id}`)).status, 204);
  for (const node of [server, second]) {
    const answer = await as(body.key)("GET", "/api/webhooks", undefined, node);
    assert.deepEqual([answer.status, answer.body.code], [401, "key_revoked"]);
    assert.equal((await verify({ key: body.key }, node)).code, "REVOKED");
  }
  assert.equal((await server.api("DELETE", `/api/keys/${body.id}`)).status, 404);
  assert.equal((await server.api("PATCH", `/api/keys/${body.id}`, { name: "x" })).status, 404);
  assert.equal((await server.api("GET", `/api/keys/${body.id}`)).body.status, "revoked");
});

test("several are revoked at once, each with its own result; where the profile says so they are gone", async () => {
  const organizationId = fabhub;
  const made = await makeKey({ organizationId, scopes: ["api"], environment: "staging" });
  const missing = "key_00000000000000000000000000";
  const ids = [made.body.id, missing, "nonsense"];
  const answer = await server.api("POST", "/api/keys/bulk-revoke", { ids });
  assert.deepEqual(
    answer.body.data.map((each: { status: number }) => each.status),
    [204, 404, 404],
  );
  const path = `/api/keys?organizationId=${organizationId}`;
  const listed = await server.api("GET", path);
  assert.ok(!listed.body.data.some((each: { id: string }) => each.id === made.body.id));
  const shown = await server.api("GET", `/api/keys/${made.body.id}?${path.split("?")[1]}`);
  assert.equal(shown.status, 404);
  const kept =
    await server.sql`select count(*)::int as n from api_keys where revoked_at is not null`;
  assert.ok(kept[0]!["n"] > 0, "the row stays, so that the log can name the key");
});

test("a rolled key has the same settings; the old one lives as long as was asked", async () => {
  const old = await makeKey({ name: "Rolled", addresses: ["127.0.0.0/8"] });
  const body = { previousExpiresIn: "1h" };
  const rolled = await server.api("POST", `/api/keys/${old.body.id}/roll`, body);
  assert.equal(rolled.status, 201, JSON.stringify(rolled.body));
  assert.deepEqual([rolled.body.name, rolled.body.addresses], ["Rolled", ["127.0.0.0/8"]]);
  for (const { key } of [old.body, rolled.body]) {
    assert.equal((await as(key)("GET", "/api/webhooks")).status, 200);
  }
  const shown = await server.api("GET", `/api/keys/${old.body.id}`);
  assert.deepEqual([shown.body.status, shown.body.replacedBy], ["active", rolled.body.id]);
  const again = await server.api("POST", `/api/keys/${rolled.body.id}/roll`);
  assert.equal((await verify({ key: rolled.body.key })).code, "REVOKED");
  assert.equal((await verify({ key: again.body.key, ip: "127.0.0.1" })).code, "VALID");
});

test("verify answers as key services do, always with 200", async () => {
  const soon = new Date(Date.now() + 600_000).toISOString();
  const { body } = await makeKey({ addresses: ["203.0.113.0/24"], expiresAt: soon });
  const { key } = body;
  const ip = "203.0.113.7";
  const cases: [Record<string, unknown>, string][] = [
    [{ key, ip }, "VALID"],
    [{ key, ip, scopes: ["webhooks:read"] }, "VALID"],
    [{ key, ip, scopes: ["webhooks:read", "events:write"] }, "INSUFFICIENT_SCOPE"],
    [{ key, ip: "198.51.100.1" }, "IP_NOT_ALLOWED"],
    [{ key }, "IP_NOT_ALLOWED"],
    [{ key: `${key.slice(0, -1)}~` }, "NOT_FOUND"],
    [{ key: server.operatorKey }, "NOT_FOUND"],
    [{ key: "" }, "NOT_FOUND"],
  ];
  for (const [question, code] of cases) {
    const answer = await verify(question);
    assert.deepEqual([answer.code, answer.valid], [code, code === "VALID"]);
  }
  const elsewhere = `/api/keys/verify?organizationId=${fabhub}`;
  assert.equal((await server.api("POST", elsewhere, { key, ip })).body.code, "NOT_FOUND");
  const good = await verify({ key, ip });
  assert.deepEqual(
    [good.keyId, good.organizationId, good.environment, good.scopes],
    [body.id, server.organizationId, "production", ["webhooks:read"]],
  );
  await server.sql`update api_keys set expires_at = now() where id in (select id from api_keys order by id desc limit 1)`;
  await server.api("PATCH", `/api/keys/${body.id}`, { name: "touched" });
  assert.equal((await verify({ key, ip })).code, "EXPIRED");
});

test("a key of the whole admin scope covers the narrower one", async () => {
  const { body } = await makeKey({ organizationId: fabhub, scopes: ["admin"] });
  assert.equal((await verify({ key: body.key, scopes: ["api"] })).code, "VALID");
});

test("a limited key reaches its resource and what lies below it", async () => {
  const resources = [
    { id: "artist:nova" },
    { id: "tour:2027-eu", parent: "artist:nova" },
    { id: "artist:other" },
  ];
  const put = await server.api("PUT", `/api/organizations/${fanhaven}/resources`, { resources });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  const artist = await makeKey({
    organizationId: fanhaven,
    scopes: ["read"],
    resources: ["artist:nova"],
  });
  const tour = await makeKey({
    organizationId: fanhaven,
    scopes: ["read"],
    resources: ["tour:2027-eu"],
  });
  const ask = async (key: string, resource: string) => (await verify({ key, resource })).code;
  assert.equal(await ask(artist.body.key, "tour:2027-eu"), "VALID");
  assert.equal(await ask(artist.body.key, "artist:other"), "RESOURCE_NOT_ALLOWED");
  assert.equal(await ask(tour.body.key, "tour:2027-eu"), "VALID");
  assert.equal(await ask(tour.body.key, "artist:nova"), "RESOURCE_NOT_ALLOWED");
  const circle = [
    { id: "artist:a", parent: "artist:b" },
    { id: "artist:b", parent: "artist:a" },
    { id: "planet:x" },
    { id: "tour:y", parent: "artist:nobody" },
  ];
  const bad = await server.api("PUT", `/api/organizations/${fanhaven}/resources`, {
    resources: circle,
  });
  assert.deepEqual(
    bad.body.errors.map((each: { pointer: string; code: string }) => [each.pointer, each.code]),
    [
      ["/resources/0/parent", "resource_parent_invalid"],
      ["/resources/1/parent", "resource_parent_invalid"],
      ["/resources/2/id", "resource_level_unknown"],
      ["/resources/3/parent", "resource_parent_invalid"],
    ],
  );
});

test("a key may have a rate limit; a refused request says when to come back", async () => {
  const { body } = await makeKey({ requestsPerMinute: 4 });
  // There are two nodes, and each gives half; this one has counted both when it started.
  const ask = () => as(body.key)("GET", "/api/webhooks", undefined, second);
  assert.equal((await ask()).status, 200);
  assert.equal((await verify({ key: body.key }, second)).code, "VALID");
  const answer = await ask();
  assert.deepEqual([answer.status, answer.body.code], [429, "rate_limited"]);
  assert.ok(Number(answer.headers.get("retry-after")) > 0);
  const limited = await verify({ key: body.key }, second);
  assert.equal(limited.code, "RATE_LIMITED");
  assert.equal(limited.rateLimit.limit, 4);
});

test("calls of a key are counted and listed, with the code that verify gave", async () => {
  const { body } = await makeKey();
  await as(body.key)("GET", "/api/webhooks/ep_nothing");
  await verify({ key: body.key, scopes: ["events:write"], ip: "203.0.113.9", path: "/orders" });
  await server.services.keyUsage.stop();
  const path = `/api/keys/${body.id}`;
  const { data } = (await server.api("GET", `${path}/calls`)).body;
  assert.deepEqual(
    data.map((each: Record<string, unknown>) => [each["path"], each["status"], each["code"]]),
    [
      ["/orders", 200, "INSUFFICIENT_SCOPE"],
      ["/api/webhooks/:id", 404, null],
    ],
  );
  const usage = (await server.api("GET", `${path}/usage`)).body.data;
  assert.deepEqual([usage[0].requests, usage[0].refusals], [2, 2]);
  const shown = (await server.api("GET", path)).body;
  assert.equal(shown.lastUsedAddress, "203.0.113.9");
  assert.ok(shown.lastUsedAt);
});

test("what no log can keep is refused by verify, and stops the log of no other key", async () => {
  const [odd, other] = [(await makeKey()).body, (await makeKey()).body];
  for (const field of ["ip", "method", "path", "resource"]) {
    for (const text of ["a\0", "\ud800"]) {
      const body = { key: odd.key, [field]: text };
      for (const path of ["/api/keys/verify", "/api/keys/verify?"]) {
        const answer = await server.api("POST", path, body);
        assert.deepEqual([answer.status, answer.body.errors?.[0].pointer], [422, `/${field}`]);
      }
    }
  }
  // The log of a node that runs on: the test before has stopped that of the first one.
  const { keyUsage } = second.services;
  const call = { method: "GET", status: 200, code: "VALID", durationMs: 1, address: undefined };
  for (const [{ id }, path] of [
    [odd, "a\0"],
    [other, "/orders"],
  ] as const) {
    const keyId = parseId("key", id);
    assert.ok(keyId);
    keyUsage.seen(keyId, { ...call, path, requestId: asId<"req">(newUuid()) });
  }
  await keyUsage.stop();
  const seenOf = async ({ id }: { id: string }) => {
    const { data: calls } = (await server.api("GET", `/api/keys/${id}/calls`)).body;
    const { data: hours } = (await server.api("GET", `/api/keys/${id}/usage`)).body;
    return [calls.length, hours.length];
  };
  assert.deepEqual(
    [await seenOf(odd), await seenOf(other)],
    [
      [0, 0],
      [1, 1],
    ],
  );
  assert.ok(second.logged.some(({ event }) => event === "key_usage.given_up"));
});

test("another organization's plan without webhooks closes them to its keys", async () => {
  const free = await server.api("POST", "/api/organizations", {
    name: "Free",
    profile: "fabhub",
    plan: "free",
  });
  const { body } = await makeKey({ organizationId: free.body.id, scopes: ["api"] });
  const answer = await as(body.key)("GET", "/api/webhooks");
  assert.deepEqual(
    [answer.status, answer.body.code, answer.body.requiredPlan],
    [403, "plan_required", "enterprise"],
  );
  await server.api("PATCH", `/api/organizations/${free.body.id}`, { plan: "enterprise" });
  assert.equal((await as(body.key)("GET", "/api/webhooks", undefined, second)).status, 200);
});

test("verify answers in front of Fastify what the route of the table answers", async () => {
  const { body } = await makeKey();
  const json = { "content-type": "application/json" };
  const good = JSON.stringify({ key: body.key, scopes: ["webhooks:read"], ip: "203.0.113.9" });
  const bodies: [string, Record<string, string>][] = [
    [good, json],
    [JSON.stringify({ key: "phk_nonsense" }), json],
    [JSON.stringify({ key: body.key, colour: "red" }), json],
    [JSON.stringify({ scopes: 7 }), json],
    ["[]", json],
    ['{"key":', json],
    ['{"key":"a","key":"b"}', json],
    ["", json],
    [good, { "content-type": "text/plain" }],
    [good, { ...json, "content-encoding": "gzip" }],
    [JSON.stringify({ key: "x".repeat(300_000) }), json],
  ];
  const ask = async (path: string, [sent, headers]: [string, Record<string, string>]) => {
    const authorization = `Bearer ${server.operatorKey}`;
    const request = { method: "POST", body: sent, headers: { ...headers, authorization } };
    const answer = await fetch(`${server.url}${path}`, request);
    // Proof: whatever it says, it is an object with a request id, or without one.
    const { requestId: _, ...rest } = (await answer.json()) as Record<string, unknown>;
    const shown = ["content-type", "cache-control", "x-content-type-options", "retry-after"];
    return { status: answer.status, rest, headers: shown.map((name) => answer.headers.get(name)) };
  };
  for (const each of bodies) {
    const inFront = await ask("/api/keys/verify", each);
    // An empty query is all it takes to leave the short way.
    assert.deepEqual(inFront, await ask("/api/keys/verify?", each), each[0].slice(0, 60));
  }
  const unknown = await server.api("POST", "/api/keys/verify", JSON.parse(good), {
    authorization: "Bearer pho_nonsense",
  });
  assert.deepEqual([unknown.status, unknown.body.code], [401, "key_malformed"]);
  const asKey = await as(body.key)("POST", "/api/keys/verify", JSON.parse(good));
  assert.deepEqual([asKey.status, asKey.body.code], [403, "operator_required"]);
});
