/** Hostile credentials and requests that browsers can be made to send: a list of inputs and answers. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { randomBytes } from "../../packages/server/src/platform/random.ts";
import { eventually } from "../kit/eventually.ts";
import { startReceiver } from "../kit/receiver.ts";
import { enterPortal, openBrowser } from "../kit/browser.ts";
import { sendRaw } from "../kit/raw-http.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let keys: Record<"good" | "revoked" | "expired" | "disabled" | "elsewhere", string>;

before(async () => {
  server = await createTestServer({ profile: "fabhub" });
  const make = async (fields: Record<string, unknown> = {}) => {
    const body = { name: "k", scopes: ["api"], ...fields };
    return (await server.api("POST", "/api/keys", body)).body;
  };
  await server.api("PATCH", `/api/organizations/${server.organizationId}`, { plan: "enterprise" });
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const [good, revoked, expired] = [await make(), await make(), await make({ expiresAt: soon })];
  const [disabled, elsewhere] = [
    await make({ enabled: false }),
    await make({ addresses: ["203.0.113.0/24"] }),
  ];
  await server.api("DELETE", `/api/keys/${revoked.id}`);
  await server.sql`update api_keys set expires_at = now() where name = 'k' and expires_at is not null`;
  keys = {
    good: good.key,
    revoked: revoked.key,
    expired: expired.key,
    disabled: disabled.key,
    elsewhere: elsewhere.key,
  };
});
after(() => server.close());

async function send(lines: readonly string[], path = "/api/webhooks", method = "GET") {
  const head = [`${method} ${path} HTTP/1.1`, "Host: localhost", ...lines, "Connection: close"];
  const answer = await sendRaw(server.url, `${head.join("\r\n")}\r\n\r\n`);
  const code = answer.status < 300 ? "ok" : (JSON.parse(answer.text || "{}").code ?? "");
  return { status: answer.status, code, challenge: answer.headers.get("www-authenticate") ?? null };
}

const bearer = (key: string) => `Authorization: Bearer ${key}`;

test("cases 38 to 44 and 52: keys", async () => {
  const { good } = keys;
  const mistyped = good.slice(0, -1) + (good.endsWith("0") ? "1" : "0");
  const unknown = formatApiKey("phk", randomBytes(32));
  const other = formatApiKey("phk", randomBytes(32));
  const cases: [what: string, lines: string[], status: number, code: string][] = [
    ["38 none", [], 401, "credentials_missing"],
    ["39 wrong checksum", [bearer(mistyped)], 401, "key_malformed"],
    ["40 unknown", [bearer(unknown)], 401, "key_invalid"],
    ["41 revoked", [bearer(keys.revoked)], 401, "key_revoked"],
    ["41 expired", [bearer(keys.expired)], 401, "key_expired"],
    ["41 disabled", [bearer(keys.disabled)], 401, "key_disabled"],
    ["42 a megabyte", [bearer("x".repeat(1_000_000))], 431, "headers_too_large"],
    ["43 two blanks", [`Authorization: Bearer  ${good}`], 401, "key_malformed"],
    ["43 lower case", [`Authorization: bearer ${good}`], 200, "ok"],
    ["43 Basic", ["Authorization: Basic eDp5"], 401, "scheme_unsupported"],
    ["43 twice", [bearer(good), bearer(good)], 400, "ambiguous_credentials"],
    ["two that differ", [bearer(good), `X-API-Key: ${other}`], 400, "ambiguous_credentials"],
    [
      "52 a forged address",
      [bearer(keys.elsewhere), "X-Forwarded-For: 203.0.113.7"],
      403,
      "ip_not_allowed",
    ],
  ];
  for (const [what, lines, status, code] of cases) {
    const answer = await send(lines);
    assert.deepEqual([answer.status, answer.code], [status, code], what);
    if (status === 401) assert.equal(answer.challenge, "Bearer", what);
  }
  const inUrl = await send([bearer(good)], `/api/webhooks?api_key=${good}`);
  assert.deepEqual([inUrl.status, inUrl.code], [400, "credentials_in_url"], "44 in the URL");
  assert.ok(!JSON.stringify(server.logged).includes(good), "44 nothing of it is logged");
});

test("cases 45 to 48: cookies, forms and what is only for people", async () => {
  const { organizationId } = server;
  const user = { id: "boss", name: "Boss", role: "admin" };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  await server.api("PUT", `/api/organizations/${organizationId}/members/${userId}`, {
    role: "owner",
  });
  const body = JSON.stringify({ name: "x", scopes: ["api"] });
  const json = { "content-type": "application/json" };
  const foreign = { ...json, origin: "https://evil.example", "x-posthorn-csrf": "1" };
  const cases: [what: string, headers: Record<string, string>][] = [
    ["45 a foreign origin", foreign],
    [
      "45 a page of a sibling site",
      { ...json, "sec-fetch-site": "same-site", "x-posthorn-csrf": "1" },
    ],
    ["46 a form that looks like JSON", { "content-type": "text/plain" }],
    [
      "46 a form from our own site",
      { "content-type": "text/plain", "sec-fetch-site": "same-origin" },
    ],
  ];
  for (const [what, headers] of cases) {
    const answer = await browser.raw("POST", "/api/keys", { body, headers });
    assert.deepEqual([answer.status, answer.body.code], [403, "csrf_failed"], what);
  }
  const narrow = await send([bearer(keys.good), "Content-Length: 0"], "/api/keys", "POST");
  assert.deepEqual([narrow.status, narrow.code], [403, "scope_required"], "47 a key makes no keys");
  const secret = `/api/webhooks/ep_${"7".repeat(26)}/secret`;
  const reveal = await send([bearer(keys.good)], secret);
  assert.deepEqual(
    [reveal.status, reveal.code],
    [403, "session_required"],
    "47 no key sees secrets",
  );
});

test("case 48: a manager who makes keys, staff who read webhooks, a plan without either", async () => {
  const come = async (id: string, role: string, plan: string, membership: string | null) => {
    const body = { name: id, profile: "fabhub", plan };
    const organizationId = (await server.api("POST", "/api/organizations", body)).body.id;
    const entered = await enterPortal(server, { organizationId, user: { id, name: id, role } });
    const path = `/api/organizations/${organizationId}/members/${entered.userId}`;
    if (membership) await server.api("PUT", path, { role: membership });
    return { ...entered, path };
  };
  const manager = await come("manager", "manager", "enterprise", "manager");
  const staff = await come("staff", "staff", "enterprise", null);
  const free = await come("free", "admin", "free", "owner");
  const made = await manager.browser.call("POST", "/api/keys", { name: "x", scopes: ["api"] });
  assert.deepEqual([made.status, made.body.code], [403, "role_required"]);
  const read = await staff.browser.call("GET", "/api/webhooks");
  assert.deepEqual([read.status, read.body.code], [403, "role_required"]);
  const planless = await free.browser.call("GET", "/api/webhooks");
  assert.deepEqual([planless.status, planless.body.code], [403, "plan_required"]);
});

test("cases 49 and 50: the sixth wrong password waits, known or not; a megabyte is never hashed", async () => {
  await server.api("POST", "/api/users", { email: "known@example.com", name: "K" });
  for (const email of ["known@example.com", "unknown@example.com"]) {
    const codes: string[] = [];
    for (let count = 0; count < 6; count++) {
      const body = { email, password: `not this one ${count}` };
      codes.push((await openBrowser(server).call("POST", "/api/sessions", body)).body.code);
    }
    assert.deepEqual([codes[0], codes[5]], ["sign_in_failed", "sign_in_throttled"], `49 ${email}`);
  }
  const password = "x".repeat(100_000);
  const body = { email: "known@example.com", password };
  const long = await openBrowser(server).call("POST", "/api/sessions", body);
  assert.deepEqual([long.status, long.body.errors[0].code], [422, "password_too_long"], "50");
});

test("case 51: a session after it was ended, or after the role is gone", async () => {
  const { organizationId } = server;
  const user = { id: "gone", name: "Gone", role: "admin" };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  const path = `/api/organizations/${organizationId}/members/${userId}`;
  await server.api("PUT", path, { role: "owner" });
  const [cookie] = [...browser.cookies];
  assert.equal((await browser.call("GET", "/api/keys")).status, 200);
  assert.equal((await browser.call("DELETE", "/api/sessions/current")).status, 204);
  const again = openBrowser(server);
  const answer = await again.raw("GET", "/api/me", { headers: { cookie: cookie!.join("=") } });
  assert.deepEqual([answer.status, answer.body.code], [401, "session_invalid"]);
  const member = await enterPortal(server, { organizationId, user });
  assert.equal((await member.browser.call("GET", "/api/keys")).status, 200);
  assert.equal((await server.api("DELETE", path)).status, 204);
  // The operator's backend has let this person in; what is gone is what the membership opened.
  const after = await member.browser.call("GET", "/api/keys");
  assert.deepEqual([after.status, after.body.code], [403, "membership_required"]);
});

test("cases 74 to 85: lists, ids and methods", async () => {
  const { good } = keys;
  const get = (path: string) => send([bearer(good)], path);
  const unprocessable: [what: string, query: string][] = [
    ["74", "limit=0"],
    ["74", "limit=-1"],
    ["74", "limit=2000000000"],
    ["74", "limit=abc"],
    ["75", "cursor=bm9uc2Vuc2U"],
    ["79", `q=${"x".repeat(201)}`],
    ["80", "status=active&status=paused"],
  ];
  for (const [what, query] of unprocessable) {
    const { status, code } = await get(`/api/webhooks?${query}`);
    assert.deepEqual([status, code], [422, "invalid_request"], `${what} ${query}`);
  }
  const reversed = "createdAt[gte]=2026-11-02&createdAt[lte]=2026-11-01";
  assert.equal((await get(`/api/deliveries?${reversed}`)).status, 422, "76 reversed");
  const long = "createdAt[gte]=2020-01-01&createdAt[lte]=2026-01-01";
  assert.equal((await get(`/api/deliveries?${long}`)).status, 422, "76 too long");
  assert.equal(
    (await get("/api/deliveries?createdAt[gte]=2026-11-20T10:00:00")).status,
    200,
    "76 UTC",
  );
  assert.equal((await get("/api/webhooks?q=%25_%5C")).status, 200, "79 taken literally");
  for (const id of ["%00", "..%2f", "nothing"]) {
    assert.equal((await get(`/api/webhooks/${id}`)).status, 404, `78 ${id}`);
  }
  assert.equal((await get(`/api/webhooks/${"x".repeat(10_000)}`)).status, 414, "78 10 kB");
  const trace = await send([bearer(good)], "/api/webhooks", "TRACE");
  assert.equal(trace.status, 405, "85 TRACE");
});

test("case 75: a cursor of another filter, or of another organization's list", async () => {
  const url = "http://127.0.0.1:9009/";
  for (let made = 0; made < 3; made++) {
    const { organizationId } = server;
    await server.api("POST", "/api/webhooks", { url, events: ["*"], organizationId });
  }
  const page = await server.api("GET", "/api/webhooks?limit=1");
  const cursor = page.body.nextCursor;
  assert.ok(cursor);
  const ask = (query: string, authorization = `Bearer ${server.operatorKey}`) =>
    server.api("GET", `/api/webhooks?limit=1&cursor=${cursor}${query}`, undefined, {
      authorization,
    });
  assert.equal((await ask("")).status, 200);
  assert.equal((await ask("&status=active")).status, 422);
  assert.equal((await ask("", `Bearer ${keys.good}`)).status, 422);
});

test("case 77: the id of another organization, of nothing and of what was deleted: the same 404", async () => {
  const url = "http://127.0.0.1:9009/";
  const elsewhere = (await server.api("POST", "/api/organizations", { name: "E" })).body.id;
  const make = async (organizationId: string) => {
    const body = { url, events: ["*"], organizationId };
    return (await server.api("POST", "/api/webhooks", body)).body.id;
  };
  const [foreign, deleted] = [await make(elsewhere), await make(server.organizationId)];
  assert.equal((await server.api("DELETE", `/api/webhooks/${deleted}`)).status, 204);
  const authorization = bearer(keys.good).slice("Authorization: ".length);
  const answers: unknown[] = [];
  for (const id of [foreign, `ep_${"7".repeat(26)}`, deleted]) {
    const path = `/api/webhooks/${id}`;
    const { status, body } = await server.api("GET", path, undefined, { authorization });
    const { requestId: _, ...rest } = body;
    answers.push({ status, ...rest });
  }
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
});

test("cases 81 to 84: a delivery under way, one without its payload, a million, and two who ask at once", async () => {
  const receiver = await startReceiver();
  const { organizationId } = server;
  const type = "order.created";
  const send = async (path: string, status: string) => {
    const wanted = { url: `${receiver.url}${path}`, events: ["*"], organizationId };
    const endpoint = (await server.api("POST", "/api/webhooks", wanted)).body;
    const event = (await server.api("POST", "/api/events", { type, data: {}, organizationId }))
      .body;
    const query = `/api/deliveries?eventId=${event.id}&endpointId=${endpoint.id}`;
    const delivery = await eventually(`it is ${status}`, async () => {
      const found = (await server.api("GET", query)).body.data[0];
      return found?.status === status ? found : undefined;
    });
    return { endpoint, event, redeliver: `/api/deliveries/${delivery.id}/redeliver` };
  };
  try {
    const hanging = await send("/hang", "sending");
    const redeliver = () => server.api("POST", hanging.redeliver);
    const answers = await Promise.all([redeliver(), redeliver()]);
    for (const { status, body } of answers) {
      assert.deepEqual([status, body.code], [409, "delivery_in_progress"], "81, 84");
    }
    await server.api("DELETE", `/api/webhooks/${hanging.endpoint.id}`);
    const arrived = await send("/status/200", "delivered");
    const all = `endpointId=${arrived.endpoint.id}&status=delivered&organizationId=${organizationId}`;
    const job = await server.api("POST", `/api/deliveries/redeliver?${all}`);
    assert.equal(job.status, 202, `83 ${JSON.stringify(job.body)}`);
    const purged = await server.api("POST", `/api/events/${arrived.event.id}/purge`);
    assert.ok(purged.status < 300, `82 ${JSON.stringify(purged.body)}`);
    const gone = await server.api("POST", arrived.redeliver);
    assert.deepEqual([gone.status, gone.body.code], [410, "payload_purged"], "82");
  } finally {
    await receiver.close();
  }
});
