/** What callers may have and ask for: by plan, by organization, by key; and what the answers say of it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enterPortal, openBrowser } from "../kit/browser.ts";
import { cli } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});
after(() => server.close());

async function must(method: string, path: string, body?: unknown) {
  const answer = await server.api(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const SCOPES = ["webhooks:read", "webhooks:write", "events:write", "deliveries:replay"];

/** An organization of its own with these limits, and a key of it. */
async function customer(limits: Record<string, number>, key: Record<string, unknown> = {}) {
  const { id: organizationId } = await must("POST", "/api/organizations", { name: "Limited" });
  const made = { name: "k", scopes: SCOPES, organizationId, ...key };
  const { key: text } = await must("POST", "/api/keys", made);
  await must("PATCH", `/api/organizations/${organizationId}`, { limits });
  const call = (method: string, path: string, body?: unknown) =>
    server.api(method, path, body, { authorization: `Bearer ${text}` });
  return { organizationId, call };
}

test("a key's own limit and its organization's are told with each answer", async () => {
  const { call } = await customer({ readsPerMinute: 5 }, { requestsPerMinute: 60 });
  const first = await call("GET", "/api/webhooks");
  assert.equal(first.headers.get("ratelimit-policy"), '"key";q=60;w=60, "read";q=5;w=60');
  assert.equal(first.headers.get("ratelimit"), '"key";r=59;t=1, "read";r=4;t=12');
  for (let more = 0; more < 4; more++) await call("GET", "/api/webhooks");
  const refused = await call("GET", "/api/webhooks");
  assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"]);
  const retryAfter = Number(refused.headers.get("retry-after"));
  assert.ok(retryAfter > 0 && retryAfter <= 12, `${retryAfter} s`);
  assert.match(refused.headers.get("ratelimit") ?? "", /"read";r=0;t=\d+$/);
});

test("reading, writing and publishing have allowances of their own", async () => {
  const limits = { readsPerMinute: 1, writesPerMinute: 1, publishesPerMinute: 1 };
  const { call } = await customer(limits);
  const ask = {
    read: () => call("GET", "/api/webhooks"),
    write: () => call("POST", "/api/webhooks", { url: "http://127.0.0.1:9009/", events: ["*"] }),
    publish: () => call("POST", "/api/events", { type: "order.created", data: {} }),
  };
  for (const [name, one] of Object.entries(ask)) {
    const served = await one();
    assert.ok(served.status < 300, `${name}: ${JSON.stringify(served.body)}`);
    assert.equal(served.headers.get("ratelimit-policy"), `"${name}";q=1;w=60`);
    const refused = await one();
    assert.deepEqual([refused.status, refused.body.code], [429, "rate_limited"], name);
    assert.ok(Number(refused.headers.get("retry-after")) > 0);
  }
});

test("all keys of an organization share its limit; its people and the operator do not spend it", async () => {
  const { organizationId, call } = await customer({ readsPerMinute: 2 });
  const other = { name: "second", scopes: SCOPES, organizationId };
  const { key } = await must("POST", "/api/keys", other);
  const authorization = `Bearer ${key}`;
  const second = () => server.api("GET", "/api/webhooks", undefined, { authorization });
  assert.equal((await call("GET", "/api/webhooks")).status, 200);
  assert.equal((await second()).status, 200);
  assert.equal((await second()).status, 429);
  const user = { id: "limited", name: "Limited", role: "admin" };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  await must("PUT", `/api/organizations/${organizationId}/members/${userId}`, { role: "admin" });
  const looked = await browser.call("GET", "/api/webhooks");
  assert.deepEqual(
    [looked.status, looked.headers.get("ratelimit-policy")],
    [200, '"read";q=2;w=60'],
  );
  const operator = await server.api("GET", `/api/webhooks?organizationId=${organizationId}`);
  assert.deepEqual([operator.status, operator.headers.get("ratelimit-policy")], [200, null]);
});

test("redelivering one by one is a lever of its own", async () => {
  const { call } = await customer({});
  const unknown = `/api/deliveries/dlv_${"1".repeat(26)}/redeliver`;
  let asked = 0;
  // One comes back each second, and the machine may be slow.
  while ((await call("POST", unknown)).body.code === "not_found" && asked < 300) asked += 1;
  assert.ok(asked >= 60 && asked < 300, `${asked} before the first refusal`);
  assert.equal((await call("GET", "/api/webhooks")).status, 200);
});

test("endpoints, keys and people stop at the organization's limit, and the answer names it", async () => {
  const limits = { endpoints: 1, keys: 2, members: 1 };
  const { organizationId, call } = await customer(limits);
  const endpoint = { url: "http://127.0.0.1:9009/", events: ["*"] };
  assert.equal((await call("POST", "/api/webhooks", endpoint)).status, 201);
  const key = { name: "one more", scopes: SCOPES, organizationId };
  await must("POST", "/api/keys", key);
  const member = await must("POST", "/api/users", { email: "m@example.com", name: "M" });
  const members = `/api/organizations/${organizationId}/members`;
  await must("PUT", `${members}/${member.id}`, { role: "owner" });
  await must("PUT", `${members}/${member.id}`, { role: "owner" });
  const late = await must("POST", "/api/users", { email: "late@example.com", name: "Late" });
  const invitation = { email: "i@example.com", role: "member" };
  const refused = [
    await call("POST", "/api/webhooks", endpoint),
    await server.api("POST", "/api/keys", key),
    await server.api("PUT", `${members}/${late.id}`, { role: "member" }),
    await server.api("POST", `/api/organizations/${organizationId}/invitations`, invitation),
  ];
  for (const { status, body } of refused) {
    assert.deepEqual([status, body.code], [403, "limit_reached"], JSON.stringify(body));
    assert.match(body.detail, new RegExp(`at most ${body.limit} `));
  }
});

test("GET /api/me and the command line show what is used of what there is", async () => {
  const { organizationId } = await customer({ endpoints: 7 });
  const user = { id: "looks", name: "Looks", role: "admin" };
  const { browser } = await enterPortal(server, { organizationId, user });
  const { limits } = (await browser.call("GET", "/api/me")).body;
  assert.deepEqual(limits.endpoints, { used: 0, limit: 7 });
  assert.deepEqual([limits.keys, limits.publishesPerMinute], [{ used: 1, limit: 1_000 }, null]);
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  const change = ["--limit", "endpoints=plan", "keys=3"];
  const changed = await cli(["orgs", "update", organizationId, ...change, "--json"], { env });
  assert.deepEqual([changed.exitCode, changed.json.limits], [0, { keys: 3 }], changed.stderr);
  const shown = await cli(["orgs", "limits", organizationId], { env });
  assert.match(shown.stdout, /endpoints +0 +50\n.*keys +1 +3\n/s);
  assert.equal((await openBrowser(server).call("GET", "/api/me")).status, 401);
});

test("a limit is lifted for one organization by API and command line, and given back to its plan", async () => {
  const { organizationId, call } = await customer({ readsPerMinute: 1, endpoints: 1 });
  assert.equal((await call("GET", "/api/webhooks")).status, 200);
  assert.equal((await call("GET", "/api/webhooks")).status, 429);
  const path = `/api/organizations/${organizationId}`;
  const lifted = await must("PATCH", path, { limits: { readsPerMinute: "unlimited" } });
  assert.deepEqual(lifted.limits, { endpoints: 1, readsPerMinute: "unlimited" });
  const free = await call("GET", "/api/webhooks");
  assert.deepEqual([free.status, free.headers.get("ratelimit-policy")], [200, null]);
  const env = { POSTHORN_URL: server.url, POSTHORN_OPERATOR_KEY: server.operatorKey };
  const change = ["--limit", "endpoints=unlimited", "writesPerMinute=unlimited"];
  const changed = await cli(["orgs", "update", organizationId, ...change], { env });
  assert.equal(changed.exitCode, 0, changed.stderr);
  const shown = await cli(["orgs", "limits", organizationId], { env });
  assert.match(shown.stdout, /endpoints +0 +50\n.*readsPerMinute +none\nwritesPerMinute +none\n/s);
  const back = { readsPerMinute: null, writesPerMinute: null, endpoints: null };
  assert.deepEqual((await must("PATCH", path, { limits: back })).limits, {});
  const again = await must("GET", `${path}/limits`);
  assert.deepEqual([again.readsPerMinute, again.endpoints.limit], [6_000, 50]);
});

test("a limit beyond what the installation bears is refused", async () => {
  const path = `/api/organizations/${server.organizationId}`;
  const answer = await server.api("PATCH", path, { limits: { endpoints: 51, readsPerMinute: 0 } });
  const codes = answer.body.errors.map(({ pointer, code }: Record<string, string>) => [
    pointer,
    code,
  ]);
  assert.deepEqual(codes, [
    ["/limits/endpoints", "too_large"],
    ["/limits/readsPerMinute", "too_small"],
  ]);
});

test("two nodes give half of it each, so that together they give no more", async () => {
  const second = await createTestServer({ beside: server });
  assert.equal(second.server.services.node() === server.server.services.node(), false);
  // The first node counts the second with its next heartbeat; the second has counted at its start.
  const { key } = await must("POST", "/api/keys", {
    name: "half",
    scopes: SCOPES,
    requestsPerMinute: 10,
    organizationId: server.organizationId,
  });
  const authorization = `Bearer ${key}`;
  const ask = () => second.api("GET", "/api/webhooks", undefined, { authorization });
  const statuses: number[] = [];
  for (let times = 0; times < 7; times++) statuses.push((await ask()).status);
  await second.close();
  assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429]);
});
