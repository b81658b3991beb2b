import { eventually } from "../kit/eventually.ts";
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { migrate } from "../../packages/server/src/db/migrate.ts";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";

const MIGRATIONS = new URL("../../packages/server/migrations/", import.meta.url).pathname;

let database: TestDatabase;
let pool: Pool;
let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posthorn-migrations-"));
});
after(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  database = await createDatabase("nothing");
  pool = createPool(database.connection, { max: 3, applicationName: "test" });
});
afterEach(async () => {
  await pool.end();
  await database.close();
});

test("three nodes that start at once on an empty database run every migration once", async () => {
  const nodes = [1, 2, 3].map((number) =>
    createPool(database.connection, { max: 1, applicationName: `node ${number}` }),
  );
  const ran = await Promise.all(nodes.map((node) => migrate(node, MIGRATIONS)));
  await Promise.all(nodes.map((node) => node.end()));
  const journal = await pool<{ name: string }[]>`
    select name from posthorn.migrations order by name`;
  assert.ok(journal.length > 0);
  assert.deepEqual(
    ran.flat().sort(),
    journal.map(({ name }) => name),
  );
  assert.deepEqual(await migrate(pool, MIGRATIONS), []);
});

test("a database that a newer version has migrated is refused", async () => {
  await migrate(pool, MIGRATIONS);
  await pool`insert into posthorn.migrations (name, sha256) values ('9999_future.sql', 'x')`;
  await assert.rejects(migrate(pool, MIGRATIONS), {
    name: "MigrationError",
    message: /newer version of Posthorn \(9999_future\.sql\)/,
  });
});

test("a migration that was edited after it ran is refused", async () => {
  const edited = await migrationsWith({ "0001_first.sql": "create table first ();" });
  await migrate(pool, edited);
  await writeFile(join(edited, "0001_first.sql"), "create table first (id int);");
  await assert.rejects(migrate(pool, edited), {
    name: "MigrationError",
    message: /0001_first\.sql was edited after it ran/,
  });
});

test("a number that comes before one which has run, or stands twice, is refused", async () => {
  const slipped = await migrationsWith({
    "0001_first.sql": "create table first ();",
    "0003_third.sql": "create table third ();",
  });
  await migrate(pool, slipped);
  await writeFile(join(slipped, "0002_second.sql"), "create table second ();");
  await assert.rejects(migrate(pool, slipped), {
    name: "MigrationError",
    message: /0002_second\.sql comes before 0003_third\.sql/,
  });
  await writeFile(join(slipped, "0003_another.sql"), "create table another ();");
  await assert.rejects(migrate(pool, slipped), { message: /Two migrations have the number 0003/ });
});

test("a role that may not create schemas migrates the one that was made for it", async () => {
  const role = `role_${database.connection.database}`;
  await pool.unsafe(`create role ${role} login; create schema posthorn authorization ${role}`);
  const limited = createPool(
    { ...database.connection, user: role },
    { max: 1, applicationName: "limited" },
  );
  const ran = await migrate(limited, MIGRATIONS);
  assert.ok(ran.length > 0);
  await limited.end();
  await pool.unsafe(`drop owned by ${role}; drop role ${role}`);
});

test("a migration that fails leaves nothing of itself, and is run again when it is mended", async () => {
  const first = "create table first (); insert into first default values;";
  const failing = await migrationsWith({
    "0001_first.sql": first,
    "0002_second.sql": "create table second (); insert into nowhere values (1);",
  });
  await assert.rejects(migrate(pool, failing), {
    name: "MigrationError",
    message: /0002_second\.sql did not run: relation "nowhere" does not exist/,
  });
  const [found] = await pool`
    select to_regclass('posthorn.first') is not null as first,
           to_regclass('posthorn.second') is not null as second`;
  assert.deepEqual(found, { first: true, second: false });
  await writeFile(join(failing, "0002_second.sql"), "create table second ();");
  assert.deepEqual(await migrate(pool, failing), ["0002_second.sql"]);
});

test("a table in use is waited for, without keeping its users waiting behind it", async () => {
  const folder = await migrationsWith({ "0001_first.sql": "create table first (id int);" });
  await migrate(pool, folder);
  await writeFile(join(folder, "0002_second.sql"), "alter table first add column name text;");
  const reader = await pool.reserve();
  await reader`begin`;
  await reader`select * from posthorn.first`;
  const migrating = migrate(pool, folder);
  await eventually("somebody waits", async () => (await countWaiting()) > 0);
  // Behind a migration that waited on, this would wait for the reader, whose end stands below.
  await pool`select * from posthorn.first`;
  await reader`commit`;
  reader.release();
  assert.deepEqual(await migrating, ["0002_second.sql"]);
});

async function countWaiting(): Promise<number> {
  const rows = await pool<{ count: number }[]>`
    select count(*)::int as count from pg_locks l join pg_class c on c.oid = l.relation
    where c.relname = 'first' and not l.granted`;
  return rows[0]?.count ?? 0;
}

async function migrationsWith(files: Readonly<Record<string, string>>): Promise<string> {
  const made = await mkdtemp(join(folder, "set-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(made, name), text);
  return made;
}
