import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createPool, type Pool, type PoolOptions } from "../../packages/server/src/db/pool.ts";
import { databaseFailure } from "../../packages/server/src/db/sqlstate.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";

let database: TestDatabase;
const pools: Pool[] = [];
before(async () => {
  database = await createDatabase("nothing");
});
after(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.close();
});

function open(options: Partial<PoolOptions> = {}): Pool {
  const pool = createPool(database.connection, { max: 1, applicationName: "test", ...options });
  pools.push(pool);
  return pool;
}

test("a server that writes times, dates and bytes its own way is read all the same", async () => {
  const { database: name } = database.connection;
  const settings = {
    timezone: "Asia/Tokyo",
    datestyle: "German",
    bytea_output: "escape",
    default_transaction_isolation: "serializable",
    search_path: "public",
  };
  for (const [setting, value] of Object.entries(settings)) {
    await open().unsafe(`alter database ${name} set ${setting} = '${value}'`);
  }
  const [row] = await open()`
    select '2026-02-03 23:30:00+00'::timestamptz as at, '2026-02-03 23:30:00+00'::timestamptz::date::text as day,
           '\\x00ff'::bytea as bytes, current_setting('search_path') as schema,
           current_setting('transaction_isolation') as isolation`;
  assert.deepEqual(row, {
    at: new Date("2026-02-03T23:30:00Z"),
    day: "2026-02-03",
    bytes: Buffer.from([0, 255]),
    schema: "posthorn",
    isolation: "read committed",
  });
});

test("a bigint is a number in both directions", async () => {
  const [row] = await open()`
    select count(*) as count, ${2 ** 52}::bigint as sent, null::bigint as none from generate_series(1, 3)`;
  assert.deepEqual(row, { count: 3, sent: 2 ** 52, none: null });
});

test("only the engine's sessions have their plans pinned", async () => {
  const hashJoin = "select current_setting('enable_hashjoin') as value";
  assert.deepEqual([...(await open({ engine: true }).unsafe(hashJoin))], [{ value: "off" }]);
  assert.deepEqual([...(await open().unsafe(hashJoin))], [{ value: "on" }]);
});

test("what the database refuses is told apart by kind", async () => {
  const pool = open({ max: 2, statementTimeoutMs: 100 });
  await pool`create schema posthorn`;
  await pool`create table posthorn.things (id int primary key)`;
  await pool`insert into posthorn.things values (1)`;
  assert.equal(await kind(pool`insert into posthorn.things values (1)`), "unique");
  assert.equal(await kind(pool`select pg_sleep(5)`), "unavailable");
  assert.equal(await kind(pool`select pg_terminate_backend(pg_backend_pid())`), "unavailable");
  assert.equal(await kind(pool`select 1 / 0`), undefined);
  const locked = pool.begin(async (tx) => {
    await tx`lock table posthorn.things`;
    await assert.rejects(pool`lock table posthorn.things nowait`);
    return kind(pool.begin((other) => other`lock table posthorn.things nowait`));
  });
  assert.equal(await locked, "unavailable");
});

test("a change that collides with another one may be tried again", async () => {
  const pool = open({ max: 2 });
  await pool`create table posthorn.counters (id int primary key, value int)`;
  await pool`insert into posthorn.counters values (1, 0)`;
  const collided = pool.begin("isolation level repeatable read", async (tx) => {
    await tx`select value from posthorn.counters`;
    await pool`update posthorn.counters set value = value + 1`;
    await tx`update posthorn.counters set value = value + 1`;
  });
  assert.equal(await kind(collided), "retry_transaction");
});

test("a database that cannot be reached is unavailable, however it is missed", async () => {
  for (const connection of [
    { ...database.connection, host: "/nowhere" },
    "postgres://a@127.0.0.1:1/b",
    "postgres://a@nowhere.invalid/b",
  ]) {
    const pool = createPool(connection, { max: 1, applicationName: "test" });
    assert.equal(await kind(pool`select 1`), "unavailable");
    await pool.end();
  }
});

async function kind(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
  } catch (error) {
    return databaseFailure(error);
  }
  return assert.fail("nothing was refused");
}
