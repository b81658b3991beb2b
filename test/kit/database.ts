/** A PostgreSQL for tests: one server for a whole run, one database cloned from a migrated template per test file. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../../packages/server/src/db/embedded.ts";
import { migrate } from "../../packages/server/src/db/migrate.ts";
import { createPool, type Connection } from "../../packages/server/src/db/pool.ts";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";

export type TestConnection = Exclude<Connection, string>;

export interface TestDatabase {
  readonly connection: TestConnection;
  /** Drops it, whoever is still connected. */
  close(): Promise<void>;
}

/** Tells the test files of a run where the server is that `global.ts` started. */
export const SERVER_VARIABLE = "TEST_DATABASE_SERVER";
const TEMPLATE = "posthorn_template";
export const MIGRATIONS = new URL("../../packages/server/migrations/", import.meta.url).pathname;

/** An empty, migrated database. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = await findServer();
  const database = `test_${newUuid().replaceAll("-", "")}`;
  await administrate(server, `create database ${database} template ${TEMPLATE}`);
  return {
    connection: { ...server, database },
    close: () => administrate(server, `drop database if exists ${database} with (force)`),
  };
}

let ownServer: Promise<TestConnection> | undefined;

function findServer(): Promise<TestConnection> {
  const given = process.env[SERVER_VARIABLE];
  if (given) return Promise.resolve(JSON.parse(given));
  ownServer ??= startTestServer().then(({ connection, stop }) => {
    // A file that is run alone stops what it started; the watchdog does so too if we are killed.
    process.once("beforeExit", () => void stop());
    return connection;
  });
  return ownServer;
}

/** Starts a server in a folder of its own and makes the template. */
export async function startTestServer(): Promise<{
  connection: TestConnection;
  stop(): Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "posthorn-test-"));
  const log = createLogger({ level: "warn" });
  const server = await startEmbedded({ dataDir: folder, clock: systemClock, log });
  await administrate(server.connection, `create database ${TEMPLATE}`);
  const pool = createPool(
    { ...server.connection, database: TEMPLATE },
    { max: 1, applicationName: "template" },
  );
  await migrate(pool, MIGRATIONS);
  await pool.end({ timeout: 5 });
  return {
    connection: server.connection,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function administrate(server: TestConnection, statement: string): Promise<void> {
  const pool = createPool(server, { max: 1, applicationName: "test kit" });
  try {
    await pool.unsafe(statement);
  } finally {
    await pool.end({ timeout: 5 });
  }
}
