import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { NODE_DEAD_AFTER_MS } from "../../packages/server/src/limits.ts";
import { joinNodes } from "../../packages/server/src/nodes/membership.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";

let database: TestDatabase;
let sql: Pool;

before(async () => {
  database = await createDatabase();
  sql = createPool(database.connection, { max: 1, applicationName: "test" });
});

after(async () => {
  await sql.end({ timeout: 5 });
  await database.close();
});

test("leases from before a silence in which others may have taken over are not used, though all is well again", async () => {
  let now = 0;
  const timers = new Set<() => void>();
  const clock = {
    now: () => now,
    monotonic: () => now,
    after(_ms: number, action: () => void) {
      timers.add(action);
      return () => void timers.delete(action);
    },
  };
  const log = createLogger({ level: "silent" });
  const membership = await joinNodes({ sql, clock, log, role: "all", version: "test" });
  const beatAfter = async (ms: number) => {
    await eventually("a heartbeat is over", () => timers.size > 0 || undefined);
    now += ms;
    for (const timer of timers) timer();
    await eventually("the next one", () => (timers.size > 0 && membership.mayStart()) || undefined);
  };
  await beatAfter(5_000);
  assert.ok(membership.leasesSince() < 0);
  const silentMs = NODE_DEAD_AFTER_MS + 1_000;
  await beatAfter(silentMs);
  assert.equal(membership.leasesSince(), 5_000 + silentMs);
  await membership.leave();
});
