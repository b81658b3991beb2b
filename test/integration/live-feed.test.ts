/** What the nodes have noted reaches whoever follows, whenever they begin. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { asId } from "../../packages/server/src/domain/id.ts";
import type { LivePosition } from "../../packages/server/src/domain/live-tail.ts";
import { createLiveFeed, type LiveBatch } from "../../packages/server/src/live/feed.ts";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { insertChanges, readChanges } from "../../packages/server/src/store/live.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";

const CONNECTIONS = 4;
const organizationId = asId<"org">(newUuid());

let database: TestDatabase;
let sql: Pool;

before(async () => {
  database = await createDatabase();
  sql = createPool(database.connection, { max: CONNECTIONS, applicationName: "test live" });
  // Opened before: one that is opened by a look would let what should come after it come first.
  await Promise.all(Array.from({ length: CONNECTIONS }, now));
});
after(async () => {
  await sql.end({ timeout: 5 });
  await database.close();
});

const noteChange = async () => {
  const objectId = newUuid();
  await insertChanges(sql, [{ organizationId, kind: "delivery", objectId }]);
  return objectId;
};

async function now(): Promise<LivePosition> {
  const { oldestRunning, nowMs } = await readChanges(sql, { from: 0n, limit: 1 });
  return { from: oldestRunning, atMs: nowMs };
}

/** A pool whose first look for the begin of the tail waits until it is let through. */
function holdingBegin() {
  const held = Promise.withResolvers<void>();
  const isBegin = (values: readonly unknown[]) => values.at(-1) === 1;
  const pool = new Proxy(sql, {
    apply(target, self, [text, ...values]) {
      const run = () => Reflect.apply(target, self, [text, ...values]);
      return isBegin(values) ? held.promise.then(run) : run();
    },
  });
  return { pool, release: held.resolve };
}

test("what is noted while a stream catches up and the tail begins is told", async () => {
  const { pool, release } = holdingBegin();
  const feed = createLiveFeed({
    sql: pool,
    clock: systemClock,
    log: createLogger({ level: "silent" }),
    notes: { watch: async () => ({ beganMs: 0, isNew: false }) },
    changes: { onChange() {} },
  });
  const batches: LiveBatch[] = [];
  const since = await now();
  const first = await noteChange();
  const take = (batch: LiveBatch) => void batches.push(batch);
  const following = feed.follow({ organizationId, since, take });
  // Long enough for a look that does not wait for the tail.
  for (let turn = 0; turn < 3; turn++) await now();
  const second = await noteChange();
  release();
  assert.equal((await following).isResumed, true);
  const third = await noteChange();
  const told = () =>
    new Set(batches.flatMap(({ changes }) => changes.map((each) => each.objectId)));
  await eventually("the third is told", () => told().has(third) || undefined);
  assert.deepEqual(
    [first, second, third].filter((id) => !told().has(id)),
    [],
  );
  await feed.stop();
});
