/** A PostgreSQL for tests: one server for a whole run, one database cloned from a migrated template per test file. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Connection } from "../../packages/server/src/db/address.ts";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";

export type TestConnection = Exclude<Connection, string>;

export interface TestDatabase {
  readonly connection: TestConnection;
  /** Drops it; rejects when somebody is still connected, for whom every later test would pay. */
  close(): Promise<void>;
}

/** Tells the test files of a run where the server is that `global.ts` started. */
export const SERVER_VARIABLE = "TEST_DATABASE_SERVER";
/** What every new database is a copy of: one with our schema, or one with nothing. */
export const TEMPLATES = { migrated: "posthorn_template", nothing: "template0" } as const;
/** The folder of the product's migrations. */
export const MIGRATIONS = fileURLToPath(
  new URL("../../packages/server/migrations/", import.meta.url),
);

/** A database of the test's own, migrated unless it is to hold `nothing`. */
export async function createDatabase(
  template: keyof typeof TEMPLATES = "migrated",
): Promise<TestDatabase> {
  const server = await findServer();
  const database = `test_${newUuid().replaceAll("-", "")}`;
  await administrate(server, (sql) =>
    // By blocks through the log: copying files would checkpoint the server twice for each database.
    sql.unsafe(`create database ${database} template ${TEMPLATES[template]} strategy wal_log`),
  );
  return {
    connection: { ...server, database },
    close: () => administrate(server, (sql) => drop(sql, database)),
  };
}

const LEAVE_MS_MAX = 20_000;

async function drop(sql: Pool, database: string): Promise<void> {
  const until = performance.now() + LEAVE_MS_MAX;
  let connected = await listConnected(sql, database);
  // A backend ends some milliseconds after its client.
  while (connected.length > 0 && performance.now() < until) {
    await wait(10);
    connected = await listConnected(sql, database);
  }
  await sql.unsafe(`drop database if exists ${database} with (force)`);
  if (connected.length > 0) throw new Error(`Connections left open: ${connected.join(", ")}`);
}

async function listConnected(sql: Pool, database: string): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select application_name as name from pg_stat_activity
    where datname = ${database} and backend_type = 'client backend'`;
  return rows.map(({ name }) => name);
}

async function administrate<Result>(
  server: TestConnection,
  work: (sql: Pool) => Promise<Result>,
): Promise<void> {
  const pool = createPool(server, { max: 1, applicationName: "test kit" });
  try {
    await work(pool);
  } finally {
    await pool.end({ timeout: 5 });
  }
}

let ownServer: Promise<TestConnection> | undefined;

/** A file that is run alone starts a server, which ends when the file's process does. */
function findServer(): Promise<TestConnection> {
  const given = process.env[SERVER_VARIABLE];
  if (given) return Promise.resolve(JSON.parse(given));
  ownServer ??= startTestServer().then(({ connection }) => connection);
  return ownServer;
}

const KEEPER = fileURLToPath(new URL("./database-keeper.ts", import.meta.url));

export interface TestServerProcess {
  readonly connection: TestConnection;
  stop(): Promise<void>;
}

/** Starts a server whose keeper is a process of its own: it cleans up behind us however we end. */
export async function startTestServer(): Promise<TestServerProcess> {
  const child = spawn(process.execPath, ["--conditions=source", KEEPER], {
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C in the terminal is for the tests; the keeper leaves when they have.
    detached: true,
  });
  // Ends without a line when the keeper does; it has then said why.
  let line = "";
  for await (line of createInterface({ input: child.stdout })) break;
  if (line === "") throw new Error("The server for the tests did not start.");
  // Neither the keeper nor its output keeps this process alive.
  child.stdout.destroy();
  child.unref();
  return {
    connection: JSON.parse(line),
    async stop() {
      child.ref();
      const exited = once(child, "exit");
      child.stdin.end();
      await exited;
    },
  };
}
