/** The SDK's client against a real node. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  createAdminClient,
  NotFoundError,
  OPERATIONS,
  PosthornError,
  ValidationError,
  type AdminClient,
} from "../../packages/sdk/src/client.ts";
import { METHODS } from "../../packages/sdk/src/client/methods.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;
let client: AdminClient;

before(async () => {
  [server, receiver] = await Promise.all([createTestServer(), startReceiver()]);
  client = createAdminClient({ url: server.url, secretKey: server.operatorKey });
});

after(async () => {
  await Promise.all([server.close(), receiver.close()]);
});

test("the two calls of the guide answer as documented", async () => {
  const endpoint = await client.webhooks.create({ url: receiver.url, events: ["*"] });
  assert.match(endpoint.secret, /^whsec_/);
  assert.deepEqual(await client.webhooks.verify(endpoint.id), {
    healthy: true,
    lastDelivery: null,
    successRate: null,
  });
  const sent = await client.webhooks.sendTest(endpoint.id, {
    eventType: "queue.consumer_admitted",
    data: { consumerId: "test_consumer_123", experienceId: "test_experience_456" },
  });
  assert.equal(sent.status, "delivered");
  assert.equal(sent.responseStatus, 200);
  assert.match(sent.deliveryId, /^dlv_/);
  const health = await client.webhooks.verify(endpoint.id);
  assert.deepEqual(Object.keys(health).toSorted(), ["healthy", "lastDelivery", "successRate"]);
  await client.webhooks.delete(endpoint.id);
});

test("a published event is found by iterating over more than one page", async () => {
  const endpoint = await client.webhooks.create({ url: receiver.url, events: ["order.paid"] });
  const { data } = await client.events.publishBatch({
    events: [1, 2, 3, 4, 5].map((total) => ({ type: "order.paid", data: { total } })),
  });
  assert.equal(data.length, 5);
  const eventIds = [];
  const query = { endpointId: endpoint.id, limit: 2, sort: "createdAt" };
  for await (const delivery of client.deliveries.list(query)) eventIds.push(delivery.eventId);
  assert.deepEqual(eventIds.toSorted(), data.map(({ id }) => id).toSorted());
  const plan = await client.webhooks.replay(endpoint.id, {
    mode: "all",
    since: new Date(Date.now() - 3_600_000).toISOString(),
    dryRun: true,
  });
  assert.ok("count" in plan && plan.count === 5);
});

test("an idempotency key of the caller's makes one event of two calls", async () => {
  const event = { type: "order.paid", data: { total: 1 } };
  const options = { idempotencyKey: "order-1" };
  const first = await client.events.publish(event, options);
  assert.deepEqual(await client.events.publish(event, options), first);
  await assert.rejects(client.events.publish({ ...event, data: 2 }, options), {
    name: "ConflictError",
    code: "idempotency_key_reused",
  });
});

test("a key of an organization is made, judged and revoked; with it a client does what its scopes allow", async () => {
  const key = await client.keys.create({ name: "Shop", scopes: ["webhooks:read"] });
  const own = createAdminClient({ url: server.url, apiKey: key.key });
  await own.webhooks.list();
  await assert.rejects(own.webhooks.create({ url: receiver.url, events: ["*"] }), {
    name: "PermissionError",
    code: "scope_required",
  });
  assert.equal((await client.keys.verify({ key: key.key })).code, "VALID");
  assert.equal(await client.keys.revoke(key.id), undefined);
  await assert.rejects(own.webhooks.list(), { name: "AuthenticationError", code: "key_revoked" });
});

test("a change from an old version is a conflict, a field that is wrong is named", async () => {
  const endpoint = await client.webhooks.create({ url: receiver.url, events: ["*"] });
  const ifMatch = endpoint.version;
  await client.webhooks.update(endpoint.id, { description: "A" }, { ifMatch });
  await assert.rejects(client.webhooks.update(endpoint.id, { description: "B" }, { ifMatch }), {
    name: "ConflictError",
    code: "version_conflict",
  });
  await assert.rejects(client.webhooks.create({ url: "nowhere", events: [] }), (error: unknown) => {
    assert.ok(error instanceof ValidationError);
    assert.ok(error.errors.some(({ pointer }) => pointer === "/url"));
    assert.match(error.requestId ?? "", /^req_/);
    assert.match(error.docsUrl ?? "", /errors\.md#invalid_request$/);
    return true;
  });
  await assert.rejects(client.webhooks.get("ep_nothing"), NotFoundError);
});

test("portal sessions, and any operation by its id", async () => {
  const { url } = await client.portal.createSession({
    organizationId: server.organizationId,
    user: { id: "u1", name: "Ann", role: "manager" },
  });
  assert.match(url, /\/portal\?code=/);
  const inbox = await client.request("inboxesCreate", { body: { name: "Mine" } });
  assert.equal((await client.request("inboxesRead", { params: [inbox.id] })).name, "Mine");
});

test("every verb reaches the route of its operation, with a request that the route can read", async () => {
  for (const [noun, verbs] of Object.entries(METHODS)) {
    for (const [verb, operation] of Object.entries(verbs)) {
      const ids = OPERATIONS[operation].path.match(/\{/g) ?? [];
      // Proof: METHODS made this client.
      const methods = (client as unknown as Record<string, Record<string, Method>>)[noun]!;
      const error = await attempt(() => methods[verb]!(...ids.map(() => "nothing"), {}));
      const isReached = error === undefined || [404, 409, 422].includes(error.status ?? 0);
      assert.ok(isReached, `${noun}.${verb}: ${error?.status} ${error?.message}`);
    }
  }
});

type Method = (...args: unknown[]) => PromiseLike<unknown>;

async function attempt(work: () => PromiseLike<unknown>): Promise<PosthornError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof PosthornError, String(error));
    return error;
  }
}
