/** What a scrape says, and that it says it without a database too. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { MEASURES_KEPT_MS } from "../../packages/server/src/limits.ts";
import { METRICS, type MetricRow } from "../../packages/server/src/metric-table.ts";
import { createMeasures } from "../../packages/server/src/nodes/measures.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { createMetrics } from "../../packages/server/src/platform/metrics.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let receiver: Receiver;
let server: TestServer;

before(async () => {
  receiver = await startReceiver();
  server = await createTestServer();
});
after(async () => {
  await server.close();
  await receiver.close();
});

/** Values by name and labels as they stand in the text. */
function values(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      assert.match(line, /^[a-z0-9_]+(\{[^}]*\})? (Nan|[-+]?Inf|-?[0-9.e+-]+)$/);
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
}

/** Through a meter of our own, whose numbers nobody has asked for yet: a node keeps them for some seconds. */
async function measured(): Promise<Map<string, number>> {
  const metrics = createMetrics();
  const log = createLogger({ level: "silent" });
  await createMeasures({ sql: server.sql, clock: server.services.clock, log, metrics })();
  return values(await metrics.render([]));
}

const publish = async () => {
  const { body } = await server.api("POST", "/api/events", { type: "order.created", data: 1 });
  return body.id;
};

test("a scrape counts what was accepted, attempted and refused, and every metric of the table is in it", async () => {
  await createEndpoint(server, `${receiver.url}/status/200`);
  const id = await publish();
  await deliveryOf(server, id, ({ status }) => status === "delivered");
  await server.api("POST", "/api/events", { type: "" });
  const answer = await fetch(`${server.url}/metrics`);
  const text = await answer.text();
  const found = values(text);
  assert.equal(found.get("posthorn_events_accepted_total"), 1);
  assert.equal(found.get('posthorn_attempts_total{outcome="delivered"}'), 1);
  assert.equal(found.get('posthorn_refusals_total{code="invalid_request"}'), 1);
  assert.equal(found.get("posthorn_accept_duration_seconds_count"), 1);
  assert.equal(found.get("posthorn_settle_duration_seconds_count"), 1);
  assert.equal(found.get("posthorn_database_up"), 1);
  assert.equal(found.get('posthorn_nodes{role="all"}'), 1);
  assert.ok((found.get("posthorn_database_latency_seconds_count") ?? 0) >= 1);
  assert.ok(Math.abs(found.get("posthorn_clock_offset_seconds") ?? 99) < 5);
  assert.ok((found.get("posthorn_partitions_ahead_days") ?? 0) >= 7);
  for (const { name, kind, help } of Object.values<MetricRow>(METRICS)) {
    assert.ok(text.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`), name);
  }
});

test("the lag is that of the longest due delivery that nothing holds; what is held is counted apart", async () => {
  const endpoint = await createEndpoint(server, `${receiver.url}/status/500`);
  const id = await publish();
  await deliveryOf(server, id, ({ status }) => status === "retrying");
  assert.equal((await measured()).get("posthorn_oldest_due_seconds"), 0);
  await server.api("POST", `/api/webhooks/${endpoint.id}/pause`);
  // Somebody else's rows: due for an hour, at an endpoint that is paused.
  await server.sql`update deliveries set due_at = now() - interval '1 hour' where due_at is not null`;
  const held = await measured();
  assert.equal(held.get("posthorn_oldest_due_seconds"), 0);
  assert.equal(held.get("posthorn_deliveries_held"), 1);
  assert.equal(held.get("posthorn_deliveries_waiting"), 1);
  // Without the API, which would wake the node: it must not be faster than the look.
  const due = await server.sql.begin(async (tx) => {
    await tx`update endpoints set state = 'active'`;
    const metrics = createMetrics();
    const log = createLogger({ level: "silent" });
    await createMeasures({ sql: tx, clock: server.services.clock, log, metrics })();
    return values(await metrics.render([]));
  });
  assert.ok((due.get("posthorn_oldest_due_seconds") ?? 0) >= 3600);
  assert.equal(due.get("posthorn_deliveries_held"), 0);
});

test("a row outside of its day, an old transaction and our sessions are seen", async () => {
  await server.sql`
    insert into events (id, organization_id, type, occurred_at, data)
    select '00000000-0000-7000-8000-000000000001', id, 'a', now(), '1' from organizations limit 1`;
  const old = await server.sql.reserve();
  await old`begin isolation level repeatable read`;
  await old`select 1 from events limit 1`;
  const found = await measured();
  await old`rollback`;
  old.release();
  assert.equal(found.get('posthorn_default_partition_rows{table="events"}'), 1);
  assert.ok((found.get("posthorn_oldest_transaction_seconds") ?? 0) > 0);
  assert.ok(
    [...found.keys()].some((key) => /_sessions\{pool="heartbeat",state="idle"\}/.test(key)),
  );
});

test("without the database the scrape is answered, says so, and shows nothing that was true before", async () => {
  let monotonic = 0;
  const clock = { now: () => 0, monotonic: () => monotonic, after: () => () => {} };
  const metrics = createMetrics();
  const log = createLogger({ level: "silent" });
  let reads = 0;
  const working = server.sql;
  const nowhere = createPool("postgres://posthorn@127.0.0.1:1/none", {
    max: 1,
    applicationName: "test",
  });
  let isAway = false;
  // Proof: a tag that hands on to one of two tags of the same kind.
  const sql = new Proxy(working, {
    apply(_target, _self, given) {
      reads += 1;
      return Reflect.apply(isAway ? nowhere : working, undefined, given);
    },
  });
  const measure = createMeasures({ sql, clock, log, metrics });
  await Promise.all([measure(), measure()]);
  const before = reads;
  await measure();
  assert.equal(reads, before, "kept, however many ask");
  assert.equal(values(await metrics.render([])).get("posthorn_database_up"), 1);
  isAway = true;
  monotonic += MEASURES_KEPT_MS;
  await measure();
  const found = values(await metrics.render([]));
  assert.equal(found.get("posthorn_database_up"), 0);
  assert.equal(found.has("posthorn_oldest_due_seconds"), false);
  assert.equal(found.has('posthorn_nodes{role="all"}'), false);
  await nowhere.end({ timeout: 0 });
});

test("numbers of several processes become one: sums, but the oldest and the same where a sum means nothing", async () => {
  const one = createMetrics();
  const other = createMetrics();
  for (const metrics of [one, other]) {
    metrics.accepted.inc(3);
    metrics.acceptBatch.observe(2);
    metrics.clockOffset.set(-4);
    metrics.claimAge.set(metrics === one ? 1 : 7);
  }
  const all = await Promise.all([one.numbers(), other.numbers()]);
  const found = values(await one.render(all));
  assert.equal(found.get("posthorn_events_accepted_total"), 6);
  assert.equal(found.get('posthorn_accept_batch_events_bucket{le="3"}'), 2);
  assert.equal(found.get("posthorn_clock_offset_seconds"), -4);
  assert.equal(found.get("posthorn_claim_age_seconds"), 7);
});

test("a delay of the event loop is in every scrape of the next half minute", async () => {
  const metrics = createMetrics();
  const scrape = async () => values(await metrics.render([]));
  const delayOf = (found: Map<string, number>) =>
    found.get("posthorn_event_loop_delay_seconds") ?? 0;
  await new Promise((resolve) => setTimeout(resolve, 50));
  const until = performance.now() + 300;
  while (performance.now() < until);
  // It is noted when the loop's next turn begins.
  await eventually("a delay", async () => delayOf(await scrape()) >= 0.3);
  assert.ok(delayOf(await scrape()) >= 0.3);
});
