/** The stories of an inbox, told to every store that the SDK has, over every kind of client. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { drizzleInbox, inboxTables } from "@posthorn/sdk/drizzle";
import { inboxSchema, postgresInbox } from "@posthorn/sdk/postgres";
import { redisInbox } from "@posthorn/sdk/redis";
import { memoryInbox, type Inbox } from "@posthorn/sdk/webhooks";
import { createClient } from "@redis/client";
import { Redis } from "ioredis";
import { Pool } from "pg";
import { createDatabase } from "../kit/database.ts";
import { hasRedis, startRedis } from "../kit/redis.ts";

// Only now: the kit's server mends the driver while it loads it, before anybody else does.
const { default: postgres } = await import("postgres");
const { drizzle: drizzleSql } = await import("drizzle-orm/postgres-js");

const NOW = 1_781_969_462_000;

interface Clock {
  now: number;
}

type MakeInbox = (prefix: string, now: (() => number) | undefined) => Inbox;

const database = await createDatabase("nothing");
const pool = new Pool({ ...database.connection, max: 5 });
const sql = postgres({ ...database.connection, max: 5, onnotice: () => {} });
const ofDrizzle = postgres({ ...database.connection, max: 2, onnotice: () => {} });
const closers: (() => Promise<unknown>)[] = [
  () => pool.end(),
  () => sql.end(),
  () => ofDrizzle.end(),
  () => database.close(),
];

const stores: Record<string, MakeInbox> = {
  memory: (_prefix, now) => memoryInbox(now && { now }),
  "a pool of pg": (prefix, now) => postgresInbox({ client: pool, prefix, ...(now && { now }) }),
  "postgres.js": (prefix, now) => postgresInbox({ client: sql, prefix, ...(now && { now }) }),
  "Drizzle over postgres.js": (prefix, now) =>
    drizzleInbox({ db: drizzleSql(ofDrizzle), prefix, ...(now && { now }) }),
};

if (hasRedis) {
  const server = await startRedis();
  const io = new Redis(server.port, "127.0.0.1");
  const node = createClient({ url: `redis://127.0.0.1:${server.port}` });
  await node.connect();
  closers.unshift(
    async () => io.disconnect(),
    async () => node.destroy(),
    () => server.close(),
  );
  stores["ioredis"] = (prefix, now) => redisInbox({ client: io, prefix, ...(now && { now }) });
  stores["node-redis"] = (prefix, now) => redisInbox({ client: node, prefix, ...(now && { now }) });
}

after(async () => {
  for (const close of closers) await close();
});

const entry = (eventId: string) => ({
  eventId,
  eventType: "order.paid",
  payload: '{"é":"日本 \\u0000"}',
});
const lease = { token: "one", ms: 1_000 };
const other = { token: "two", ms: 1_000 };
const held = (eventId: string, { token } = lease) => ({ eventId, token });

let number = 0;

async function fresh(make: MakeInbox): Promise<{ inbox: Inbox; clock: Clock }> {
  const clock = { now: NOW };
  const inbox = make(`story${number++}_`, () => clock.now);
  await inbox.migrate();
  return { inbox, clock };
}

for (const [name, make] of Object.entries(stores)) {
  test(`${name}: an event is stored once, leased once, done once`, async () => {
    const { inbox, clock } = await fresh(make);
    const answers = await Promise.all([1, 2, 3].map(() => inbox.put(entry("e1"), undefined)));
    assert.deepEqual(answers.toSorted(), ["known", "known", "new"]);
    const claims = await Promise.all([inbox.claimDue(5, lease), inbox.claimDue(5, other)]);
    const [claim, ...none] = claims.flat();
    assert.equal(none.length, 0);
    const { token = "" } = claim ?? {};
    const { payload } = entry("e1");
    const receivedAt = new Date(NOW);
    const wanted = { eventId: "e1", token, payload, receivedAt, attempt: 1, isDead: false };
    assert.deepEqual(claim, wanted);
    clock.now += 10;
    const row = { eventId: "e1", eventType: "order.paid", receivedAt, attempts: 1, error: null };
    assert.deepEqual(await inbox.find("e1"), { ...row, status: "processing", processedAt: null });
    assert.equal(await inbox.finish({ eventId: "e1", token: "nobody" }), false);
    assert.equal(await inbox.finish({ eventId: "e1", token }), true);
    assert.equal(await inbox.finish({ eventId: "e1", token }), false);
    const done = { ...row, status: "done", processedAt: new Date(clock.now) };
    assert.deepEqual(await inbox.find("e1"), done);
    assert.deepEqual(await inbox.list({ limit: 5 }), [done]);
    assert.equal(await inbox.take("e1", lease), undefined);
    assert.equal(await inbox.find("e2"), undefined);
    assert.equal(await inbox.take("e2", lease), undefined);
  });

  test(`${name}: a lease that ran out is taken over, and its late result changes nothing`, async () => {
    const { inbox, clock } = await fresh(make);
    assert.equal(await inbox.put(entry("e1"), lease), "new");
    clock.now += 999;
    assert.deepEqual(await inbox.claimDue(5, other), []);
    assert.equal(await inbox.take("e1", other), undefined);
    clock.now += 1;
    assert.equal((await inbox.claimDue(5, other))[0]?.attempt, 2);
    assert.equal(await inbox.finish(held("e1")), false);
    assert.equal(await inbox.bury(held("e1"), "x"), undefined);
    const how = { delayMs: 0, error: "x", counts: true };
    assert.equal(await inbox.postpone(held("e1"), how), false);
    clock.now += 1_000;
    assert.equal((await inbox.take("e1", lease))?.attempt, 3);
  });

  test(`${name}: a failed event is due when its time has come, or when it is asked for`, async () => {
    const { inbox, clock } = await fresh(make);
    for (const id of ["e1", "e2"]) await inbox.put(entry(id), lease);
    const how = { delayMs: 500, error: 'it\'s "down" $1', counts: true };
    assert.equal(await inbox.postpone(held("e1"), how), true);
    assert.equal((await inbox.find("e1"))?.error, how.error);
    assert.equal((await inbox.list({ status: "failed", limit: 9 }))[0]?.eventId, "e1");
    assert.deepEqual(await inbox.claimDue(5, lease), []);
    clock.now += 500;
    assert.equal((await inbox.claimDue(5, lease))[0]?.eventId, "e1");
    await inbox.postpone(held("e1"), how);
    assert.equal((await inbox.take("e1", lease))?.attempt, 3);
    assert.equal(await inbox.postpone(held("e2"), { ...how, error: null, counts: false }), true);
    const waiting = await inbox.find("e2");
    assert.deepEqual([waiting?.status, waiting?.attempts, waiting?.error], ["received", 0, null]);
  });

  test(`${name}: dead letters are leased by age and count, counted, and gone when done`, async () => {
    const { inbox, clock } = await fresh(make);
    for (const id of ["e1", "e2", "e3"]) {
      await inbox.put(entry(id), lease);
      const letter = await inbox.bury(held(id), `down ${id}`);
      const { eventType, payload } = entry(id);
      const failedAt = new Date(clock.now);
      const wanted = {
        eventId: id,
        eventType,
        payload,
        failedAt,
        error: `down ${id}`,
        retryCount: 0,
      };
      assert.deepEqual(letter, wanted);
      clock.now += 100;
    }
    assert.deepEqual(await inbox.claimDue(5, lease), []);
    assert.deepEqual(
      (await inbox.listDead(2)).map(({ eventId }) => eventId),
      ["e1", "e2"],
    );
    const filter = { limit: 1, olderThanMs: 150, retryCountBelow: 1 };
    const [claim] = await inbox.claimDead(filter, lease);
    assert.deepEqual([claim?.eventId, claim?.attempt, claim?.isDead], ["e1", 2, true]);
    assert.equal(claim?.payload, entry("e1").payload);
    assert.equal((await inbox.bury(held("e1"), "again"))?.retryCount, 1);
    assert.equal((await inbox.claimDead(filter, lease))[0]?.eventId, "e2");
    assert.deepEqual(await inbox.claimDead(filter, lease), []);
    assert.equal(await inbox.finish(held("e2")), true);
    assert.equal((await inbox.take("e3", lease))?.isDead, true);
    assert.equal(await inbox.removeDead("e3"), false);
    await inbox.bury(held("e3"), "again");
    assert.equal(await inbox.removeDead("e3"), true);
    assert.equal((await inbox.find("e3"))?.status, "done");
    assert.equal((await inbox.listDead(9)).length, 1);
    assert.deepEqual(await inbox.claimDead({ limit: 5, except: ["e2", "e1"] }, lease), []);
    assert.equal((await inbox.claimDead({ limit: 5, except: ["e2"] }, lease)).length, 1);
  });

  test(`${name}: a key is held by one event, and remembers the last that was handled`, async () => {
    const { inbox, clock } = await fresh(make);
    const turn = (at: number, token: string) => ({ key: "con_1", at, token });
    const both = await Promise.all(["a", "b"].map((token) => inbox.enter(turn(100, token), 1_000)));
    assert.deepEqual(both.toSorted(), ["busy", "entered"]);
    const holder = both[0] === "entered" ? "a" : "b";
    await inbox.leave(turn(100, holder === "a" ? "b" : "a"), true);
    assert.equal(await inbox.enter(turn(100, "c"), 1_000), "busy");
    await inbox.leave(turn(100, holder), true);
    assert.equal(await inbox.enter(turn(99.5, "c"), 1_000), "stale");
    assert.equal(await inbox.enter(turn(100, "c"), 1_000), "entered");
    clock.now += 1_000;
    assert.equal(await inbox.enter(turn(110, "d"), 1_000), "entered");
    await inbox.leave(turn(110, "d"), false);
    assert.equal(await inbox.enter(turn(105, "e"), 1_000), "entered");
    assert.equal(await inbox.enter({ key: "con_2", at: 1, token: "f" }, 1_000), "entered");
  });

  test(`${name}: what was done long ago is forgotten, and nothing else`, async () => {
    const { inbox, clock } = await fresh(make);
    for (const id of ["old", "dead", "waiting", "new"]) await inbox.put(entry(id), lease);
    await inbox.finish(held("old"));
    await inbox.bury(held("dead"), "down");
    clock.now += 5_000;
    await inbox.take("new", other);
    await inbox.finish(held("new", other));
    assert.equal(await inbox.prune(4_000), 1);
    assert.equal(await inbox.prune(4_000), 0);
    assert.equal(await inbox.find("old"), undefined);
    assert.equal((await inbox.list({ limit: 9 })).length, 3);
    assert.equal(await inbox.put(entry("old"), undefined), "new");
  });

  test(`${name}: a key that had no event for long is forgotten, one that is held or in use is not`, async () => {
    const { inbox, clock } = await fresh(make);
    const turn = (key: string, at: number) => ({ key, at, token: key });
    for (const key of ["old", "new", "held"]) {
      assert.equal(await inbox.enter(turn(key, 100), 10_000), "entered");
    }
    await inbox.leave(turn("old", 100), true);
    clock.now += 5_000;
    await inbox.leave(turn("new", 100), true);
    await inbox.prune(4_000);
    assert.equal(await inbox.enter(turn("new", 99), 1_000), "stale");
    assert.equal(await inbox.enter(turn("held", 101), 1_000), "busy");
    assert.equal(await inbox.enter(turn("old", 99), 1_000), "entered");
  });

  test(`${name}: by the clock of the store itself a lease lasts and a failure waits`, async () => {
    const inbox = make(`story${number++}_`, undefined);
    await inbox.migrate();
    await inbox.migrate();
    assert.equal(await inbox.put(entry("e1"), { token: "one", ms: 60_000 }), "new");
    assert.deepEqual(await inbox.claimDue(1, lease), []);
    const age = Date.now() - ((await inbox.find("e1"))?.receivedAt.getTime() ?? 0);
    assert.ok(Math.abs(age) < 60_000, String(age));
    await inbox.postpone(held("e1"), { delayMs: 0, error: "x", counts: true });
    assert.equal((await inbox.claimDue(1, lease)).length, 1);
  });
}

test("in memory there are no more keys than events: the one without an event for longest is forgotten", async () => {
  const inbox = memoryInbox({ entriesMax: 3 });
  const turn = (key: string, at: number) => ({ key, at, token: key });
  const handle = async (key: string, at: number) => {
    const answer = await inbox.enter(turn(key, at), 60_000);
    if (answer === "entered") await inbox.leave(turn(key, at), true);
    return answer;
  };
  assert.equal(await inbox.enter(turn("held", 2), 60_000), "entered");
  for (const key of ["a", "b", "a", "c"]) assert.equal(await handle(key, 2), "entered");
  assert.equal(await inbox.enter(turn("held", 3), 60_000), "busy");
  assert.equal(await handle("a", 1), "stale");
  assert.equal(await handle("b", 1), "entered");
});

test("tables are made once, however many processes make them at the same time", async () => {
  const inboxes = Array.from({ length: 5 }, () => postgresInbox({ client: pool, prefix: "same_" }));
  await Promise.all(inboxes.map((inbox) => inbox.migrate()));
  assert.equal(await inboxes[0]?.put(entry("e1"), undefined), "new");
});

test("a prefix is a plain name, with a schema or not", async () => {
  await sql.unsafe("create schema webhooks");
  const inbox = postgresInbox({ client: sql, prefix: "webhooks.in_" });
  await inbox.migrate();
  assert.equal(await inbox.put(entry("e1"), undefined), "new");
  for (const prefix of ["", "A_", "a;b", "a b", '"a"', "a.b.c", "1"]) {
    assert.throws(() => postgresInbox({ client: sql, prefix }), TypeError);
  }
});

test("Drizzle's tables are those that migrate makes", async () => {
  await sql.unsafe(inboxSchema("same_"));
  const db = drizzleSql(ofDrizzle);
  const { inbox, deadLetters, order } = inboxTables("same_");
  for (const table of [inbox, deadLetters, order]) await db.select().from(table);
  const names = Object.values(inboxTables("same_")).flatMap((table) =>
    Object.values(table).flatMap((column) => (typeof column === "object" ? column.name : [])),
  );
  const rows = await sql`select column_name as name from information_schema.columns
    where table_name like 'same\\_%' and table_schema = 'public'`;
  assert.deepEqual(names.toSorted(), rows.map(({ name }) => name).toSorted());
});
