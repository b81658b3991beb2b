import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { asId, formatId } from "../../packages/server/src/domain/id.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { eventually } from "../kit/eventually.ts";
import { createOutbox, type TestOutbox } from "../kit/outbox.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let outbox: TestOutbox;

before(async () => {
  server = await createTestServer();
  outbox = await createOutbox();
  await outbox.addTo(server);
});

after(async () => {
  await server.close();
  await outbox.close();
});

function arrived(uuid: string) {
  return eventually(`event ${uuid}`, async () => {
    const { status, body } = await server.api(
      "GET",
      `/api/events/${formatId("evt", asId<"evt">(uuid))}`,
    );
    return status === 200 ? body : undefined;
  });
}

test("a committed row arrives as an event with the row's id and its very bytes; a rolled-back one does not", async () => {
  const text = '{ "b" : 1.50,\t"a":"\\u0000" }';
  let rolledBack = "";
  await assert.rejects(
    outbox.sql.begin(async (tx) => {
      const [row] = await tx`select posthorn.emit('order.lost', '{}') as id`;
      rolledBack = String(row?.["id"]);
      throw new Error("rolled back");
    }),
  );
  const [row] = await outbox.sql`
    select posthorn.emit('order.created', ${text}::text, resource => 'order:7', ordering_key => 'order 7',
      occurred_at => '2026-01-31T12:00:00.5Z') as id`;
  const event = await arrived(String(row?.["id"]));
  assert.equal(event.type, "order.created");
  assert.equal(event.resource, "order:7");
  assert.equal(event.orderingKey, "order 7");
  assert.equal(event.occurredAt, "2026-01-31T12:00:00.500Z");
  const [stored] = await server.sql`select data from events where id = ${String(row?.["id"])}`;
  assert.equal(String(stored?.["data"]), text);
  const lost = await server.sql`select from events where id = ${rolledBack}`;
  assert.equal(lost.length, 0);
});

test("what can be no event is buried with its reason, and what waits behind it arrives", async () => {
  const emit = (args: string) => outbox.sql.unsafe(`select posthorn.emit(${args}) as id`);
  await outbox.sql.begin(async (tx) => {
    await tx.unsafe(`select posthorn.emit('Not A Type', '{}')`);
    await tx.unsafe(`select posthorn.emit('order.large', to_json(repeat('x', 300000)))`);
    await tx.unsafe(
      `select posthorn.emit('order.deep', (repeat('[', 70) || repeat(']', 70))::json)`,
    );
    await tx.unsafe(
      `select posthorn.emit('order.lost', '{}', organization => 'org_01h2xcejqtf2nbrexx3vqjhp41')`,
    );
    await tx.unsafe(`select posthorn.emit('order.lost', '{}', organization => 'Acme')`);
    await tx.unsafe(`select posthorn.emit('order.lost', '{}', occurred_at => 'infinity')`);
    await tx.unsafe(`select posthorn.emit('order.lost', '{}', ordering_key => '')`);
  });
  const [row] = await emit(`'order.created', '{}'`);
  await arrived(String(row?.["id"]));
  const dead = await outbox.sql`select type, reason from posthorn_outbox.dead order by emitted_at`;
  assert.deepEqual(
    dead.map(({ reason }) => reason),
    [
      "type_invalid",
      "payload_too_large",
      "json_too_deep",
      "not_found",
      "id_invalid",
      "timestamp_invalid",
      "ordering_key_invalid",
    ],
  );
  assert.equal((await outbox.sql`select from posthorn_outbox.waiting`).length, 0);
});

test("a row that the database refuses is found among its batch and buried alone", async () => {
  await server.sql`alter table events add constraint poison check (type <> 'order.poison')`;
  try {
    const emitted = await outbox.sql<{ id: string; type: string }[]>`
      select posthorn.emit(type, '{}'::json, ordering_key => 'k') as id, type
      from (select case n when 13 then 'order.poison' else 'order.fine' end as type
            from generate_series(1, 30) n) rows`;
    const fine = emitted.filter(({ type }) => type === "order.fine");
    for (const { id } of fine) await arrived(id);
    const dead = await outbox.sql`
      select id, reason from posthorn_outbox.dead where type = 'order.poison'`;
    const poison = emitted.find(({ type }) => type === "order.poison");
    assert.deepEqual([...dead], [{ id: poison?.id, reason: "internal" }]);
  } finally {
    await server.sql`alter table events drop constraint poison`;
  }
});

test("what is behind a statement that failed is not accepted, though it would go into a later one", async () => {
  const { relayAcceptor } = server.server.engine;
  const organizationId = server.services.organizations.known(undefined)?.id;
  assert.ok(organizationId);
  // Fifty deliveries for each event: eighty events take two statements.
  for (let endpoint = 0; endpoint < 50; endpoint++) {
    const url = `${server.url}/in/${"0".repeat(22)}`;
    const wide = { url, events: ["order.wide"], enabled: false };
    const { status } = await server.api("POST", "/api/webhooks", wide);
    assert.equal(status, 201);
  }
  const event = {
    organizationId,
    type: "order.wide",
    resource: null,
    orderingKey: "wide",
    occurredAt: Date.now(),
    data: Buffer.from("{}"),
    idempotencyKey: null,
    bodySha256: null,
    traceparent: null,
  };
  const known = asId<"evt">(newUuid());
  await relayAcceptor.accept(event, known);
  const answers = await Promise.allSettled(
    Array.from({ length: 80 }, (_, index) =>
      relayAcceptor.accept(event, index === 0 ? known : undefined),
    ),
  );
  assert.ok(answers.every(({ status }) => status === "rejected"));
  const [{ count } = {}] = await server.sql`
    select count(*)::int as count from events where type = 'order.wide'`;
  assert.equal(count, 1);
});
