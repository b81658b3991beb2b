/** A whole node in this process, on a database of its own and on a free port; time in the database can be moved. */
import { parseConfig, type Config } from "../../packages/server/src/config.ts";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { formatApiKey } from "../../packages/server/src/domain/api-key.ts";
import { formatId } from "../../packages/server/src/domain/id.ts";
import { systemClock, type Clock } from "../../packages/server/src/platform/clock.ts";
import { createLogger } from "../../packages/server/src/platform/log.ts";
import { lowerHashCost } from "../../packages/server/src/platform/password.ts";
import { randomBytes } from "../../packages/server/src/platform/random.ts";
import { loadProfiles } from "../../packages/server/src/profiles.ts";
import { startServer, type Server } from "../../packages/server/src/server.ts";
import { setUp } from "../../packages/server/src/setup.ts";
import {
  rememberSecret,
  requireCleanDatabase,
  requireCleanLog,
  watchExchange,
} from "./canaries.ts";
import { createDatabase, type TestDatabase } from "./database.ts";
import { freePort } from "./port.ts";

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- Answers are read field by field in assertions.
  readonly body: any;
}

export interface TestServer {
  readonly url: string;
  readonly operatorKey: string;
  /** Public id of the first organization. */
  readonly organizationId: string;
  readonly config: Config;
  readonly server: Server;
  readonly services: Server["services"];
  /** A pool of the test's own. */
  readonly sql: Pool;
  /** Lines that the node logged. */
  readonly logged: readonly Record<string, unknown>[];
  /** A call with the operator key; `body` is sent as JSON. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<TestAnswer>;
  /** Lets `ms` pass for everything that waits in the database, and wakes the node. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

export interface TestServerOptions {
  readonly profile?: string;
  readonly mode?: "development" | "production";
  readonly role?: "all" | "api" | "worker";
  readonly clock?: Clock;
  /** That of a server that was there before; a free one when absent. */
  readonly port?: number;
  /** Further arguments of `posthorn start`. */
  readonly argv?: readonly string[];
  /** A second node on the database of another test server. */
  readonly beside?: TestServer;
  /** A migrated database that the caller has made and closes. */
  readonly database?: TestDatabase;
  /** Where its dashboard is; absolute, with a slash at the end. */
  readonly publicFolder?: string;
}

lowerHashCost({ memoryKib: 1024, passes: 1 });

const databases = new WeakMap<TestServer, TestDatabase>();

export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const given = options.database ?? (options.beside && databases.get(options.beside));
  const database = given ?? (await createDatabase());
  const masterKey = randomKeys.master;
  const { operatorKey } = randomKeys;
  const config = await readConfig(options);
  const logged: Record<string, unknown>[] = [];
  const output = { write: (line: string) => void logged.push(JSON.parse(line)) };
  const log = createLogger({ level: "debug", output });
  const sql = createPool(database.connection, { max: 3, applicationName: "test" });
  const setup = await setUp(sql, { profile: config.profile, masterKey, operatorKey });
  const { profiles } = loadProfiles();
  const clock = options.clock ?? systemClock;
  const parts = { config, connection: database.connection, setup, profiles, clock, log };
  const { publicFolder } = options;
  const pages = publicFolder === undefined ? {} : { publicFolder };
  const start = startServer({ ...parts, ...pages, version: "test" });
  const server = await start.catch(async (error: unknown) => {
    await sql.end({ timeout: 5 });
    throw error;
  });
  const test: TestServer = {
    url: server.url,
    operatorKey,
    organizationId: formatId("org", setup.organizationId),
    config,
    server,
    services: server.services,
    sql,
    logged,
    api: (method, path, body, headers) =>
      call({ url: server.url, operatorKey, method, path, body, headers }),
    async advance(ms) {
      await moveTime(sql, ms);
      server.engine.nudge();
      server.engine.announce();
      server.services.mailer.tell();
      server.services.mailer.send();
    },
    async close() {
      await server.stop();
      const clean = given ? Promise.resolve() : requireCleanDatabase(sql);
      const found = await clean
        .then(() => requireCleanLog(logged))
        .catch((error: unknown) => ({ error }));
      await sql.end({ timeout: 5 });
      if (!given) await database.close();
      // Last, so that what was found leaves nothing open behind it.
      if (found) throw found.error;
    },
  };
  databases.set(test, database);
  return test;
}

/** The same for all nodes of a test process, so that a second one can join. */
export const randomKeys = {
  master: randomBytes(32).toString("base64"),
  operatorKey: formatApiKey("pho", randomBytes(32)),
};

rememberSecret(randomKeys.master);
rememberSecret(randomKeys.operatorKey);

async function readConfig(options: TestServerOptions): Promise<Config> {
  const port = options.port ?? (await freePort());
  const { profile, mode, role } = options;
  const argv = [
    "--port",
    String(port),
    "--data-dir",
    "/nonexistent/posthorn-test",
    ...(profile ? ["--profile", profile] : []),
    ...(mode ? ["--mode", mode] : []),
    ...(role ? ["--role", role] : []),
    ...(options.argv ?? []),
  ];
  const parsed = parseConfig({ argv, env: {} });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  return parsed.config;
}

async function call(request: {
  url: string;
  operatorKey: string;
  method: string;
  path: string;
  body: unknown;
  headers: Record<string, string> | undefined;
}): Promise<TestAnswer> {
  const { method, body } = request;
  const response = await fetch(request.url + request.path, {
    method,
    headers: {
      authorization: `Bearer ${request.operatorKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  const answer = isJson && text !== "" ? JSON.parse(text) : text;
  watchExchange({ method, path: request.path, sent: body, answer });
  return { status: response.status, headers: response.headers, body: answer };
}

/** What waits `ms` longer is the same as what is due `ms` earlier. */
async function moveTime(sql: Pool, ms: number): Promise<void> {
  const step = sql`${ms} * interval '1 millisecond'`;
  await sql`update deliveries set due_at = due_at - ${step} where state = 'pending'`;
  await sql`update deliveries set lease_until = lease_until - ${step} where state = 'leased'`;
  await sql`update endpoint_state set hold_until = hold_until - ${step}, failing_since = failing_since - ${step}`;
  await sql`update jobs set next_at = next_at - ${step}, paced_until = paced_until - ${step},
    lease_until = lease_until - ${step}`;
  await sql`update job_deliveries set made_due_at = made_due_at - ${step}`;
  await sql`update signing_secrets set expires_at = expires_at - ${step}`;
  await sql`update api_keys set expires_at = expires_at - ${step}, created_at = created_at - ${step}`;
  await sql`update source_secrets set expires_at = expires_at - ${step}`;
  await sql`update notices set first_at = first_at - ${step}, last_at = last_at - ${step},
    resolved_at = resolved_at - ${step}, told_at = told_at - ${step}`;
  await sql`update notice_reads set read_at = read_at - ${step}`;
  await sql`update mails set due_at = due_at - ${step}, created_at = created_at - ${step}`;
}
