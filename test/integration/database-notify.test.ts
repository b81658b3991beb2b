import { eventually } from "../kit/eventually.ts";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startEmbedded } from "../../packages/server/src/db/embedded.ts";
import { listen } from "../../packages/server/src/db/notify.ts";
import type { Connection } from "../../packages/server/src/db/address.ts";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { systemClock, type Clock } from "../../packages/server/src/platform/clock.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";

const log = createLogger({ level: "silent" });
let waits = 0;
/** Waits a tenth of what it is told, so that pings follow and run out of time sooner. */
const hurried: Clock = {
  ...systemClock,
  after(ms, action) {
    waits += 1;
    return systemClock.after(ms / 10, action);
  },
};

let database: TestDatabase;
let pool: Pool;
before(async () => {
  database = await createDatabase("nothing");
  pool = createPool(database.connection, { max: 1, applicationName: "test" });
});
after(async () => {
  await pool.end();
  await database.close();
});

test("every channel is heard, and all of it before a later ping is confirmed", async () => {
  const ear = listenTo(database.connection);
  await eventually("confirmed", () => ear.confirmedAt() !== undefined);
  for (let number = 0; number < 300; number++) {
    await pool.notify(number % 2 ? "first" : "second", String(number));
  }
  const announcedAt = hurried.monotonic();
  await eventually("confirmed since", () => (ear.confirmedAt() ?? 0) > announcedAt);
  assert.equal(ear.heard.length, 300);
  assert.deepEqual(ear.heard.slice(0, 2), ["second: 0", "first: 1"]);
  assert.equal(ear.readyCount(), 1);
  await ear.stop();
});

test("a session that is cut is opened again, and confirmed again only by its own ping", async () => {
  const ear = listenTo(database.connection);
  await eventually("confirmed", () => ear.confirmedAt() !== undefined);
  const cutAt = hurried.monotonic();
  await pool`select pg_terminate_backend(${await listeningProcess()})`;
  await eventually("opened again", () => ear.readyCount() === 2);
  await eventually("confirmed since", () => (ear.confirmedAt() ?? 0) > cutAt);
  await pool.notify("first", "again");
  await eventually("something is heard", () => ear.heard.length > 0);
  assert.deepEqual(ear.heard, ["first: again"]);
  await ear.stop();
});

test("a session that falls silent is given up", async () => {
  const ear = listenTo(database.connection);
  await eventually("confirmed", () => ear.confirmedAt() !== undefined);
  const backend = await listeningProcess();
  process.kill(backend, "SIGSTOP");
  try {
    await eventually("in doubt", () => ear.confirmedAt() === undefined);
    await eventually("opened again", () => ear.readyCount() === 2);
  } finally {
    process.kill(backend, "SIGCONT");
  }
  await ear.stop();
});

test("a restart of the database is survived", async () => {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-notify-"));
  const options = { dataDir: join(folder, "data"), clock: systemClock, log };
  let server = await startEmbedded(options);
  const ear = listenTo(server.connection);
  await eventually("confirmed", () => ear.confirmedAt() !== undefined);
  await server.stop();
  await eventually("in doubt", () => ear.confirmedAt() === undefined);
  // Several tries in vain.
  const triedBefore = waits;
  await eventually("several tries", () => waits > triedBefore + 4);
  server = await startEmbedded(options);
  await eventually("opened again", () => ear.readyCount() === 2);
  const speaker = createPool(server.connection, { max: 1, applicationName: "test" });
  await speaker.notify("second", "after");
  await eventually("something is heard", () => ear.heard.length > 0);
  assert.deepEqual(ear.heard, ["second: after"]);
  await speaker.end();
  await ear.stop();
  assert.equal(ear.confirmedAt(), undefined);
  await server.stop();
  await rm(folder, { recursive: true });
});

function listenTo(connection: Connection) {
  const heard: string[] = [];
  let readyCount = 0;
  const listener = listen({
    connection,
    channels: ["first", "second"],
    clock: hurried,
    log,
    onMessage: (channel, payload) => heard.push(`${channel}: ${payload}`),
    onReady: () => (readyCount += 1),
  });
  return { ...listener, heard, readyCount: () => readyCount };
}

async function listeningProcess(): Promise<number> {
  const [row] = await pool<{ pid: number }[]>`
    select pid from pg_stat_activity
    where application_name = 'posthorn listen' and datname = current_database()`;
  assert.ok(row, "nobody listens");
  return row.pid;
}
