/** A payload that was purged is gone from the log and is never sent again; what happened stays known. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { MIGRATIONS } from "../kit/database.ts";
import { jobEnd, startJob } from "../kit/jobs.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let receiver: Receiver;
const held = new Map<string, () => void>();
const SECRET = "a-secret-in-the-payload";
const ECHO = "what the receiver said";

before(async () => {
  server = await createTestServer();
  receiver = await startReceiver({
    answer({ path }, response) {
      const end = (status: number) => response.writeHead(status).end(ECHO);
      if (path.startsWith("/hold")) held.set(path, () => end(200));
      else end(path.startsWith("/500") ? 500 : 200);
    },
  });
});

after(async () => {
  await receiver.close();
  await server.close();
});

let names = 0;

async function published(paths: readonly string[]) {
  const type = `purge.n${++names}`;
  for (const path of paths) {
    await createEndpoint(server, `${receiver.url}${path}?${type}`, { events: [type] });
  }
  const { body } = await server.api("POST", "/api/events", { type, data: { SECRET } });
  return { type, id: body.id as string, purge: `/api/events/${body.id}/purge` };
}

const listed = async (eventId: string) =>
  (await server.api("GET", `/api/deliveries?eventId=${eventId}`)).body.data;

/** Everything that the tables keep about the event, as text. */
async function stored(type: string): Promise<string> {
  const rows = await server.sql`
    select encode(e.data, 'escape') as data, encode(a.response_body, 'escape') as body, d.body_sha256
    from events e join deliveries d on d.event_id = e.id left join all_attempts a on a.delivery_id = d.id
    where e.type = ${type}`;
  return JSON.stringify(rows);
}

test("payload and answers are removed, ids and outcomes stay, what waits is cancelled", async () => {
  const { type, id, purge } = await published(["/200", "/500"]);
  await deliveryOf(server, id, ({ status }) => status === "delivered");
  await deliveryOf(server, id, ({ status }) => status === "retrying");
  assert.match(await stored(type), /a-secret/);
  const { status, body } = await server.api("POST", purge);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body.id, body.type, body.cancelledDeliveries], [id, type, 1]);
  const text = await stored(type);
  assert.doesNotMatch(text, /a-secret|what the receiver/);
  assert.doesNotMatch(text, /body_sha256":\{/);
  const event = await server.api("GET", `/api/events/${id}`);
  assert.deepEqual([event.body.data, event.body.purgedAt], [null, body.purgedAt]);
  const deliveries = await listed(id);
  const shown = deliveries.map((each: Record<string, unknown>) => [
    each["status"],
    each["cancelReason"],
  ]);
  assert.deepEqual(shown.toSorted(), [
    ["cancelled", "payload_purged"],
    ["delivered", null],
  ]);
  for (const delivery of deliveries) {
    const attempts = await server.api("GET", `/api/deliveries/${delivery.id}/attempts`);
    assert.equal(attempts.body.data[0].responseBody, null);
    const again = await server.api("POST", `/api/deliveries/${delivery.id}/redeliver`);
    assert.deepEqual([again.status, again.body.code], [410, "payload_purged"]);
  }
  const second = await server.api("POST", purge);
  assert.deepEqual(
    [second.status, second.body.purgedAt, second.body.cancelledDeliveries],
    [200, body.purgedAt, 0],
  );
});

test("nothing stays to compare a guessed payload with, and the key of its request stays taken", async () => {
  const type = `purge.n${++names}`;
  for (const path of ["/200", "/500"]) {
    await createEndpoint(server, `${receiver.url}${path}?${type}`, { events: [type] });
  }
  const request = { type, data: { SECRET } };
  const publish = () => server.api("POST", "/api/events", request, { "idempotency-key": type });
  const { body } = await publish();
  await deliveryOf(server, body.id, ({ status }) => status === "delivered");
  await deliveryOf(server, body.id, ({ status }) => status === "retrying");
  const kept = async () => {
    const [record] = await server.sql`select body_sha256 from idempotency_keys where key = ${type}`;
    const rows = await server.sql`
      select a.signature, a.url from all_attempts a join deliveries d on d.id = a.delivery_id
      join events e on e.id = d.event_id where e.type = ${type}`;
    assert.ok(rows.length === 2 && rows.every(({ url }) => url !== null));
    return { hash: record?.["body_sha256"], signatures: rows.map(({ signature }) => signature) };
  };
  const before = await kept();
  assert.ok(before.signatures.every((signature) => typeof signature === "string"));
  await server.api("POST", `/api/events/${body.id}/purge`);
  const after = await kept();
  assert.deepEqual(after.signatures, [null, null]);
  assert.ok(after.hash.length === 32 && !after.hash.equals(before.hash));
  const again = await publish();
  assert.equal(again.body.code, "idempotency_key_reused");
});

test("a delivery is found by its answer after the purge as before, also where an earlier version purged it", async () => {
  const { id, purge } = await published(["/200", "/500"]);
  await deliveryOf(server, id, ({ status }) => status === "delivered");
  const { id: failed } = await deliveryOf(server, id, ({ status }) => status === "retrying");
  const found = async () =>
    (await server.api("GET", `/api/deliveries?eventId=${id}&response=5xx`)).body.data.map(
      (each: { id: string }) => each.id,
    );
  assert.deepEqual(await found(), [failed]);
  await server.api("POST", purge);
  assert.deepEqual(await found(), [failed]);
  const of = server.sql`id = ${parseId("dlv", failed) ?? null}`;
  await server.sql`update deliveries set lost_count = null where ${of}`;
  assert.deepEqual(await found(), []);
  const migration = await readFile(join(MIGRATIONS, "0041_purged_troubled.sql"), "utf8");
  await server.sql.unsafe(migration);
  assert.deepEqual(await found(), [failed]);
});

test("replays skip what was purged and say so, whether it was delivered or never sent", async () => {
  const { type, id, purge } = await published(["/200"]);
  await deliveryOf(server, id, ({ status }) => status === "delivered");
  await server.api("POST", purge);
  const [{ endpointId }] = await listed(id);
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const all = await startJob(server, `/api/webhooks/${endpointId}/replay`, { mode: "all", since });
  assert.deepEqual((await jobEnd(server, all)).skippedBecause, { payload_purged: 1 });
  const late = await createEndpoint(server, `${receiver.url}/200?late`, { events: [type] });
  const path = `/api/webhooks/${late.id}/replay`;
  const missing = await jobEnd(server, await startJob(server, path, { mode: "missing", since }));
  assert.deepEqual(
    [missing.done, missing.ok, missing.skippedBecause],
    [1, 0, { payload_purged: 1 }],
  );
});

test("what an attempt under way records after the purge is removed at once, and once more by a job", async () => {
  const { type, id, purge } = await published(["/hold"]);
  const path = `/hold?${type}`;
  await eventually("a request", () => held.get(path));
  const { body } = await server.api("POST", purge);
  assert.equal(body.cancelledDeliveries, 1);
  held.get(path)?.();
  const ofEvent = server.sql`
    delivery_id in (select d.id from deliveries d join events e on e.id = d.event_id where e.type = ${type})`;
  await eventually(
    "its answer is recorded, and what it said and how it was signed removed",
    async () => {
      const rows =
        await server.sql`select outcome, response_body, signature from attempts where ${ofEvent}`;
      const [attempt] = rows;
      return attempt?.["outcome"] === "delivered" &&
        !attempt["response_body"] &&
        !attempt["signature"]
        ? true
        : undefined;
    },
  );
  // As if it had been recorded beside the purge, neither of which saw the other.
  await server.sql`update attempts set response_body = ${Buffer.from(ECHO)} where ${ofEvent}`;
  assert.match(await stored(type), /what the receiver/);
  const jobs = await server.api("GET", "/api/jobs?kind=purge");
  const job = jobs.body.data.find(
    ({ request }: { request: { eventId: string } }) => request.eventId === id,
  );
  assert.equal(job.done, 0);
  await server.advance(10 * 60_000);
  await jobEnd(server, job);
  assert.doesNotMatch(await stored(type), /what the receiver/);
});

test("purging is written down, and other organizations' events are not found", async () => {
  const { id, purge } = await published(["/200"]);
  const other = await server.api("POST", "/api/organizations", { name: "Other" });
  const scope = `organizationId=${other.body.id}`;
  assert.equal((await server.api("POST", `${purge}?${scope}`)).status, 404);
  assert.equal((await server.api("POST", "/api/events/nothing/purge")).status, 404);
  await server.api("POST", purge);
  const log = await server.api("GET", "/api/audit-log?action=events.purge");
  assert.equal(log.body.data[0].object.id, id);
});
