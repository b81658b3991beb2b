import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import {
  keepRetention,
  watchDefaultPartitions,
} from "../../packages/server/src/delivery/retention.ts";
import { deliveryId } from "../../packages/server/src/domain/delivery.ts";
import { asId, formatId, parseId } from "../../packages/server/src/domain/id.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { createEndpoint } from "../kit/journey.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer({ argv: ["--retention-days", "1"] });
});

after(() => server.close());

afterEach(async () => {
  await server.sql`truncate events, deliveries, attempts`;
});

const DAY_MS = 24 * 60 * 60 * 1000;

const round = (keptDays = 1) =>
  keepRetention({ sql: server.sql, log: server.services.log, keptDays });
const logged = (event: string) => server.logged.filter((line) => line["event"] === event);
const status = async (path: string): Promise<number> => (await server.api("GET", path)).status;

interface Stored {
  readonly day: string;
  readonly event: string;
  readonly delivery: string;
}

/** An event that was accepted so many days ago, with its delivery to an endpoint. */
async function store(
  endpoint: { readonly id: string },
  past: { readonly days: number; readonly state?: "pending" | "leased" | "delivered" },
): Promise<Stored> {
  const { sql } = server;
  const { days, state = "pending" } = past;
  const bits = (Date.now() - days * DAY_MS).toString(16).padStart(12, "0");
  const eventId = asId<"evt">(`${bits.slice(0, 8)}-${bits.slice(8)}${newUuid().slice(13)}`);
  const endpointId = parseId("ep", endpoint.id);
  const organizationId = parseId("org", server.organizationId);
  assert.ok(endpointId && organizationId);
  const id = deliveryId(eventId, endpointId);
  const [made] = await sql<{ day: string }[]>`
    select ensure_partitions(id_day(${eventId}), 1), to_char(id_day(${eventId}), 'YYYYMMDD') as day`;
  assert.ok(made);
  await sql`
    insert into events (id, organization_id, type, occurred_at, data)
    values (${eventId}, ${organizationId}, 'order.created', now(), '{}')`;
  const isLeased = state === "leased";
  await sql`
    insert into deliveries (id, organization_id, endpoint_id, event_id, wire_format, state,
      attempts, attempts_total, max_attempts, due_at, lease_until, lease_node, is_claimed, lease_token, finished_at)
    values (${id}, ${organizationId}, ${endpointId}, ${eventId}, 'default@1', ${state}, 1, 1, 8,
      ${state === "pending" ? sql`now()` : null},
      ${isLeased ? sql`now() + interval '1 hour'` : null}, ${isLeased ? server.services.node() : null}, ${isLeased}, 1,
      ${state === "delivered" ? sql`now()` : null})`;
  await sql`
    insert into attempts (delivery_id, number, generation, trigger, started_at, outcome, status)
    values (${id}, 1, 1, 'schedule', now(), 'http_error', 500)`;
  return { day: made.day, event: formatId("evt", eventId), delivery: formatId("dlv", id) };
}

const paused = () => createEndpoint(server, "http://127.0.0.1:9000/", { enabled: false });

/** The tables of a day that are there. */
async function tables(day: string): Promise<string[]> {
  const rows = await server.sql<{ name: string }[]>`
    select name from unnest(array['events', 'deliveries', 'attempts']) as name
    where to_regclass(name || '_' || ${day}) is not null`;
  return rows.map(({ name }) => name);
}

const ALL = ["events", "deliveries", "attempts"];

test("days that are over are dropped with what is held in them; yesterday stays as it is", async () => {
  const endpoint = await paused();
  const old = await Promise.all([5, 4, 3].map((days) => store(endpoint, { days })));
  const yesterday = await store(endpoint, { days: 1 });
  await round();
  for (const { day, event, delivery } of old) {
    assert.deepEqual(await tables(day), []);
    assert.deepEqual(
      await Promise.all([status(`/api/events/${event}`), status(`/api/deliveries/${delivery}`)]),
      [404, 404],
    );
    const [line] = logged("retention.dropped").filter((each) => each["day"] === day);
    assert.deepEqual([line?.["events"], line?.["deliveries"], line?.["attempts"]], [1, 1, 1]);
  }
  assert.equal(logged("retention.cancelled").at(-1)?.["count"], 3);
  assert.deepEqual(await tables(yesterday.day), ALL);
  const { body } = await server.api("GET", `/api/deliveries/${yesterday.delivery}`);
  const attempts = await server.api("GET", `/api/deliveries/${yesterday.delivery}/attempts`);
  assert.deepEqual([body.status, attempts.body.data.length], ["held", 1]);
  assert.equal(await status(`/api/events/${yesterday.event}`), 200);
});

test("a day with a lease stays until the lease has ended; what it holds is cancelled meanwhile", async () => {
  const endpoint = await paused();
  const leased = await store(endpoint, { days: 3, state: "leased" });
  const held = await store(endpoint, { days: 3 });
  const older = await store(endpoint, { days: 4, state: "delivered" });
  await round();
  assert.deepEqual([await tables(older.day), await tables(held.day)], [[], ALL]);
  const { body } = await server.api("GET", `/api/deliveries/${held.delivery}`);
  assert.deepEqual([body.status, body.cancelReason], ["cancelled", "retention"]);
  const sending = await server.api("GET", `/api/deliveries/${leased.delivery}`);
  assert.equal(sending.body.status, "sending");
  assert.equal(logged("retention.postponed").at(-1)?.["reason"], "busy");
  await server.sql`
    update deliveries set state = 'delivered', finished_at = now(), lease_until = null, lease_node = null,
      is_claimed = false
    where state = 'leased'`;
  await round();
  assert.deepEqual(await tables(held.day), []);
});

test("accepting and reading go on while a long read keeps a day from being dropped", async () => {
  const endpoint = await paused();
  const old = await store(endpoint, { days: 3, state: "delivered" });
  let isOver = false;
  const publishing = (async () => {
    let published = 0;
    for (; !isOver; published++) {
      const event = await server.api("POST", "/api/events", { type: "order.created", data: {} });
      assert.equal(event.status, 202);
      assert.equal(await status(`/api/events/${event.body.id}`), 200);
    }
    return published;
  })();
  await server.sql.begin(async (reader) => {
    await reader`select count(*) from events`;
    await round();
    assert.deepEqual(await tables(old.day), ALL);
    assert.equal(logged("retention.postponed").at(-1)?.["reason"], "locked");
  });
  await round();
  assert.deepEqual(await tables(old.day), []);
  isOver = true;
  assert.ok((await publishing) > 0);
});

test("nodes that come to it at once do it once", async () => {
  const endpoint = await paused();
  const old = await Promise.all([6, 5, 4].map((days) => store(endpoint, { days })));
  const before = logged("retention.dropped").length;
  await Promise.all([round(), round(), round()]);
  await round();
  for (const { day } of old) assert.deepEqual(await tables(day), []);
  assert.ok(logged("retention.dropped").length - before <= old.length + 1);
});

test("what will be cancelled is announced once a day for each endpoint, what will be sent is not", async () => {
  const [endpoint, other, active] = [
    await paused(),
    await paused(),
    await createEndpoint(server, "http://127.0.0.1:9000/"),
  ];
  for (const days of [1, 2, 2, 6]) await store(endpoint, { days });
  await store(other, { days: 2 });
  await store(active, { days: 1 });
  await server.sql`update installation set retention_announced_on = current_date - 1`;
  const before = logged("retention.ending").length;
  await Promise.all([round(4), round(4)]);
  await round(4);
  const lines = logged("retention.ending").slice(before);
  const counts = Object.fromEntries(
    lines.map(({ endpointId, count }) => [formatId("ep", asId<"ep">(String(endpointId))), count]),
  );
  assert.deepEqual(counts, { [endpoint.id]: 2, [other.id]: 1 });
  const { day } = await store(endpoint, { days: 2 });
  const ends =
    Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00Z`) + 5 * DAY_MS;
  assert.equal(Date.parse(String(lines[0]?.["endsAt"])), ends);
});

test("a delivery whose event is gone cannot be sent again", async () => {
  const { delivery } = await store(await paused(), { days: 1, state: "delivered" });
  await server.sql`delete from events`;
  const answer = await server.api("POST", `/api/deliveries/${delivery}/redeliver`);
  assert.deepEqual([answer.status, answer.body.code], [410, "payload_purged"]);
});

test("rows without a day's partition are kept, reported once, end with the retention and block no other day", async () => {
  const endpoint = await paused();
  const lines: Record<string, unknown>[] = [];
  const output = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const watch = watchDefaultPartitions({
    sql: server.sql,
    log: createLogger({ level: "warn", output }),
  });
  await watch();
  assert.deepEqual(lines, []);
  const event = await storeOutside(endpoint);
  assert.equal(await status(`/api/events/${event}`), 200);
  await watch();
  await watch();
  const said = lines.map((line) => [line["event"], line["events"], line["deliveries"]]);
  assert.deepEqual(said, [["partition.default_used", 1, 0]]);
  const [made] = await server.sql<{ made: number }[]>`
    select ensure_partitions(current_date - 12, 2) as made`;
  assert.equal(made?.made, 2 + 3);
  await round();
  assert.equal(await status(`/api/events/${event}`), 404);
});

/** An event of twelve days ago, when nobody made partitions. */
async function storeOutside(endpoint: { readonly id: string }): Promise<string> {
  const { event, day } = await store(endpoint, { days: 12, state: "delivered" });
  await server.sql`alter table events detach partition ${server.sql(`events_${day}`)}`;
  await server.sql`insert into events select * from ${server.sql(`events_${day}`)}`;
  await server.sql`drop table ${server.sql(`events_${day}`)}`;
  for (const table of ["deliveries", "attempts"]) {
    await server.sql`drop table ${server.sql(`${table}_${day}`)}`;
  }
  return event;
}
