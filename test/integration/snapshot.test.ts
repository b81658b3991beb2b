/** An export brings everything back, and a damaged one brings nothing. */
import assert from "node:assert/strict";
import { PassThrough, Readable, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { listTables, readSequences } from "../../packages/server/src/db/catalog.ts";
import { createPool, type Pool } from "../../packages/server/src/db/pool.ts";
import { masterKeyFingerprint } from "../../packages/server/src/setup.ts";
import { readSnapshot } from "../../packages/server/src/snapshot/read.ts";
import { LEFT_OUT, writeSnapshot } from "../../packages/server/src/snapshot/write.ts";
import { createDatabase, MIGRATIONS, type TestDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, randomKeys, type TestServer } from "../kit/server.ts";

const KEY = masterKeyFingerprint(Buffer.from(randomKeys.master, "base64")).toString("hex");

let receiver: Receiver;
let database: TestDatabase;
let server: TestServer;

before(async () => {
  receiver = await startReceiver();
  database = await createDatabase();
  server = await createTestServer({ database });
});
after(async () => {
  await server.close();
  await database.close();
  await receiver.close();
});

const open = (of: TestDatabase, max = 2) =>
  createPool(of.connection, { max, applicationName: "test keep" });

async function exported(of: TestDatabase): Promise<Buffer> {
  const sink = new PassThrough();
  const options = { version: "test", createdAt: new Date(0), onProgress: () => {} };
  const [bytes] = await Promise.all([buffer(sink), writeSnapshot(open(of), sink, options)]);
  return bytes;
}

function imported(into: TestDatabase, bytes: Buffer, masterKey: string | undefined = KEY) {
  return readSnapshot(open(into), Readable.from([bytes]), {
    migrations: MIGRATIONS,
    masterKeyFingerprint: masterKey,
    onProgress: () => {},
  });
}

/** Every row of every table as text, in an order of its own. */
async function contents(of: TestDatabase): Promise<Record<string, string[]>> {
  const sql = open(of);
  const all: Record<string, string[]> = {};
  for (const { name, columns } of await listTables(sql, LEFT_OUT)) {
    const rows = await sql<{ row: string }[]>`
      select (r.*)::text as row from (select ${sql(columns)} from ${sql(name)}) r order by 1`;
    all[name] = rows.map(({ row }) => row);
  }
  await sql.end({ timeout: 5 });
  return all;
}

const publish = async (to: TestServer, data: unknown, type = "order.created") => {
  const { status, body } = await to.api("POST", "/api/events", { type, data });
  assert.equal(status, 202);
  return String(body.id);
};

async function settled(of: TestServer): Promise<void> {
  await eventually("everything is settled", async () => {
    const [row] =
      await of.sql`select count(*)::int as count from deliveries where state = 'leased'`;
    return row?.["count"] === 0 || undefined;
  });
}

/**
 * From here on nothing changes by itself: the retries are a day away, and each attempt is counted for its endpoint, its
 * organization and the installation, which happens a few seconds after it. Retries that go on meanwhile are waited for, not raced.
 */
async function atRest(of: TestServer): Promise<void> {
  await eventually("everything is at rest", async () => {
    await of.sql`
      update deliveries set due_at = now() + interval '1 day'
      where state = 'pending' and due_at < now() + interval '1 hour'`;
    const [row] = await of.sql`
      select
        (select count(*)::int from deliveries where state = 'leased') as leased,
        (select sum(attempts)::int from deliveries) as attempts,
        (select coalesce(sum(ended), 0)::int
          from delivery_statistics s, unnest(s.outcomes) as ended
          where s.step = 'minute') as counted`;
    return (row?.["leased"] === 0 && row["counted"] === row["attempts"] * 3) || undefined;
  });
}

test("an import is the same installation: every row, its secrets, and its numbers go on", async () => {
  await createEndpoint(server, `${receiver.url}/status/200?kept`);
  await createEndpoint(server, `${receiver.url}/status/500?kept`, { headers: { "X-A": "b" } });
  await server.api("POST", "/api/inboxes", { name: "kept\t\\N\n" });
  for (const data of ["\\.\n\t\r\\N\u0000", { ü: "\ud800" }, "x".repeat(200_000)]) {
    await publish(server, data);
  }
  await atRest(server);
  const bytes = await exported(database);
  const target = await createDatabase("nothing");
  const header = await imported(target, bytes);
  assert.equal(header.version, "test");
  assert.deepEqual(await contents(target), await contents(database));
  const [there, here] = [open(target), open(database)];
  assert.deepEqual(await readSequences(there), await readSequences(here));
  const [outside] = await there`select count(*)::int as count from events_default`;
  assert.equal(outside?.["count"], 0, "every row lies in the partition of its day");
  await Promise.all([there.end({ timeout: 5 }), here.end({ timeout: 5 })]);
  const copy = await createTestServer({ database: target });
  const id = await publish(copy, { served: "on" });
  const request = await eventually("a delivery from the copy", () =>
    receiver.requests.find(({ headers }) => String(headers["webhook-id"]).endsWith(id.slice(4))),
  );
  assert.ok(request.headers["webhook-signature"]);
  await settled(copy);
  await copy.close();
  await target.close();
});

test("a running node is exported as it is at one moment: no event without its deliveries", async () => {
  let isOver = false;
  const publishing = Array.from({ length: 4 }, async () => {
    for (let count = 0; !isOver && count < 200; count++) await publish(server, { count });
  });
  const target = await createDatabase("nothing");
  try {
    await imported(target, await exported(database));
  } finally {
    isOver = true;
  }
  await Promise.all(publishing);
  const sql = open(target);
  const [row] = await sql`
    select (select count(*)::int from events) as events,
      (select count(*)::int from events e where 2 <>
        (select count(*) from deliveries d where d.event_id = e.id)) as incomplete,
      (select count(*)::int from deliveries d where not exists (select from events e where e.id = d.event_id)) as lost`;
  assert.ok(row?.["events"] > 3);
  assert.deepEqual([row?.["incomplete"], row?.["lost"]], [0, 0]);
  await sql.end({ timeout: 5 });
  await target.close();
  await settled(server);
});

test("what is cut off, altered, foreign or newer is refused and leaves nothing", async () => {
  const bytes = await exported(database);
  const plain = gunzipSync(bytes);
  const target = await createDatabase("nothing");
  const sql: Pool = open(target, 1);
  const refused = async (what: Buffer, why: RegExp, key?: string) => {
    await assert.rejects(imported(target, what, key), (error: Error) => {
      assert.equal(error.name, "SnapshotRefusedError", String(error.stack));
      assert.match(error.message, why);
      return true;
    });
    const [row] = await sql`select to_regnamespace('posthorn') is null as is_gone`;
    assert.equal(row?.["is_gone"], true);
  };
  const withText = (from: string, to: string) => {
    const at = plain.indexOf(from);
    assert.ok(at >= 0, from);
    return gzipSync(
      Buffer.concat([plain.subarray(0, at), Buffer.from(to), plain.subarray(at + from.length)]),
    );
  };
  await refused(bytes.subarray(0, bytes.length - 9), /ends too early/);
  await refused(bytes.subarray(0, bytes.length / 2), /ends too early/);
  await refused(gzipSync(plain.subarray(0, plain.lastIndexOf('{"end"'))), /ends too early/);
  await refused(withText("order.created", "order.creates"), /the checksum of events/);
  await refused(withText('"version":"test"', '"version":"tess"'), /its checksum is another/);
  await refused(withText('{"table":"signing_secrets"', '{"table":"organizations"'), /its schema/);
  await refused(withText('"format":1', '"format":2'), /a form that this version does not know/);
  await refused(Buffer.from("pg_dump"), /cannot be unpacked/);
  await refused(gzipSync("{}\n"), /no snapshot of Posthorn/);
  const start = KEY.slice(0, 12);
  await refused(bytes, new RegExp(`begins with ${start}\\. Another one is given`), "0".repeat(64));
  await sql.end({ timeout: 5 });
  await target.close();
});

test("a sink that fails ends the export", async () => {
  const broken = new Writable({
    write: (_chunk, _encoding, done) => done(new Error("no space left")),
  });
  const options = { version: "test", createdAt: new Date(0), onProgress: () => {} };
  await assert.rejects(writeSnapshot(open(database), broken, options), /no space left/);
});

test("an installation is not filled a second time, and nothing is exported where there is none", async () => {
  await assert.rejects(
    imported(database, await exported(database)),
    /holds an installation already/,
  );
  const empty = await createDatabase("nothing");
  await assert.rejects(exported(empty), /no installation/);
  await empty.close();
});

test("after a restore only what was delivered after the copy is sent again, with the same id, and nothing is lost", async () => {
  const source = await createDatabase();
  const old = await createTestServer({ database: source });
  const path = (name: string) => `${receiver.url}/status/200?${name}`;
  const endpoint = await createEndpoint(old, path("restore"));
  const before = [await publish(old, 1), await publish(old, 2)];
  const arrived = (id: string) =>
    receiver.requests.filter(({ headers }) => String(headers["webhook-id"]).endsWith(id.slice(4)));
  for (const id of before) await eventually("it is delivered", () => arrived(id)[0]);
  await settled(old);
  // Accepted before the copy, delivered after it.
  await old.api("PATCH", `/api/webhooks/${endpoint.id}`, { enabled: false });
  const between = [await publish(old, 3), await publish(old, 4)];
  const copyBytes = await exported(source);
  await old.api("PATCH", `/api/webhooks/${endpoint.id}`, { enabled: true });
  for (const id of between) await eventually("it is delivered", () => arrived(id)[0]);
  const late = await publish(old, 5);
  await eventually("it is delivered", () => arrived(late)[0]);
  await settled(old);
  await old.close();
  const target = await createDatabase("nothing");
  await imported(target, copyBytes);
  const restored = await createTestServer({ database: target });
  await restored.api("PATCH", `/api/webhooks/${endpoint.id}`, { enabled: true });
  for (const id of between) await eventually("it is sent again", () => arrived(id)[1]);
  await settled(restored);
  for (const id of between) {
    const ids = arrived(id).map(({ headers }) => headers["webhook-id"]);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
  }
  for (const id of [...before, late]) assert.equal(arrived(id).length, 1);
  const { body } = await restored.api("GET", "/api/events");
  const kept = new Set(body.data.map(({ id }: { id: string }) => id));
  for (const id of [...before, ...between]) assert.ok(kept.has(id));
  assert.ok(!kept.has(late), "what came after the copy has to be published again");
  await restored.close();
  await source.close();
  await target.close();
});
