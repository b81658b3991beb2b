import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkServer } from "../../packages/server/src/db/check-server.ts";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";
import { startPooler } from "../kit/pooler.ts";

let database: TestDatabase;
before(async () => void (database = await createDatabase("nothing")));
after(() => database.close());

test("a server that is reached directly is accepted", async () => {
  await checkServer(database.connection);
});

test("a pooler that keeps sessions and their settings is accepted", async () => {
  const pooler = await startPooler(database.connection, "session");
  await checkServer(pooler.url);
  await pooler.close();
});

for (const mode of ["transaction, newest first", "transaction, oldest first"] as const) {
  test(`a pooler is refused that hands sessions on after each ${mode}`, async () => {
    const pooler = await startPooler(database.connection, mode);
    await assert.rejects(checkServer(pooler.url), {
      name: "DatabaseRefusedError",
      message: /a pooler in front .* direct address/,
    });
    await pooler.close();
  });
}

test("a read-only server is refused", async () => {
  const { connection } = database;
  const pool = createPool(connection, { max: 1, applicationName: "test" });
  await pool.unsafe(`alter database ${connection.database} set default_transaction_read_only = on`);
  await pool.end();
  await assert.rejects(checkServer(connection), { message: /read-only, a standby perhaps/ });
});

test("nobody there, a name without address, no such database: each is one sentence", async () => {
  const refused = (message: RegExp) => ({ name: "DatabaseRefusedError", message });
  await assert.rejects(checkServer("postgres://a@127.0.0.1:1/b"), refused(/ECONNREFUSED/));
  await assert.rejects(checkServer("postgres://a@nowhere.invalid/b"), refused(/nowhere\.invalid/));
  const missing = { ...database.connection, database: "missing" };
  await assert.rejects(checkServer(missing), refused(/database "missing" does not exist/));
});
