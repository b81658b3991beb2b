import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { emit } from "../../packages/sdk/src/outbox.ts";
import { installOutbox } from "../../packages/server/src/store/outbox-schema.ts";
import { createPool } from "../../packages/server/src/db/pool.ts";
import { createDatabase } from "../kit/database.ts";
import { eventually } from "../kit/eventually.ts";
import { createOutbox, urlOf } from "../kit/outbox.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});

after(() => server.close());

const add = (databaseUrl: unknown) => server.api("POST", "/api/outboxes", { databaseUrl });

function shown(id: string, isIt: (outbox: Record<string, unknown>) => boolean) {
  return eventually(`outbox ${id}`, async () => {
    const { body } = await server.api("GET", `/api/outboxes/${id}`);
    return isIt(body) ? body : undefined;
  });
}

const metric = async (name: string) => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
};

test("a URL that is none is refused with a pointer, an id that is none is not found", async () => {
  for (const url of ["mysql://db/shop", "postgres://db", "shop", 7, ""]) {
    const { status, body } = await add(url);
    assert.equal(status, 422);
    assert.equal(body.errors[0].pointer, "/databaseUrl");
  }
  for (const id of ["obx_01h2xcejqtf2nbrexx3vqjhp41", "nothing"]) {
    assert.equal((await server.api("GET", `/api/outboxes/${id}`)).status, 404);
    assert.equal((await server.api("DELETE", `/api/outboxes/${id}`)).status, 404);
  }
});

test("a password goes in and never comes out; a database that is away is a status, a metric and one line of the log", async () => {
  const { body } = await add("postgres://shop:very-secret@127.0.0.1:1/shop");
  assert.equal(body.address, "shop@127.0.0.1:1/shop");
  const failing = await shown(body.id, ({ status }) => status === "failing");
  assert.match(failing.failure, /cannot be reached.*ECONNREFUSED/);
  await eventually("the metric", async () =>
    (await metric("posthorn_outboxes_failing")) === 1 ? true : undefined,
  );
  const rounds = server.logged.filter(({ event }) => event === "outbox.failing");
  assert.equal(rounds.length, 1);
  const [row] = await server.sql`select * from outboxes`;
  const traces = JSON.stringify([
    body,
    failing,
    server.logged,
    { ...row, url: String(row?.["url_sealed"]) },
  ]);
  assert.ok(!traces.includes("very-secret"));
  assert.equal((await server.api("DELETE", `/api/outboxes/${body.id}`)).status, 204);
});

test("an outbox that is installed after it was added is relayed from then on", async () => {
  const database = await createDatabase("nothing");
  const sql = createPool(database.connection, { max: 1, applicationName: "test" });
  const { body } = await add(urlOf(database.connection));
  const failing = await shown(body.id, ({ status }) => status === "failing");
  assert.match(failing.failure, /posthorn outbox install/);
  await installOutbox(sql, { emitters: [], relays: [] });
  await sql`select posthorn.emit('order.created', '{}')`;
  await shown(body.id, ({ status, waitingRows }) => status === "relaying" && waitingRows === 0);
  await server.api("DELETE", `/api/outboxes/${body.id}`);
  await eventually("the relay has left", () =>
    server.logged.some((line) => line["event"] === "outbox.left" && line["outbox"] === body.id)
      ? true
      : undefined,
  );
  await sql.end({ timeout: 5 });
  await database.close();
});

test("the SDK emits in a transaction of postgres.js: committed it arrives, undone it never was", async () => {
  const outbox = await createOutbox();
  try {
    const data = { note: 'it\'s "quoted" \\ \u{1f389} \u0000', amount: 12.5 };
    const id = await outbox.sql.begin((tx) =>
      emit(tx, {
        type: "order.created",
        data,
        orderingKey: "7",
        occurredAt: new Date("2026-01-31T12:00:00Z"),
      }),
    );
    const execute = (text: string) => outbox.sql.unsafe(text);
    const second = await emit({ execute }, { type: "order.paid", data, resource: "order:7" });
    const undone = outbox.sql.begin(async (tx) => {
      await emit(tx, { type: "order.lost", data });
      throw new Error("changed my mind");
    });
    await assert.rejects(undone, /changed my mind/);
    await outbox.addTo(server);
    for (const [each, type] of [
      [id, "order.created"],
      [second, "order.paid"],
    ] as const) {
      const event = await eventually(`event ${each}`, async () => {
        const { status, body } = await server.api("GET", `/api/events/${each}`);
        return status === 200 ? body : undefined;
      });
      assert.equal(event.type, type);
      assert.deepEqual(event.data, data);
    }
    const { body } = await server.api("GET", "/api/events");
    assert.ok(!body.data.some(({ type }: { type: string }) => type === "order.lost"));
  } finally {
    await server.close();
    server = await createTestServer();
    await outbox.close();
  }
});

test("a node that stops hands its outbox to another one, which loses nothing and repeats nothing", async () => {
  const outbox = await createOutbox();
  const other = await createTestServer({ beside: server });
  try {
    const outboxId = await outbox.addTo(server);
    const [held] = await server.sql`select relay_node from outboxes`;
    const isOther = held?.["relay_node"] === other.services.node();
    const [leaver, stayer] = isOther ? [other, server] : [server, other];
    const relaysOf = ({ logged }: TestServer) =>
      logged.filter(({ event }) => event === "outbox.relaying").length;
    assert.equal(relaysOf(stayer), 0);
    await leaver.server.stop();
    await outbox.sql`select posthorn.emit('order.moved', '{}') from generate_series(1, 50)`;
    await eventually("the rows have moved", async () => {
      const [{ count = 0 } = {}] = await server.sql<{ count: number }[]>`
        select count(*)::int as count from events where type = 'order.moved'`;
      return count === 50;
    });
    assert.equal(relaysOf(stayer), 1);
    await server.sql`delete from outboxes where id is not null`;
    assert.ok(outboxId);
  } finally {
    await other.close();
    await server.close();
    server = await createTestServer();
    await outbox.close();
  }
});
