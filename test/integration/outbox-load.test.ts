import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { eventually } from "../kit/eventually.ts";
import { createOutbox } from "../kit/outbox.ts";
import { checkArrivals, emitLoad, prepareLoad, recordArrivals } from "../kit/outbox-load.ts";
import { createTestServer } from "../kit/server.ts";

const LOAD = { rows: 1_500, clients: 6, keys: 20, seed: 1 };
const CUTS = 6;

test("while sessions of both sides are cut, exactly the committed rows arrive, each once, in the order of their keys", async () => {
  const first = await createTestServer();
  const second = await createTestServer({ beside: first });
  const outbox = await createOutbox();
  try {
    await prepareLoad(outbox.sql, LOAD.keys);
    await recordArrivals(first.sql);
    await outbox.addTo(first);
    const emitting = emitLoad(outbox.sql, LOAD);
    for (let cut = 0; cut < CUTS; cut++) {
      if (cut % 2 === 0) await cutSessions(outbox.sql, "posthorn outbox");
      else await cutSessions(first.sql, "posthorn relay");
    }
    const emitted = await emitting;
    assert.ok(emitted.rolledBack > 5, `${emitted.rolledBack} rolled back`);
    await eventually("nothing waits", async () =>
      (await outbox.sql`select from posthorn_outbox.waiting limit 1`).length === 0
        ? true
        : undefined,
    );
    const { committed, arrived } = await checkArrivals(outbox.sql, first.sql);
    assert.equal(arrived, committed);
    assert.ok(committed > LOAD.rows / 2);
  } finally {
    await second.close();
    await first.close();
    await outbox.close();
  }
});

/** Ends them when the relay has used one since the last time: every cut meets it at another place of its round. */
async function cutSessions(sql: Pool, name: string): Promise<void> {
  await eventually(`a session of ${name}`, async () => {
    const cut = await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = ${name} and datname = current_database()`;
    return cut.length > 0;
  });
}
