import assert from "node:assert/strict";
import { test } from "node:test";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { createDatabase } from "./database.ts";

test("a database of a test is migrated, and nobody else's", async () => {
  const [one, other] = await Promise.all([createDatabase(), createDatabase()]);
  const pool = createPool(one.connection, { max: 1, applicationName: "test" });
  const [found] = await pool`select count(*) as count from posthorn.migrations`;
  assert.ok(found && found["count"] > 0);
  assert.notEqual(one.connection.database, other.connection.database);
  await pool.end();
  await Promise.all([one.close(), other.close()]);
});

test("a connection that a test leaves open fails it, by name", async () => {
  const database = await createDatabase();
  const pool = createPool(database.connection, { max: 1, applicationName: "forgotten" });
  await pool`select 1`;
  await assert.rejects(database.close(), { message: "Connections left open: forgotten" });
  await pool.end({ timeout: 0 });
});
