/** A database of the release 0.1.0 goes on under this version, and beside nodes of that release. */
import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { migrate } from "../../packages/server/src/db/migrate.ts";
import { asId, formatId, type IdPrefix } from "../../packages/server/src/domain/id.ts";
import { LEASE_MS, NODE_DEAD_AFTER_MS, SWEEP_BATCH_MAX } from "../../packages/server/src/limits.ts";
import { masterKeyFingerprint } from "../../packages/server/src/setup.ts";
import { readSnapshot } from "../../packages/server/src/snapshot/read.ts";
import { writeSnapshot } from "../../packages/server/src/snapshot/write.ts";
import { sweepLeases } from "../../packages/server/src/store/leases.ts";
import { createDatabase, MIGRATIONS, type TestDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { migrateToRelease, ReleasedNode, seedRelease, type Seeded } from "../kit/release-0-1-0.ts";
import { createTestServer, randomKeys, type TestServer } from "../kit/server.ts";

let receiver: Receiver;
let database: TestDatabase;
let sql: Pool;
let seeded: Seeded;
let old: ReleasedNode;
let server: TestServer;

before(async () => {
  receiver = await startReceiver();
  database = await createDatabase("nothing");
  sql = createPool(database.connection, { max: 3, applicationName: "test release" });
  await migrateToRelease(sql);
  seeded = await seedRelease(sql, { ...randomKeys, url: `${receiver.url}/status/200` });
  old = new ReleasedNode(sql);
  await old.beat();
});
after(async () => {
  await server.close();
  await sql.end({ timeout: 5 });
  await database.close();
  await receiver.close();
});

/** As publishers and nodes do when a statement of theirs was chosen to end a deadlock. */
async function persistently<T>(work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "40P01") throw error;
    return persistently(work);
  });
}

const id = (prefix: IdPrefix, uuid: string) => formatId(prefix, asId(uuid));
const read = async (path: string) => {
  const answer = await server.api("GET", path);
  assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};
const delivery = (uuid: string) => read(`/api/deliveries/${id("dlv", uuid)}`);
const requests = (eventId: string) =>
  receiver.requests.filter(({ headers }) =>
    String(headers["webhook-id"]).endsWith(eventId.slice(4)),
  );

test("an export of the release is imported as it was and then brought up to date", async () => {
  const sink = new PassThrough();
  const source = createPool(database.connection, { max: 2, applicationName: "test keep" });
  const options = { version: "0.1.0", createdAt: new Date(0), onProgress: () => {} };
  const [bytes] = await Promise.all([buffer(sink), writeSnapshot(source, sink, options)]);
  const target = await createDatabase("nothing");
  const open = () => createPool(target.connection, { max: 2, applicationName: "test keep" });
  const key = masterKeyFingerprint(Buffer.from(randomKeys.master, "base64")).toString("hex");
  const header = await readSnapshot(open(), Readable.from([bytes]), {
    migrations: MIGRATIONS,
    masterKeyFingerprint: key,
    onProgress: () => {},
  });
  assert.equal(header.migrations.length, 5);
  const there = open();
  const rows = await there<{ state: string; is_due: boolean }[]>`
    select state, due_at is not null as is_due from deliveries order by id`;
  assert.equal(rows.length, Object.keys(seeded.deliveries).length);
  for (const { state, is_due } of rows) assert.equal(is_due, state === "pending", state);
  await there.end({ timeout: 5 });
  await target.close();
});

test("the schema is brought up to date while a node of the release works, and loses nothing of its work", async () => {
  const { organizationId, endpoints } = seeded;
  const of = { organizationId, endpointId: endpoints.open, isLeased: true };
  const before = await old.accept(of);
  let isOver = false;
  const working = (async () => {
    const results: boolean[] = [];
    while (!isOver) {
      await old.beat();
      const { id: uuid } = await persistently(() => old.accept(of));
      results.push(await persistently(() => old.settle(uuid, "delivered")));
    }
    return results;
  })();
  const ran = await migrate(sql, MIGRATIONS).finally(() => (isOver = true));
  assert.ok(ran.length > 0);
  const results = await working;
  assert.ok(results.length > 0 && results.every(Boolean), "every result was taken");
  assert.equal(await old.settle(before.id, "delivered"), true, "a lease from before the migration");
  const [row] = await sql`
    select count(*)::int as count from deliveries where state = 'delivered' and endpoint_id = ${endpoints.open}`;
  assert.ok(row?.["count"] >= results.length + 1);
});

test("every object of the release is there for the API", async () => {
  server = await createTestServer({ database });
  assert.equal(server.organizationId, id("org", seeded.organizationId));
  const { data: organizations } = await read("/api/organizations");
  assert.equal(organizations[0].name, "Old organization");
  const open = await read(`/api/webhooks/${id("ep", seeded.endpoints.open)}`);
  assert.deepEqual(
    [open.description, open.events, open.headers],
    ["open", ["*"], { "X-Old": "yes" }],
  );
  const secret = await read(`/api/webhooks/${id("ep", seeded.endpoints.open)}/secret`);
  assert.equal(secret.secret, seeded.secret);
  const { data: endpoints } = await read("/api/webhooks");
  assert.deepEqual(
    new Set(endpoints.map(({ description }: { description: string }) => description)),
    new Set(["open", "paused"]),
  );
  for (const state of ["delivered", "failed", "cancelled", "held"] as const) {
    assert.equal((await delivery(seeded.deliveries[state])).status, state);
  }
  for (const state of ["delivered", "failed", "retrying"] as const) {
    const path = `/api/deliveries/${id("dlv", seeded.deliveries[state])}/attempts`;
    const { data: attempts } = await read(path);
    const first = attempts.find(({ number }: { number: number }) => number === 1);
    assert.equal(first.responseBody, "old answer", JSON.stringify(first));
  }
  const { eventId } = await delivery(seeded.deliveries.failed);
  const event = await read(`/api/events/${eventId}`);
  assert.equal(event.type, "order.created");
  const inbox = await read(`/api/inboxes/${id("ibx", seeded.inboxId)}/requests`);
  assert.equal(inbox.data[0].number, 1);
  const failed = await read("/api/deliveries?status=failed");
  assert.equal(failed.data.length, 1);
});

/** What every node does every few seconds. */
async function sweep(): Promise<void> {
  const bounds = { deadAfterMs: NODE_DEAD_AFTER_MS, leaseMs: LEASE_MS, limit: SWEEP_BATCH_MAX };
  await sweepLeases(server.sql, bounds);
  server.server.engine.nudge();
}

test("what was unfinished goes on: waiting, retrying, and leased by a node that died", async () => {
  await sweep();
  for (const state of ["pending", "retrying", "leased"] as const) {
    const done = await eventually(`the ${state} one is delivered`, async () => {
      const found = await delivery(seeded.deliveries[state]);
      return found.status === "delivered" ? found : undefined;
    });
    const [request] = requests(done.eventId);
    assert.ok(request, state);
    assert.ok(request.body.includes(seeded.data), "its payload, byte for byte");
    assert.equal(request.headers["x-old"], "yes");
  }
  const path = `/api/deliveries/${id("dlv", seeded.deliveries.failed)}/redeliver`;
  assert.equal((await server.api("POST", path)).status, 202);
  await eventually("it is sent again", async () => {
    const { status } = await delivery(seeded.deliveries.failed);
    return status === "delivered" || undefined;
  });
  const resumed = `/api/webhooks/${id("ep", seeded.endpoints.paused)}/resume`;
  assert.equal((await server.api("POST", resumed)).status, 200);
  await eventually("what was held is sent", async () => {
    const { status } = await delivery(seeded.deliveries.held);
    return status === "delivered" || undefined;
  });
});

test("both versions work side by side: each settles its own, each takes what the other leaves, nothing twice", async () => {
  const { organizationId, endpoints } = seeded;
  const endpointId = endpoints.open;
  await old.beat();
  const own = await old.accept({ organizationId, endpointId, isLeased: true });
  const left = await old.accept({ organizationId, endpointId, isLeased: false });
  server.server.engine.nudge();
  const eventOf = (uuid: string) => id("evt", uuid);
  await eventually("the new node sends what the old one left due", async () => {
    const { status } = await delivery(left.id);
    return status === "delivered" || undefined;
  });
  assert.equal(requests(eventOf(own.eventId)).length, 0, "the old node's lease is respected");
  assert.equal((await delivery(own.id)).status, "sending");
  assert.equal(await old.settle(own.id, "delivered"), true);
  assert.equal((await delivery(own.id)).status, "delivered");
  // Settled as to be tried again by the old node, made by the new one.
  const retried = await old.accept({ organizationId, endpointId, isLeased: true });
  assert.equal(await old.settle(retried.id, "pending"), true);
  server.server.engine.nudge();
  await eventually("the new node makes the second attempt", async () => {
    const { status } = await delivery(retried.id);
    return status === "delivered" || undefined;
  });
  const { data: attempts } = await read(`/api/deliveries/${id("dlv", retried.id)}/attempts`);
  assert.deepEqual(attempts.map(({ number }: { number: number }) => number).toSorted(), [1, 2]);
  // What the new node has delivered is nothing that the old one would claim.
  assert.deepEqual(await old.claim(endpointId), []);
  for (const { eventId } of [left, retried]) assert.equal(requests(eventOf(eventId)).length, 1);
});

test("what an old node claimed is taken over by the new one when the old one dies", async () => {
  const { organizationId, endpoints } = seeded;
  await server.api("POST", `/api/webhooks/${id("ep", endpoints.open)}/pause`);
  const waiting = await old.accept({ organizationId, endpointId: endpoints.open, isLeased: false });
  const leased = await old.accept({ organizationId, endpointId: endpoints.open, isLeased: true });
  await old.beat();
  assert.deepEqual(await old.claim(endpoints.open), [waiting.id]);
  await server.api("POST", `/api/webhooks/${id("ep", endpoints.open)}/resume`);
  await sql`update nodes set heartbeat_at = now() - interval '1 hour' where version = '0.1.0'`;
  await sweep();
  for (const { id: uuid, eventId } of [waiting, leased]) {
    await eventually("it is taken over and delivered", async () => {
      const { status } = await delivery(uuid);
      return status === "delivered" || undefined;
    });
    assert.equal(requests(id("evt", eventId)).length, 1);
  }
});
