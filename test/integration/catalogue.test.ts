/** What operators change of the catalogue, and who goes by it from then on. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { importEventTypes } from "../../packages/server/src/catalogue/import.ts";
import { ApiError } from "../../packages/server/src/errors.ts";
import { signInPerson } from "../kit/browser.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let second: TestServer;

before(async () => {
  server = await createTestServer({ profile: "fanhaven" });
  second = await createTestServer({ profile: "fanhaven", beside: server });
});

after(async () => {
  await second.close();
  await server.close();
});

beforeEach(async () => {
  const { body } = await server.api("GET", "/api/catalogue?profile=fanhaven");
  for (const { type, version } of body.data) {
    if (version > 0) await server.api("DELETE", `/api/event-types/${type}?profile=fanhaven`);
  }
});

const SCHEMA = {
  type: "object",
  required: ["ticketId"],
  properties: { ticketId: { type: "string", description: "Of the ticket." } },
};
const TICKET = {
  type: "ticket.scanned",
  title: "Ticket scanned",
  group: "Tickets",
  description: "A ticket was let in.",
  schema: SCHEMA,
  example: { ticketId: "t_1" },
};

async function typesOf(node: TestServer): Promise<string[]> {
  const { body } = await node.api("GET", "/api/event-types");
  return body.data.map(({ type }: { type: string }) => type);
}

const publish = (node: TestServer, type: string) =>
  node.api("POST", "/api/events", { type, data: { ticketId: "t_1" } });

test("a type that is added can be published and subscribed to on every node when the answer comes", async () => {
  for (const node of [server, second]) assert.equal((await publish(node, TICKET.type)).status, 422);
  const added = await server.api("POST", "/api/event-types", TICKET);
  assert.equal(added.status, 201, JSON.stringify(added.body));
  assert.equal(added.body.origin, "operator");
  assert.equal(added.headers.get("etag"), `"${added.body.version}"`);
  for (const node of [second, server]) {
    assert.equal((await publish(node, TICKET.type)).status, 202);
    assert.ok((await typesOf(node)).includes(TICKET.type));
    const endpoint = { url: "http://127.0.0.1:9009/in", events: ["ticket.*"] };
    const made = await node.api("POST", "/api/webhooks", endpoint);
    assert.equal(made.status, 201, JSON.stringify(made.body));
  }
  assert.equal((await server.api("DELETE", `/api/event-types/${TICKET.type}`)).status, 204);
  for (const node of [second, server]) {
    assert.equal((await publish(node, TICKET.type)).status, 422);
    assert.ok(!(await typesOf(node)).includes(TICKET.type));
  }
});

test("a key that is in a node's memory goes by the new catalogue, too", async () => {
  const resource = { id: "artist:nova", title: "Nova", parent: null };
  const path = `/api/organizations/${server.organizationId}/resources`;
  await server.api("PUT", path, { resources: [resource] });
  const asked = { name: "publisher", scopes: ["write"], resources: [resource.id] };
  const made = await server.api("POST", "/api/keys", asked);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const headers = { authorization: `Bearer ${made.body.key}` };
  const ask = async () => {
    const event = { type: TICKET.type, data: {}, resource: resource.id };
    return (await second.api("POST", "/api/events", event, headers)).status;
  };
  assert.equal(await ask(), 422);
  await server.api("POST", "/api/event-types", TICKET);
  assert.equal(await ask(), 202);
  await server.api("DELETE", `/api/event-types/${TICKET.type}`);
  assert.equal(await ask(), 422);
});

test("a profile's type is changed member by member, says so, and is as before after a reset", async () => {
  const find = async () => {
    const { body } = await server.api("GET", "/api/catalogue");
    return body.data.find(({ type }: { type: string }) => type === "fan.created");
  };
  const before = await find();
  assert.deepEqual([before.origin, before.changed, before.version], ["fanhaven", [], 0]);
  const path = "/api/event-types/fan.created";
  const change = { description: "Somebody signs up.", deprecated: "Use fan.joined." };
  const changed = await server.api("PATCH", path, change);
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  const after = await find();
  assert.deepEqual(after.changed, ["description", "deprecated"]);
  assert.equal(after.title, before.title);
  const { body } = await second.api("GET", "/api/event-types");
  const seen = body.data.find(({ type }: { type: string }) => type === "fan.created");
  assert.equal(seen.deprecated, "Use fan.joined.");
  assert.equal(seen.description, "Somebody signs up.");
  // What the profile says already is not the operator's.
  await server.api("PATCH", path, { description: before.description, deprecated: null });
  assert.deepEqual(await find(), before);
  await server.api("PATCH", path, change);
  assert.equal((await server.api("DELETE", path)).status, 204);
  assert.deepEqual(await find(), before);
  const again = await server.api("DELETE", path);
  assert.equal(again.status, 409);
  assert.equal(again.body.code, "event_type_of_profile");
  assert.equal((await server.api("DELETE", "/api/event-types/no.such")).status, 404);
});

test("a change of what somebody has changed meanwhile is refused, after a reset too", async () => {
  const path = "/api/event-types/fan.created";
  const first = await server.api("PATCH", path, { title: "One" }, { "if-match": '"0"' });
  assert.equal(first.status, 200);
  const late = await server.api("PATCH", path, { title: "Two" }, { "if-match": '"0"' });
  assert.equal(late.status, 412);
  assert.equal(late.body.version, first.body.version);
  await server.api("DELETE", path);
  await server.api("PATCH", path, { title: "Three" });
  const stale = { "if-match": `"${first.body.version}"` };
  assert.equal((await server.api("PATCH", path, { title: "Four" }, stale)).status, 412);
  assert.equal((await server.api("DELETE", path, undefined, stale)).status, 412);
});

test("what cannot be used is refused where it stands", async () => {
  const refusals: [object, string, string][] = [
    [{ type: "Ticket" }, "/type", "type_invalid"],
    [{ type: "endpoint.disabled" }, "/type", "type_reserved"],
    [{ type: "fan.created" }, "/type", "type_taken"],
    [{ example: {} }, "/example/ticketId", "example_invalid"],
    [{ schema: { type: "nothing" } }, "/schema", "schema_invalid"],
    [{ schema: { tpye: "object" } }, "/schema", "schema_invalid"],
    [{ schema: { $ref: "https://evil.example/x.json" } }, "/schema/$ref", "schema_invalid"],
    [{ schema: { $ref: "#" } }, "/example", "example_invalid"],
    [{ schema: { $id: "https://evil.example" } }, "/schema/$id", "schema_invalid"],
    [{ schema: { pattern: "^(a+)+$" } }, "/schema/pattern", "schema_invalid"],
    [{ schema: { pattern: "(" } }, "/schema/pattern", "schema_invalid"],
    [{ schema: { description: "x".repeat(33_000) } }, "/schema", "schema_invalid"],
    [{ example: "x".repeat(33_000) }, "/example", "example_invalid"],
    [{ nobody: 1 }, "/nobody", "unknown_field"],
    [{ description: "" }, "/description", "too_short"],
  ];
  for (const [change, pointer, code] of refusals) {
    const { status, body } = await server.api("POST", "/api/event-types", { ...TICKET, ...change });
    assert.equal(status, 422, JSON.stringify(change).slice(0, 200));
    const [first] = body.errors;
    assert.deepEqual([first.pointer, first.code], [pointer, code], JSON.stringify(body.errors));
  }
  assert.ok(!(await typesOf(server)).includes(TICKET.type));
});

/** Each level doubles the work of the one below it. */
function doubling(levels: number) {
  const names = Array.from({ length: levels }, (_, index) => `l${index}`);
  const $defs = Object.fromEntries(
    names.map((name, index) => {
      const next = names[index + 1];
      const $ref = `#/$defs/${next}`;
      return [name, next === undefined ? { type: "string" } : { anyOf: [{ $ref }, { $ref }] }];
    }),
  );
  return { $defs, $ref: "#/$defs/l0" };
}

test("a schema that doubles its work with each level stops nobody for long", async () => {
  const startedAt = performance.now();
  const asked = { ...TICKET, schema: doubling(30), example: 1 };
  const { status, body } = await server.api("POST", "/api/event-types", asked);
  assert.equal(status, 422, JSON.stringify(body));
  assert.match(body.errors[0].message, /within 500 ms|without end/);
  assert.ok(performance.now() - startedAt < 10_000);
});

test("a document is looked at before it is imported, all of it or nothing", async () => {
  const { type, ...ticket } = TICKET;
  const document = {
    [type]: ticket,
    "fan.created": { description: "Somebody signs up." },
    "order.status_changed": {},
  };
  const preview = await server.api("POST", "/api/catalogue/import", { document, isPreview: true });
  const expected = {
    added: [type],
    changed: [{ type: "fan.created", fields: ["description"] }],
    unchanged: ["order.status_changed"],
    problems: [],
  };
  assert.deepEqual(preview.body, { profile: "fanhaven", isPreview: true, ...expected });
  assert.ok(!(await typesOf(server)).includes(type));
  const bad = { ...document, "Bad Name": {}, "ticket.sold": { schema: { type: "x" } } };
  const refused = await server.api("POST", "/api/catalogue/import", { document: bad });
  assert.equal(refused.status, 422);
  assert.deepEqual(
    refused.body.errors.map(({ pointer }: { pointer: string }) => pointer),
    ["/document/Bad Name", "/document/ticket.sold/schema"],
  );
  const done = await server.api("POST", "/api/catalogue/import", { document });
  assert.deepEqual(done.body, { profile: "fanhaven", isPreview: false, ...expected });
  assert.ok((await typesOf(second)).includes(type));
  const again = await server.api("POST", "/api/catalogue/import", { document, isPreview: true });
  assert.equal(again.body.unchanged.length, 3);
});

const importing = (document: unknown, isPreview = false) =>
  server.api("POST", "/api/catalogue/import", { document, isPreview });

test("one type that cannot be judged in time ends the judging of its document", async () => {
  const slow = { schema: { type: "string", pattern: "^(a|a)*$" }, example: `${"a".repeat(36)}b` };
  const names = Array.from({ length: 6 }, (_, index) => `slow.n${index}`);
  const document = Object.fromEntries(names.map((name) => [name, slow]));
  const { status, body } = await importing(document);
  assert.equal(status, 422);
  assert.deepEqual(
    body.errors.map(({ pointer }: { pointer: string }) => pointer),
    ["/document/slow.n0/example", "/document"],
  );
  const preview = await importing(document, true);
  assert.equal(preview.body.problems.length, 2);
});

test("a document with more types than anybody keeps is refused before it is read", async () => {
  const names = Array.from({ length: 1_001 }, (_, index) => `many.n${index}`);
  const documents = [
    Object.fromEntries(names.map((name) => [name, {}])),
    { openapi: "3.1.0", webhooks: Object.fromEntries(names.map((name) => [name, {}])) },
    `interface WebhookEvents { ${names.map((name) => `"${name}": string`).join(";")} }`,
  ];
  for (const document of documents) {
    const { status, body } = await importing(document);
    assert.equal(status, 422);
    assert.equal(body.errors.length, 1);
    assert.match(body.errors[0].message, /at most 1000 event types/);
  }
});

test("a text that no database keeps is refused wherever it stands in a document", async () => {
  const { type, ...ticket } = TICKET;
  const document = {
    [type]: { ...ticket, deprecated: "Use another.\0" },
    "ticket.sold": { schema: { description: "\ud800" } },
    "ticket.lost": { example: { "\0": 1 } },
  };
  const { status, body } = await importing(document);
  assert.equal(status, 422);
  assert.deepEqual(
    body.errors.map(({ pointer }: { pointer: string }) => pointer),
    [
      "/document/ticket.scanned/deprecated",
      "/document/ticket.sold/schema/description",
      "/document/ticket.lost/example",
    ],
  );
});

test("an import that no longer fits what somebody else has changed meanwhile changes nothing", async () => {
  const { type, ...ticket } = TICKET;
  await server.api("POST", "/api/event-types", TICKET);
  const before = server.services.platforms.get("fanhaven");
  const schema = { ...SCHEMA, properties: { ticketId: { type: "integer" } } };
  const changed = await server.api("PATCH", `/api/event-types/${type}`, {
    schema,
    example: { ticketId: 1 },
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  const document = { "ticket.sold": ticket, [type]: { example: { ticketId: "t_2" } } };
  // As a node would that has not heard of the change yet.
  await assert.rejects(importEventTypes(server.services, before, document), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual(
      error.fields.map(({ pointer }) => pointer),
      [`/document/${type}/example/ticketId`],
    );
    return true;
  });
  assert.ok(!(await typesOf(server)).includes("ticket.sold"));
});

test("coverage names what is published and unlisted, and what is listed and never published", async () => {
  const name = "open";
  const open = await server.api("POST", "/api/organizations", { name, profile: "default" });
  const organizationId = open.body.id;
  const query = "?profile=default";
  const listed = { type: "order.paid", description: "An order was paid." };
  const profile = "default";
  await server.api("POST", "/api/event-types", { ...listed, profile });
  for (const type of ["cart.filled", "cart.filled", "order.paid"]) {
    await server.api("POST", "/api/events", { type, data: {}, organizationId });
  }
  await server.api("POST", "/api/event-types", { ...listed, profile, type: "order.lost" });
  const { body } = await server.api("GET", `/api/catalogue/coverage${query}`);
  const names = (rows: { type: string }[]) => rows.map(({ type }) => type);
  assert.deepEqual(names(body.unlisted), ["cart.filled"]);
  assert.deepEqual(body.unpublished, ["order.lost"]);
  assert.deepEqual(names(body.published), ["order.paid"]);
  assert.equal(body.unlisted[0].organizations, 1);
  assert.ok(Date.now() - Date.parse(body.unlisted[0].lastAt) < 120_000);
  assert.equal(body.isComplete, true);
  // With two profiles in use, one has to be named.
  const { status, body: refused } = await server.api("GET", "/api/catalogue/coverage");
  assert.equal(status, 422);
  assert.equal(refused.errors[0].code, "profile_required");
  assert.equal((await server.api("GET", "/api/catalogue?profile=nobody")).status, 422);
  for (const type of ["order.paid", "order.lost"]) {
    await server.api("DELETE", `/api/event-types/${type}${query}`);
  }
});

test("each type says how much of it was published in a week, and stops counting where it is enough", async () => {
  const profile = "fabhub";
  const made = await server.api("POST", "/api/organizations", { name: "counted", profile });
  const organizationId = made.body.id;
  const about = { description: "Of many.", profile };
  for (const type of ["order.many", "order.two", "order.none"]) {
    await server.api("POST", "/api/event-types", { ...about, type });
  }
  for (const type of ["order.two", "order.two", "order.unlisted"]) {
    await server.api("POST", "/api/events", { type, data: {}, organizationId });
  }
  await server.sql`
    insert into events (id, organization_id, type, occurred_at, data)
    select (overlay(uuid_floor(now() - age)::text placing substr(gen_random_uuid()::text, 15) from 15))::uuid,
      o.id, type, now(), '{}'
    from organizations o, (values ('order.many', 10001, interval '1 minute'), ('order.two', 5, interval '8 days'))
      as old (type, count, age), generate_series(1, old.count)
    where o.name = 'counted'`;
  const { body } = await server.api("GET", `/api/catalogue?profile=${profile}`);
  const counts = body.data.map((each: { type: string; events7d: object }) => [
    each.type,
    each.events7d,
  ]);
  assert.deepEqual(Object.fromEntries(counts), {
    "order.many": { count: 10_000, isAtLeast: true },
    "order.two": { count: 2, isAtLeast: false },
    "order.none": { count: 0, isAtLeast: false },
  });
  for (const [type] of counts) {
    await server.api("DELETE", `/api/event-types/${type}?profile=${profile}`);
  }
});

test("changes are written down, and made by nobody but operators", async () => {
  const profile = "fanhaven";
  const path = `/api/event-types/${TICKET.type}`;
  await server.api("POST", "/api/event-types", { ...TICKET, profile });
  await server.api("PATCH", path, { profile, title: "Let in" });
  await server.api("DELETE", `${path}?profile=${profile}`);
  const { body } = await server.api("GET", "/api/audit-log?action=event-types&limit=3");
  assert.deepEqual(
    body.data.map(({ action }: { action: string }) => action),
    ["event-types.delete", "event-types.update", "event-types.create"],
  );
  assert.deepEqual(body.data[1].after, { profile: "fanhaven", title: "Let in" });
  const owner = await signInPerson(server, { email: "owner@acme.example", role: "owner" });
  for (const [method, path] of [
    ["POST", "/api/event-types"],
    ["PATCH", "/api/event-types/fan.created"],
    ["DELETE", "/api/event-types/fan.created"],
    ["GET", "/api/catalogue"],
    ["GET", "/api/catalogue/coverage"],
  ] as const) {
    assert.equal((await owner.call(method, path, method === "GET" ? undefined : {})).status, 403);
  }
});
