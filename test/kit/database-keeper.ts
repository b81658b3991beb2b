/** Keeps one PostgreSQL with a migrated template while its standard input is open; prints where it is. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../../packages/server/src/db/embedded.ts";
import { migrate } from "../../packages/server/src/db/migrate.ts";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { systemClock } from "../../packages/server/src/platform/clock.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { MIGRATIONS, TEMPLATES, type TestConnection } from "./database.ts";
import { startSystemPostgres } from "./system-postgres.ts";

/** `embedded`, or the folder of another PostgreSQL's programs. */
const WHICH = process.env["TEST_DATABASE"] ?? "embedded";

const folder = await mkdtemp(join(tmpdir(), "posthorn-test-"));
const log = createLogger({ level: "warn", output: process.stderr });
const settings = {
  // Of four files at a time with two or three nodes each: some would be sent away.
  max_connections: "400",
  // Nothing here outlives the run: waiting for the disk proves nothing.
  fsync: "off",
};
const options = { dataDir: folder, clock: systemClock, log, settings };

const server = await start();
try {
  await prepare(server.connection);
  process.stdout.write(`${JSON.stringify(server.connection)}\n`);
  await once(process.stdin.resume(), "end");
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function start() {
  return WHICH === "embedded"
    ? startEmbedded(options)
    : startSystemPostgres({ ...options, programs: WHICH });
}

async function prepare(connection: TestConnection): Promise<void> {
  const sql = createPool(connection, { max: 1, applicationName: "keeper" });
  await sql.unsafe(`create database ${TEMPLATES.migrated}`);
  const template = { ...connection, database: TEMPLATES.migrated };
  const pool = createPool(template, { max: 1, applicationName: "keeper" });
  await migrate(pool, MIGRATIONS);
  await pool.end({ timeout: 5 });
  await sql.end({ timeout: 5 });
}
