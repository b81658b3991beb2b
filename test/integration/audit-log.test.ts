/** Every change leaves an entry: who, what, from where; and never a secret. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});
after(() => server.close());

const entries = async (query = "") =>
  (await server.api("GET", `/api/audit-log?limit=100${query}`)).body.data;

const actions = async (objectId: string) =>
  (await entries(`&objectId=${objectId}`)).map((each: { action: string }) => each.action);

async function must(method: string, path: string, body?: unknown) {
  const answer = await server.api(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

test("the life of an endpoint is told with what changed, and without its secrets", async () => {
  const made = await must("POST", "/api/webhooks", {
    url: "http://127.0.0.1:9009/a",
    events: ["*"],
    headers: { "X-Canary": "canary-header-value" },
  });
  const path = `/api/webhooks/${made.id}`;
  await must("PATCH", path, { url: "http://127.0.0.1:9009/b" });
  await must("POST", `${path}/pause`);
  const { secret } = await must("GET", `${path}/secret`);
  const rolled = await must("POST", `${path}/roll-secret`, {});
  await must("DELETE", path);
  assert.deepEqual((await actions(made.id)).reverse(), [
    "endpoints.create",
    "endpoints.update",
    "endpoints.update",
    "endpoints.reveal-secret",
    "endpoints.roll-secret",
    "endpoints.delete",
  ]);
  const log = await entries(`&objectId=${made.id}`);
  const moved = log.at(-2);
  assert.deepEqual(moved.before, { url: "http://127.0.0.1:9009/a" });
  assert.deepEqual(moved.after, { url: "http://127.0.0.1:9009/b" });
  assert.equal(moved.organizationId, server.organizationId);
  assert.equal(moved.actor.kind, "operator");
  assert.match(moved.actor.id, /^opk_/);
  assert.equal(moved.address, "127.0.0.1");
  assert.match(moved.requestId, /^req_/);
  const text = JSON.stringify(log);
  for (const hidden of [made.secret, secret, rolled.secret, "canary-header-value"]) {
    assert.ok(!text.includes(hidden));
  }
});

test("keys, inboxes, organizations, operator keys and deliveries are told, too", async () => {
  const key = await must("POST", "/api/keys", { name: "Till", scopes: ["webhooks:write"] });
  await must("PATCH", `/api/keys/${key.id}`, { scopes: ["webhooks:read"] });
  const rolled = await must("POST", `/api/keys/${key.id}/roll`, { previousExpiresIn: "1h" });
  await must("DELETE", `/api/keys/${rolled.id}`);
  assert.deepEqual((await actions(key.id)).reverse(), ["keys.create", "keys.update", "keys.roll"]);
  assert.deepEqual((await actions(rolled.id)).reverse(), ["keys.create", "keys.revoke"]);

  const inbox = await must("POST", "/api/inboxes", { name: "Look" });
  await must("PATCH", `/api/inboxes/${inbox.id}`, { name: "See" });
  await must("DELETE", `/api/inboxes/${inbox.id}`);
  assert.equal((await actions(inbox.id)).length, 3);

  const other = await must("POST", "/api/organizations", { name: "Other" });
  await must("PATCH", `/api/organizations/${other.id}`, { name: "Another" });
  await must("PUT", `/api/organizations/${other.id}/resources`, { resources: [] });
  assert.equal((await actions(other.id)).length, 3);

  const operatorKey = await must("POST", "/api/operator-keys", { name: "ci" });
  await must("DELETE", `/api/operator-keys/${operatorKey.id}`);
  assert.equal((await actions(operatorKey.id)).length, 2);
  assert.ok(!JSON.stringify(await entries()).includes(operatorKey.key));

  const { organizationId } = server;
  const endpoint = await must("POST", "/api/webhooks", {
    url: "http://127.0.0.1:9009/",
    events: ["*"],
    enabled: false,
    organizationId,
  });
  await must("POST", "/api/events", { type: "order.created", data: {}, organizationId });
  const { data } = await must("GET", `/api/deliveries?endpointId=${endpoint.id}`);
  await must("POST", `/api/deliveries/${data[0].id}/cancel`);
  assert.deepEqual(await actions(data[0].id), ["deliveries.cancel"]);
});

test("a key is named in what it has changed; another organization's entries are not shown to it", async () => {
  const { organizationId } = server;
  const key = await must("POST", "/api/keys", {
    name: "Robot",
    scopes: ["webhooks:write"],
    organizationId,
  });
  const made = await server.api(
    "POST",
    "/api/webhooks",
    { url: "http://127.0.0.1:9009/", events: ["*"] },
    { authorization: `Bearer ${key.key}` },
  );
  const [entry] = await entries(`&objectId=${made.body.id}`);
  assert.deepEqual(entry.actor, { kind: "key", id: key.id, name: "Robot" });
  assert.deepEqual(await entries(`&actorId=${key.id}`), [entry]);
  const answer = await server.api("GET", "/api/audit-log", undefined, {
    authorization: `Bearer ${key.key}`,
  });
  assert.deepEqual([answer.status, answer.body.code], [403, "session_required"]);
});

test("a change that is refused leaves nothing, because it is one transaction", async () => {
  const before = (await entries("&refused=false")).length;
  const { organizationId } = server;
  const wrong = { name: "x", scopes: ["nonsense"], organizationId };
  assert.equal((await server.api("POST", "/api/keys", wrong)).status, 422);
  assert.equal((await entries("&refused=false")).length, before);
});

test("the log can be filtered by action and by time", async () => {
  const all = await entries();
  const keys = await entries("&action=keys");
  assert.ok(keys.length > 0 && keys.length < all.length);
  assert.ok(keys.every((each: { action: string }) => each.action.startsWith("keys.")));
  assert.deepEqual(
    (await entries("&action=keys.revoke")).map((each: { action: string }) => each.action),
    ["keys.revoke"],
  );
  assert.equal((await entries("&createdAt[lte]=2020-01-01")).length, 0);
});

test("refused keys and failed sign-ins stand in the log, the same one not each time", async () => {
  const { organizationId } = server;
  const { key, id } = await must("POST", "/api/keys", {
    name: "Prober",
    scopes: ["webhooks:read"],
    organizationId,
  });
  const probe = () =>
    server.api("GET", "/api/operator-keys", undefined, { authorization: `Bearer ${key}` });
  for (let tries = 0; tries < 5; tries++) assert.equal((await probe()).status, 403);
  const body = { email: "nobody@example.com", password: "wrong" };
  assert.equal((await server.api("POST", "/api/sessions", body)).status, 401);
  await server.services.refusals.stop();
  const [refused, ...more] = await entries(`&actorId=${id}&refused=true`);
  assert.ok(more.length < 4, "five tries are not five entries");
  assert.deepEqual([refused.action, refused.result], ["operator-keys.read", "operator_required"]);
  const signIns = await entries("&action=sessions&refused=true");
  assert.deepEqual([signIns[0].result, signIns[0].address], ["sign_in_failed", "127.0.0.1"]);
});
