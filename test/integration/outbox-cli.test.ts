import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { openOutboxTools } from "../../packages/server/src/outbox/tools.ts";
import { cli, type CliRun } from "../kit/cli.ts";
import { createDatabase, type TestDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { urlOf } from "../kit/outbox.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let database: TestDatabase;
let sql: Pool;
let url: string;

before(async () => {
  server = await createTestServer();
  database = await createDatabase("nothing");
  sql = createPool(database.connection, { max: 2, applicationName: "test" });
  url = urlOf(database.connection);
});

after(async () => {
  await server.close();
  await sql.end({ timeout: 5 });
  await database.close();
});

/** `env:SHOP` is the operator's database, by its owner. */
function outbox(...argv: string[]): Promise<CliRun> {
  return cli(["--url", server.url, "outbox", ...argv], {
    env: { POSTHORN_OPERATOR_KEY: server.operatorKey, SHOP: url },
    openOutbox: openOutboxTools,
  });
}

const inDatabase = (...argv: string[]) => outbox(...argv, "--database-url", "env:SHOP", "--json");

test("a database that is not there is told from one that refuses", async () => {
  const nowhere = await outbox("status", "--database-url", "postgres://u:p@127.0.0.1:1/x");
  assert.equal(nowhere.exitCode, 7);
  assert.match(nowhere.stderr, /^posthorn: The database cannot be reached \(ECONNREFUSED\)\. /);
});

test("from installing to removing, a row travels, one is buried and comes back", async () => {
  assert.equal((await inDatabase("status")).exitCode, 10);
  assert.deepEqual((await inDatabase("install")).json, { version: 1 });
  assert.deepEqual((await inDatabase("install")).json, { version: 1 });
  const added = await outbox("add", "env:SHOP", "--name", "Shop", "--json");
  assert.equal(added.exitCode, 0, added.stderr);
  const { id, address } = added.json;
  assert.ok(!address.includes("password") && url.includes(address.split("/").at(-1)));

  const organization = "org_01h2xcejqtf2nbrexx3vqjhp41";
  await sql`select posthorn.emit('order.created', '{}', organization => ${organization})`;
  const dead = await eventually("the row is buried", async () => {
    const { json } = await inDatabase("dead");
    return json.data.length === 1 ? json.data[0] : undefined;
  });
  assert.equal(dead.reason, "not_found");
  assert.equal(dead.organization, organization);
  await sql`update posthorn_outbox.dead set organization = null`;
  const unknown = "evt_01h2xcejqtf2nbrexx3vqjhp41";
  assert.equal((await inDatabase("retry", unknown)).exitCode, 4);
  assert.deepEqual((await inDatabase("retry", dead.id)).json, { retried: 1 });
  await eventually("the event", async () => {
    const { status } = await server.api("GET", `/api/events/${dead.id}`);
    return status === 200;
  });

  const shown = await eventually("it is relayed", async () => {
    const run = await outbox("status", id);
    return run.exitCode === 0 && /dead +0/.test(run.stdout) ? run : undefined;
  });
  assert.match(shown.stdout, /status +relaying/);
  assert.match((await outbox("list")).stdout, /Shop +relaying/);
  assert.equal((await outbox("remove", id)).exitCode, 2);
  assert.equal((await outbox("remove", id, "--yes")).exitCode, 0);
  assert.equal((await outbox("status", id)).exitCode, 4);
});

test("uninstalling does not lose rows without being told to, and leaves nothing behind", async () => {
  await inDatabase("install");
  await eventually("the relay has left", async () => {
    const sessions = await sql`
      select from pg_stat_activity
      where application_name = 'posthorn outbox' and datname = current_database()`;
    return sessions.length === 0;
  });
  await sql`select posthorn.emit('order.created', '{}')`;
  const refused = await inDatabase("uninstall");
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /1 rows wait/);
  assert.deepEqual((await inDatabase("uninstall", "--yes")).json, {
    uninstalled: true,
    lostRows: 1,
  });
  const [left] = await sql`
    select to_regnamespace('posthorn_outbox') as outbox, to_regnamespace('posthorn') as posthorn`;
  assert.deepEqual({ ...left }, { outbox: null, posthorn: null });
});

test("in Posthorn's own database emit stands beside its tables, and uninstalling touches none of them", async () => {
  const own = server.sql.options;
  const tools = openOutboxTools(
    urlOf({ host: own.host[0] ?? "", user: own.user, database: own.database }),
  );
  await tools.install({ emitters: [], relays: [] });
  await server.sql`select posthorn.emit('order.created', '{}')`;
  assert.equal((await tools.inspect())?.waitingRows, 1);
  assert.equal(await tools.uninstall(true), 1);
  assert.ok((await server.sql`select from posthorn.organizations`).length > 0);
});

test("an application's role may emit and nothing else, the relay's role may relay and nothing else", async () => {
  const roles = ["app", "relay"].map((name) => `${name}_${database.connection.database}`);
  const [app = "", relay = ""] = roles;
  for (const role of roles) await sql`create role ${sql(role)} login`;
  const as = (user: string) =>
    createPool({ ...database.connection, user }, { max: 1, applicationName: "test" });
  const [shop, carrier] = [as(app), as(relay)];
  try {
    await inDatabase("install", "--app-role", app, "--relay-role", relay);
    await shop`select posthorn.emit('order.created', '{}')`;
    await shop`select posthorn.emit('order.created', json_build_object('id', 1))`;
    await assert.rejects(shop`select from posthorn_outbox.waiting`, /permission denied/);
    await assert.rejects(carrier`select posthorn.emit('order.created', '{}')`, /permission denied/);
    const { body } = await server.api("POST", "/api/outboxes", {
      databaseUrl: urlOf({ ...database.connection, user: relay }),
    });
    await eventually("both are relayed", async () =>
      (await sql`select from posthorn_outbox.waiting`).length === 0 ? true : undefined,
    );
    await shop`select posthorn.emit('Not A Type', '{}')`;
    await eventually("the bad one is buried", async () =>
      (await sql`select from posthorn_outbox.dead`).length === 1 ? true : undefined,
    );
    await server.api("DELETE", `/api/outboxes/${body.id}`);
  } finally {
    await shop.end({ timeout: 5 });
    await carrier.end({ timeout: 5 });
    await eventually("the relay has left", async () => {
      const left = await sql`select from pg_stat_activity where usename = ${relay}`;
      return left.length === 0;
    });
    for (const role of roles) {
      await sql`drop owned by ${sql(role)}`;
      await sql`drop role ${sql(role)}`;
    }
  }
});

test("a database that cannot be used is told in a sentence, and the tools need the server's program", async () => {
  const nowhere = await outbox("install", "--database-url", "postgres://127.0.0.1:1/shop");
  assert.equal(nowhere.exitCode, 6);
  assert.match(nowhere.stderr, /PostgreSQL cannot be used: .*ECONNREFUSED/);
  const alone = await cli(["outbox", "dead", "--database-url", "env:SHOP"], { env: { SHOP: url } });
  assert.equal(alone.exitCode, 2);
  assert.match(alone.stderr, /npx posthorn outbox/);
});
