import assert from "node:assert/strict";
import { plainArray } from "../../packages/server/src/db/array.ts";
import { after, before, test } from "node:test";
import { verify } from "@posthorn/sdk/webhooks";
import { asId, parseId, type EndpointId } from "../../packages/server/src/domain/id.ts";
import { startReceiver, type ReceivedRequest, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
/** A second node on the same database: what one has promised both must keep. */
let beside: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  beside = await createTestServer({ beside: server });
  receiver = await startReceiver();
});

after(async () => {
  await beside.close();
  await server.close();
  await receiver.close();
});

async function create(path: string, more: Record<string, unknown> = {}) {
  const body = { url: receiver.url + path, events: ["*"], ...more };
  const answer = await server.api("POST", "/api/webhooks", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const roll = (id: string, body?: unknown) =>
  server.api("POST", `/api/webhooks/${id}/roll-secret`, body);
const remove = (id: string) => server.api("DELETE", `/api/webhooks/${id}`);

async function publish(node: TestServer = server): Promise<void> {
  const answer = await node.api("POST", "/api/events", { type: "order.created", data: {} });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
}

const arrived = (path: string) => receiver.requests.filter((request) => request.path === path);

/** The next request to `path`, after `publish` or an advance of time. */
async function nextRequest(path: string, cause: () => Promise<void>): Promise<ReceivedRequest> {
  const before = arrived(path).length;
  await cause();
  for (;;) {
    const [request] = arrived(path).slice(before);
    if (request) return request;
    await receiver.waitFor(receiver.requests.length + 1);
  }
}

function isSignedWith(
  request: ReceivedRequest,
  format: "standard" | "fanfare/planned",
  secret: string,
) {
  const { headers, body } = request;
  return verify({ format, headers, body, secret }).ok;
}

function idOf(endpoint: { id: string }): EndpointId {
  const id = parseId("ep", endpoint.id);
  assert.ok(id);
  return id;
}

async function secretIds(endpoint: { id: string }): Promise<string[]> {
  const rows = await server.sql<{ id: string }[]>`
    select id from signing_secrets where endpoint_id = ${idOf(endpoint)}`;
  return rows.map(({ id }) => asId<"sec">(id));
}

/** Makes a node attempt something now; answers the delivery, whose attempt says when that was for this node. */
async function markNow(node: TestServer, endpointId: string): Promise<string> {
  const sent = await node.api("POST", `/api/webhooks/${endpointId}/test`, {
    eventType: "order.created",
  });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  const id = parseId("dlv", sent.body.deliveryId);
  assert.ok(id);
  return id;
}

test("after an immediate roll nothing starts with the old secret, on any node, retries included", async () => {
  const path = "/status/500?immediate";
  const endpoint = await create(path);
  const old = await secretIds(endpoint);
  let isOver = false;
  const load = [server, beside].map(async (node) => {
    while (!isOver) await publish(node);
  });
  await receiver.waitFor(receiver.requests.length + 20);
  const rolled = await roll(endpoint.id, { previousExpiresIn: "0s" });
  // Each node estimates the database's time by itself: what starts now on it says where "afterwards" begins there.
  const marks = await Promise.all([server, beside].map((node) => markNow(node, endpoint.id)));
  assert.equal(rolled.status, 200);
  assert.equal(rolled.body.mode, "immediate");
  await receiver.waitFor(receiver.requests.length + 20);
  isOver = true;
  await Promise.all(load);
  // Everything that failed so far is tried again.
  await server.advance(60_000);
  await receiver.waitFor(receiver.requests.length + 20);
  const rows = await server.sql<{ late: number; fresh: number }[]>`
    select count(*) filter (where a.secret_ids && ${plainArray(old)}::uuid[])::int as late,
      count(*)::int as fresh
    from all_attempts a join deliveries d on d.id = a.delivery_id
    join all_attempts mark on mark.node = a.node and mark.delivery_id = any(${plainArray(marks)}::uuid[])
    where d.endpoint_id = ${idOf(endpoint)} and a.started_at >= mark.started_at`;
  assert.equal(rows[0]?.late, 0);
  assert.ok((rows[0]?.fresh ?? 0) >= 20);
  await remove(endpoint.id);
});

test("during an overlap both secrets sign, and after it only the new one", async () => {
  const path = "/status/200?overlap";
  const endpoint = await create(path);
  const rolled = await roll(endpoint.id);
  assert.equal(rolled.body.mode, "overlap");
  const expiresInMs = Date.parse(rolled.body.previousSecretExpiresAt) - Date.now();
  assert.ok(expiresInMs > 23.9 * 3_600_000 && expiresInMs <= 24 * 3_600_000);
  const during = await nextRequest(path, publish);
  assert.ok(isSignedWith(during, "standard", endpoint.secret));
  assert.ok(isSignedWith(during, "standard", rolled.body.secret));
  // The end of the overlap is in the nodes' memories too; a change makes them read it again.
  await server.advance(25 * 3_600_000);
  await server.api("PATCH", `/api/webhooks/${endpoint.id}`, { description: "later" });
  const later = await nextRequest(path, publish);
  assert.ok(!isSignedWith(later, "standard", endpoint.secret));
  assert.ok(isSignedWith(later, "standard", rolled.body.secret));
  const { body } = await server.api("GET", `/api/webhooks/${endpoint.id}`);
  assert.equal(body.previousSecretExpiresAt, null);
  await remove(endpoint.id);
});

test("rolling again keeps earlier secrets to their end, but never more than a few", async () => {
  const path = "/status/200?again";
  const endpoint = await create(path);
  for (let rolls = 0; rolls < 6; rolls++) await roll(endpoint.id, { previousExpiresIn: 3600 });
  const request = await nextRequest(path, publish);
  assert.equal(String(request.headers["webhook-signature"]).split(" ").length, 5);
  const ended = await roll(endpoint.id, { previousExpiresIn: 0 });
  assert.equal(ended.body.previousSecretExpiresAt, null);
  const last = await nextRequest(path, publish);
  assert.equal(String(last.headers["webhook-signature"]).split(" ").length, 1);
  assert.ok(isSignedWith(last, "standard", ended.body.secret));
  await remove(endpoint.id);
});

test("a format with room for two signatures keeps one old secret, and the new one always signs", async () => {
  const path = "/status/200?two";
  const endpoint = await create(path, { wireFormat: "fanfare/guide@1" });
  await roll(endpoint.id);
  const rolled = await roll(endpoint.id);
  assert.equal((await secretIds(endpoint)).length, 2);
  const { headers, body } = await nextRequest(path, publish);
  const { secret } = rolled.body;
  assert.ok(verify({ format: "fanfare/guide", headers, body, secret }).ok);
  await remove(endpoint.id);
});

test("a staged secret signs nothing before it is promoted, and the old one nothing after", async () => {
  const path = "/status/200?staged";
  const endpoint = await create(path, { wireFormat: "fanfare/planned@1" });
  const nothing = await server.api("POST", `/api/webhooks/${endpoint.id}/secret/promote`);
  assert.equal(nothing.status, 409);
  await roll(endpoint.id);
  const staged = await roll(endpoint.id);
  assert.equal(staged.body.mode, "staged");
  assert.equal(staged.body.hasNextSecret, true);
  const before = await nextRequest(path, publish);
  assert.ok(isSignedWith(before, "fanfare/planned", endpoint.secret));
  const revealed = await server.api("GET", `/api/webhooks/${endpoint.id}/secret`);
  assert.deepEqual(revealed.body, { secret: endpoint.secret, nextSecret: staged.body.secret });
  const promoted = await server.api("POST", `/api/webhooks/${endpoint.id}/secret/promote`);
  assert.equal(promoted.status, 200);
  assert.equal(promoted.body.hasNextSecret, false);
  const after = await nextRequest(path, publish);
  assert.ok(isSignedWith(after, "fanfare/planned", staged.body.secret));
  assert.equal((await secretIds(endpoint)).length, 1);
  await remove(endpoint.id);
});

test("a roll that the wire format does not allow changes nothing", async () => {
  const endpoint = await create("/status/200?refused", { wireFormat: "fanhaven@1" });
  const refused = async (body: unknown) => {
    const answer = await roll(endpoint.id, body);
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    return answer.body.errors.map((each: { pointer: string; code: string }) => [
      each.pointer,
      each.code,
    ]);
  };
  assert.deepEqual(await refused({ previousExpiresIn: "24h", secret: "mine" }), [
    ["/previousExpiresIn", "overlap_not_allowed"],
    ["/secret", "secret_invalid"],
  ]);
  for (const previousExpiresIn of ["1 day", "-1h", 1.5, ""]) {
    assert.deepEqual(await refused({ previousExpiresIn }), [
      ["/previousExpiresIn", "duration_invalid"],
    ]);
  }
  const { body } = await server.api("GET", `/api/webhooks/${endpoint.id}/secret`);
  assert.equal(body.secret, endpoint.secret);
  const immediate = await roll(endpoint.id, {});
  assert.deepEqual([immediate.status, immediate.body.mode], [200, "immediate"]);
  await remove(endpoint.id);
});

test("revealing a secret leaves a line that names who saw it, and not the secret", async () => {
  const endpoint = await create("/status/200?reveal");
  const answer = await server.api("GET", `/api/webhooks/${endpoint.id}/secret`);
  assert.deepEqual(answer.body, { secret: endpoint.secret, nextSecret: null });
  const line = server.logged.findLast((each) => each["event"] === "secret.revealed");
  assert.equal(line?.["endpointId"], endpoint.id);
  assert.equal(line?.["organizationId"], server.organizationId);
  assert.ok(line["caller"]);
  const stored = await server.sql`select secret_sealed from signing_secrets`;
  assert.ok(
    stored.every((row) => !String(row["secret_sealed"]).includes(endpoint.secret.slice(6))),
  );
  assert.ok(!JSON.stringify(server.logged).includes(endpoint.secret));
  await remove(endpoint.id);
});

test("rolls that race leave one current secret", async () => {
  const endpoint = await create("/status/200?race");
  const rolls = await Promise.all(
    Array.from({ length: 5 }, () => roll(endpoint.id, { previousExpiresIn: 0 })),
  );
  assert.ok(rolls.every(({ status }) => status === 200));
  const { body } = await server.api("GET", `/api/webhooks/${endpoint.id}/secret`);
  assert.ok(rolls.some((answer) => answer.body.secret === body.secret));
  assert.equal((await secretIds(endpoint)).length, 1);
  await remove(endpoint.id);
});
