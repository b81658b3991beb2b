import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestServer, type TestAnswer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});

after(() => server.close());

const URL_ACCEPTED = "http://127.0.0.1:9000/path";
/** Of the right form, and of nothing. */
const UNKNOWN_ID = "ep_01h455vb4pex5vsknk084sn02q";

async function create(more: Record<string, unknown> = {}) {
  const answer = await server.api("POST", "/api/webhooks", {
    url: URL_ACCEPTED,
    events: ["*"],
    ...more,
  });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const read = (id: string) => server.api("GET", `/api/webhooks/${id}`);
const patch = (id: string, body: unknown, headers?: Record<string, string>) =>
  server.api("PATCH", `/api/webhooks/${id}`, body, headers);

/** The problems of a 422 as `pointer code`. */
function problemsOf({ status, body }: TestAnswer): string[] {
  assert.equal(status, 422, JSON.stringify(body));
  assert.equal(body.code, "invalid_request");
  return body.errors.map(
    (each: { pointer: string; code: string }) => `${each.pointer} ${each.code}`,
  );
}

test("a new endpoint is active, and its secret is shown in this answer only", async () => {
  const answer = await server.api("POST", "/api/webhooks", { url: URL_ACCEPTED, events: ["*"] });
  assert.equal(answer.status, 201);
  const { secret, ...shown } = answer.body;
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.match(shown.id, /^ep_/);
  assert.equal(answer.headers.get("etag"), '"1"');
  assert.equal(answer.headers.get("location"), `/api/webhooks/${shown.id}`);
  assert.deepEqual(shown, {
    id: shown.id,
    organizationId: server.organizationId,
    url: URL_ACCEPTED,
    description: "",
    events: ["*"],
    filter: null,
    resource: null,
    rateLimit: null,
    ordering: "none",
    alertEmails: [],
    enabled: true,
    status: "active",
    disabledReason: null,
    wireFormat: "default@1",
    headers: {},
    version: 1,
    failingSince: null,
    secretCreatedAt: shown.secretCreatedAt,
    hasNextSecret: false,
    previousSecretExpiresAt: null,
    createdAt: shown.createdAt,
    updatedAt: shown.updatedAt,
  });
  assert.match(shown.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const later = await read(shown.id);
  assert.equal(later.status, 200);
  assert.deepEqual(later.body, shown);
  assert.equal(later.headers.get("etag"), '"1"');
});

test("every problem of a request is told at once, each with its pointer", async () => {
  const answer = await server.api("POST", "/api/webhooks", {
    url: "ftp://example.com/",
    events: [],
    secret: "whsec_your_secret_key",
    headers: { Host: "a", "Webhook-Id": "b", "X-Fine": "c", "X-A": "a\r\nB: c" },
  });
  assert.deepEqual(problemsOf(answer), [
    "/url scheme_not_allowed",
    "/events events_invalid",
    "/headers/Host header_not_allowed",
    "/headers/Webhook-Id header_not_allowed",
    "/headers/X-A header_invalid",
    "/secret secret_invalid",
  ]);
  assert.doesNotMatch(JSON.stringify(answer.body), /your_secret_key/);
});

test("fields of the wrong type, unknown ones and texts that cannot be stored are refused", async () => {
  const answer = await server.api("POST", "/api/webhooks", {
    url: 5,
    description: null,
    evnts: [],
  });
  assert.deepEqual(problemsOf(answer).sort(), [
    "/description invalid_type",
    "/events required",
    "/evnts unknown_field",
    "/url invalid_type",
  ]);
  for (const description of ["a\0b", "\ud800", "x".repeat(501)]) {
    const refused = await server.api("POST", "/api/webhooks", {
      url: URL_ACCEPTED,
      events: ["*"],
      description,
    });
    assert.equal(refused.status, 422, JSON.stringify(description));
  }
});

test("a secret that somebody brings along is taken as it is", async () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  const endpoint = await create({ secret });
  assert.equal(endpoint.secret, secret);
  const revealed = await server.api("GET", `/api/webhooks/${endpoint.id}/secret`);
  assert.deepEqual(revealed.body, { secret, nextSecret: null });
});

test("a wire format brings its own rules for URL, secret, headers and catalogue", async () => {
  const overview = { wireFormat: "fanfare/overview@1" };
  const plain = { url: URL_ACCEPTED, events: ["*"] };
  const refused = await server.api("POST", "/api/webhooks", { ...plain, ...overview });
  assert.deepEqual(problemsOf(refused), ["/url https_required"]);
  const own = await server.api("POST", "/api/webhooks", {
    ...plain,
    url: "https://example.com/",
    wireFormat: "fanhaven@1",
    secret: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
  });
  assert.deepEqual(problemsOf(own), ["/secret secret_invalid"]);
  const chosen = await create({ wireFormat: "fanfare/planned@1", secret: "any words of mine" });
  assert.equal(chosen.secret, "any words of mine");
  const unknown = await server.api("POST", "/api/webhooks", { ...plain, wireFormat: "nothing@1" });
  assert.deepEqual(problemsOf(unknown), ["/wireFormat wire_format_unknown"]);
  const [format] = server.services.platforms.list().filter((one) => one.profile.id === "fanhaven");
  const [name] = [...(format?.wireFormat.headerNames ?? [])].filter((each) =>
    each.startsWith("x-"),
  );
  if (name !== undefined) {
    const taken = { ...plain, wireFormat: "fanhaven@1", headers: { [name]: "1" } };
    const answer = await server.api("POST", "/api/webhooks", taken);
    assert.deepEqual(problemsOf(answer), [`/headers/${name} header_not_allowed`]);
  }
});

test("custom headers are shown, but for those that may be credentials", async () => {
  const headers = { Authorization: "Bearer abc", "X-Api-Key": "k", "X-Region": "eu" };
  const endpoint = await create({ headers });
  const masked = { Authorization: "••••", "X-Api-Key": "••••", "X-Region": "eu" };
  assert.deepEqual(endpoint.headers, masked);
  const patched = await patch(endpoint.id, {
    headers: { authorization: "••••", "x-region": "us", "X-New": "1", "X-Api-Key": null },
  });
  assert.deepEqual(patched.body.headers, { Authorization: "••••", "x-region": "us", "X-New": "1" });
  const stored = await server.sql`select headers_sealed from endpoints`;
  assert.ok(stored.every((row) => !String(row["headers_sealed"]).includes("Bearer abc")));
  assert.deepEqual((await patch(endpoint.id, { headers: null })).body.headers, {});
});

test("a patch changes what it names, and each change is a new version", async () => {
  const endpoint = await create({ description: "before", events: ["order.created"] });
  const patched = await patch(endpoint.id, { description: null, events: ["order.*", "order.*"] });
  assert.equal(patched.status, 200);
  assert.equal(patched.body.description, "");
  assert.deepEqual(patched.body.events, ["order.*"]);
  assert.equal(patched.body.url, endpoint.url);
  assert.equal(patched.body.version, 2);
  assert.equal(patched.headers.get("etag"), '"2"');
  const same = await patch(endpoint.id, {});
  assert.equal(same.body.version, 2);
  const refused = await patch(endpoint.id, {
    url: "http://10.0.0.1/",
    events: ["UPPER"],
    secret: "x",
  });
  assert.deepEqual(problemsOf(refused), ["/secret unknown_field"]);
  const judged = await patch(endpoint.id, { url: "http://10.0.0.1/", events: ["UPPER"] });
  assert.deepEqual(problemsOf(judged), ["/url address_not_allowed", "/events/0 events_invalid"]);
  assert.deepEqual((await read(endpoint.id)).body, patched.body);
});

test("of two changes from the same version the second one is refused", async () => {
  const endpoint = await create();
  const one = await patch(endpoint.id, { description: "one" }, { "if-match": '"1"' });
  assert.equal(one.status, 200);
  const two = await patch(endpoint.id, { description: "two" }, { "if-match": '"1"' });
  assert.equal(two.status, 412);
  assert.equal(two.body.code, "version_conflict");
  const answers = await Promise.all(
    ["a", "b", "c"].map((description) =>
      patch(endpoint.id, { description }, { "if-match": '"2"' }),
    ),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412, 412]);
});

test("another wire format is taken only with a URL, headers and secrets that suit it", async () => {
  const plain = await create();
  const refused = await patch(plain.id, { wireFormat: "fanfare/overview@1" });
  assert.deepEqual(problemsOf(refused), ["/url https_required"]);
  const moved = await patch(plain.id, { wireFormat: "fanfare/guide@1" });
  assert.equal(moved.body.wireFormat, "fanfare/guide@1");
  const words = await create({ wireFormat: "fanfare/planned@1", secret: "any words of mine" });
  const unusable = await patch(words.id, { wireFormat: "default@1" });
  assert.deepEqual(problemsOf(unusable), ["/wireFormat secret_invalid"]);
});

test("disabling, enabling, pausing and resuming show in status and reason", async () => {
  const { id } = await create();
  const off = await patch(id, { enabled: false });
  assert.deepEqual(state(off), [false, "disabled", "person"]);
  const paused = await server.api("POST", `/api/webhooks/${id}/pause`);
  assert.equal(paused.status, 409);
  assert.equal(paused.body.code, "conflict");
  assert.deepEqual(state(await patch(id, { enabled: true })), [true, "active", null]);
  assert.deepEqual(state(await server.api("POST", `/api/webhooks/${id}/pause`)), [
    true,
    "paused",
    null,
  ]);
  // A form that was read before the pause and is saved after it does not end the pause.
  assert.deepEqual(state(await patch(id, { enabled: true })), [true, "paused", null]);
  assert.deepEqual(state(await server.api("POST", `/api/webhooks/${id}/resume`)), [
    true,
    "active",
    null,
  ]);
  assert.deepEqual(state(await create({ enabled: false }).then(({ id: other }) => read(other))), [
    false,
    "disabled",
    "person",
  ]);
});

function state({ status, body }: TestAnswer) {
  assert.equal(status, 200, JSON.stringify(body));
  return [body.enabled, body.status, body.disabledReason];
}

test("lists are filtered by status, event type and text, and paged by cursor", async () => {
  const marked = (name: string, more: Record<string, unknown> = {}) =>
    create({ description: `list-test 100%_${name}`, ...more });
  const all = await marked("all");
  const orders = await marked("orders", { events: ["order.*"], url: `${URL_ACCEPTED}/ORDERS` });
  const queue = await marked("queue", { events: ["queue.full", "order"], enabled: false });
  const list = async (query: string) => {
    const { status, body } = await server.api("GET", `/api/webhooks?q=list-test&${query}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body.data.map(({ id }: { id: string }) => id);
  };
  assert.deepEqual(await list(""), [queue.id, orders.id, all.id]);
  assert.deepEqual(await list("sort=createdAt"), [all.id, orders.id, queue.id]);
  assert.deepEqual(await list("event=order.created"), [orders.id, all.id]);
  assert.deepEqual(await list("event=queue.full,order.created"), [queue.id, orders.id, all.id]);
  assert.deepEqual(await list("status=DISABLED"), [queue.id]);
  assert.deepEqual(await list("status=active,failing"), [orders.id, all.id]);
  const found = await server.api("GET", `/api/webhooks?q=${encodeURIComponent("100%_Q")}`);
  assert.deepEqual(
    found.body.data.map(({ id }: { id: string }) => id),
    [queue.id],
  );
  const first = await server.api("GET", "/api/webhooks?q=list-test&limit=2");
  assert.equal(first.body.hasMore, true);
  const second = await list(`limit=2&cursor=${first.body.nextCursor}`);
  assert.deepEqual(second, [all.id]);
  const stolen = await server.api("GET", `/api/webhooks?limit=2&cursor=${first.body.nextCursor}`);
  assert.deepEqual(problemsOf(stolen), ["/cursor cursor_invalid"]);
});

test("list parameters that mean nothing are refused", async () => {
  const expected = {
    "status=gone": "/status/0 invalid_value",
    "event=UP%20PER": "/event/0 type_invalid",
    "limit=0": "/limit limit_invalid",
    "sort=url": "/sort sort_invalid",
    "q=%00": "/q invalid_value",
    "state=active": "/state unknown_parameter",
    "limit=1&limit=2": "/limit parameter_repeated",
    [`q=${"x".repeat(201)}`]: "/q search_too_long",
  };
  for (const [query, problem] of Object.entries(expected)) {
    const answer = await server.api("GET", `/api/webhooks?${query}`);
    assert.deepEqual(problemsOf(answer), [problem], query);
  }
});

test("an id that names nothing, nothing any more or no endpoint is 404 for every route", async () => {
  const { id } = await create();
  const deleted = await server.api("DELETE", `/api/webhooks/${id}`);
  assert.equal(deleted.status, 204);
  assert.equal(deleted.body, "");
  const routes = [
    ["GET", ""],
    ["DELETE", ""],
    ["PATCH", ""],
    ["POST", "/pause"],
    ["POST", "/resume"],
    ["GET", "/secret"],
    ["POST", "/roll-secret"],
    ["POST", "/secret/promote"],
    ["GET", "/health"],
  ] as const;
  for (const name of [id, UNKNOWN_ID, "ep_x", "evt_01h455vb4pex5vsknk084sn02q", "%00"]) {
    for (const [method, rest] of routes) {
      const body = method === "PATCH" ? {} : undefined;
      const answer = await server.api(method, `/api/webhooks/${name}${rest}`, body);
      assert.equal(answer.status, 404, `${method} ${name}${rest}`);
      assert.equal(answer.body.code, "not_found");
    }
  }
});

test("a bulk deletion answers for each id", async () => {
  const [one, two] = [await create(), await create()];
  const ids = [one.id, UNKNOWN_ID, two.id, "what"];
  const { status, body } = await server.api("POST", "/api/webhooks/bulk-delete", { ids });
  assert.equal(status, 200);
  assert.deepEqual(body.data, [
    { id: one.id, status: 204, code: null },
    { id: UNKNOWN_ID, status: 404, code: "not_found" },
    { id: two.id, status: 204, code: null },
    { id: "what", status: 404, code: "not_found" },
  ]);
  assert.equal((await read(one.id)).status, 404);
});

test("a deleted endpoint keeps its row for the log, but no secret and no header", async () => {
  const { id } = await create({ headers: { Authorization: "Bearer abc" }, description: "to go" });
  await server.api("DELETE", `/api/webhooks/${id}`);
  const rows = await server.sql`
    select headers_sealed, (select count(*)::int from signing_secrets where endpoint_id = e.id) as secrets
    from endpoints e where description = 'to go' and deleted_at is not null`;
  assert.deepEqual([...rows], [{ headers_sealed: null, secrets: 0 }]);
});

test("a URL can be judged without making anything", async () => {
  const judge = (url: string, more = {}) =>
    server.api("POST", "/api/webhooks/validate-url", { url, ...more });
  const good = await judge("HTTPS://Example.com:443/a?b=%0d%0a#part");
  assert.deepEqual(good.body, { valid: true, url: "https://example.com/a?b=%0d%0a", errors: [] });
  const bad = await judge("http://example.com/");
  assert.equal(bad.status, 200);
  assert.deepEqual([bad.body.valid, bad.body.errors[0].code], [false, "https_required"]);
  const own = await judge(`${server.url}/api/events`);
  assert.equal(own.body.errors[0].code, "loop_not_allowed");
  const inbox = await judge(`${server.url}/in/abc`, { wireFormat: "fanfare/overview@1" });
  assert.equal(inbox.body.valid, true);
});

test("an organization has fifty endpoints at most, also when requests race", async () => {
  const { body } = await server.api("GET", "/api/webhooks?limit=100");
  const room = 50 - body.data.length;
  const answers = await Promise.all(
    Array.from({ length: room + 5 }, () =>
      server.api("POST", "/api/webhooks", { url: URL_ACCEPTED, events: ["*"] }),
    ),
  );
  const made = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status === 403);
  assert.deepEqual([made.length, refused.length], [room, 5]);
  assert.ok(refused.every((answer) => answer.body.code === "limit_reached"));
  assert.equal(refused[0]?.body.limit, 50);
  await server.api("DELETE", `/api/webhooks/${made[0]?.body.id}`);
  await create();
});
