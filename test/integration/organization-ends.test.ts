/** The ends of an organization: suspended and back without a loss, or deleted to the last row. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { KEPT_REMAINS, REMAINS } from "../../packages/server/src/store/organization-remains.ts";
import { enterPortal } from "../kit/browser.ts";
import { eventually } from "../kit/eventually.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let second: TestServer;
let receiver: Receiver;

before(async () => {
  server = await createTestServer();
  second = await createTestServer({ beside: server });
  receiver = await startReceiver();
});
after(async () => {
  await receiver.close();
  await second.close();
  await server.close();
});

async function must(method: string, path: string, body?: unknown) {
  const answer = await server.api(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function furnish(name: string) {
  const { id: organizationId } = await must("POST", "/api/organizations", { name });
  const named = { organizationId };
  const url = `${receiver.url}/status/200`;
  const endpoint = await must("POST", "/api/webhooks", { url, events: ["*"], ...named });
  const paused = await must("POST", "/api/webhooks", { url, events: ["*"], ...named });
  await must("POST", `/api/webhooks/${paused.id}/pause`);
  const key = await must("POST", "/api/keys", {
    name: "k",
    scopes: ["webhooks:read", "events:write"],
    ...named,
  });
  await must("POST", `/api/keys/${key.id}/roll`, { previousExpiresIn: "1h" });
  await must("POST", "/api/inboxes", named);
  await must("PUT", `/api/organizations/${organizationId}/resources`, { resources: [] });
  const user = { id: `${name}-boss`, name: "Boss", role: "admin" };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  await must("PUT", `/api/organizations/${organizationId}/members/${userId}`, { role: "owner" });
  const event = { type: "order.created", data: {}, orderingKey: "o-1", ...named };
  const published = await must("POST", "/api/events", event);
  return { organizationId, endpoint, paused, key, browser, event, published };
}

const status = async (path: string) => (await server.api("GET", path)).body.status;

test("a suspended organization is refused everywhere and loses nothing", async () => {
  const { organizationId, endpoint, paused, key, browser, event } = await furnish("Late payer");
  const suspended = await must("POST", `/api/organizations/${organizationId}/suspend`);
  assert.ok(suspended.suspendedAt);
  for (const node of [server, second]) {
    const answer = await node.api("GET", "/api/webhooks", undefined, {
      authorization: `Bearer ${key.key}`,
    });
    assert.deepEqual([answer.status, answer.body.code], [401, "key_disabled"]);
    const published = await node.api("POST", "/api/events", event);
    assert.deepEqual([published.status, published.body.code], [403, "organization_suspended"]);
  }
  const verdict = await must("POST", "/api/keys/verify", { key: key.key });
  assert.equal(verdict.code, "DISABLED");
  const page = await browser.call("GET", "/api/webhooks");
  assert.deepEqual([page.status, page.body.code], [403, "organization_suspended"]);
  assert.equal(await status(`/api/webhooks/${endpoint.id}`), "paused");

  const resumed = await must("POST", `/api/organizations/${organizationId}/resume`);
  assert.equal(resumed.suspendedAt, null);
  assert.equal(await status(`/api/webhooks/${endpoint.id}`), "active");
  assert.equal(
    await status(`/api/webhooks/${paused.id}`),
    "paused",
    "a person has paused this one",
  );
  const again = await must("POST", "/api/events", event);
  await eventually("the event is delivered", async () => {
    const { data } = await must("GET", `/api/deliveries?eventId=${again.id}`);
    return data.some((each: { status: string }) => each.status === "delivered");
  });
});

test("deleting needs the name, and never takes the last organization", async () => {
  const { organizationId } = await furnish("Careful");
  const path = `/api/organizations/${organizationId}`;
  const slip = await server.api("DELETE", `${path}?confirm=Careless`);
  assert.deepEqual([slip.status, slip.body.errors[0].fix], [422, "Careful"]);
  assert.equal((await server.api("GET", path)).status, 200);
});

test("a deleted organization is gone at once for everybody, and to the last row soon after", async () => {
  const { organizationId, endpoint, key, browser, published } = await furnish("Leaving");
  const answer = await server.api("DELETE", `/api/organizations/${organizationId}?confirm=Leaving`);
  assert.equal(answer.status, 202);
  for (const node of [server, second]) {
    const refused = await node.api("GET", "/api/webhooks", undefined, {
      authorization: `Bearer ${key.key}`,
    });
    assert.deepEqual([refused.status, refused.body.code], [401, "key_invalid"]);
    const named = await node.api("POST", "/api/events", {
      type: "order.created",
      data: {},
      organizationId,
    });
    assert.deepEqual([named.status, named.body.code], [404, "not_found"]);
  }
  assert.equal((await server.api("GET", `/api/organizations/${organizationId}`)).status, 404);
  assert.ok((await browser.call("GET", "/api/webhooks")).status >= 400);
  const id = await server.sql`select id from organizations where deleted_at is not null`;
  await eventually("the row of the organization goes", async () => {
    const left = await server.sql`select from organizations where deleted_at is not null`;
    return left.length === 0;
  });
  for (const table of [...REMAINS, "deliveries"]) {
    const rows = await server.sql`
      select from ${server.sql(table)} where organization_id = any(${id.map((row) => row["id"])}::uuid[])`;
    assert.equal(rows.length, 0, table);
  }
  for (const path of [`/api/webhooks/${endpoint.id}`, `/api/events/${published.id}`]) {
    assert.equal((await server.api("GET", path)).status, 404);
  }
  const log = await must("GET", `/api/audit-log?objectId=${endpoint.id}`);
  assert.ok(log.data.length > 0, "the log still says that there was something");
  for (const entry of log.data) {
    assert.deepEqual([entry.before, entry.after, entry.address], [null, null, null]);
  }
});

const isLeft = async (id: string) =>
  (await server.sql`select from organizations where id = ${parseId("org", id) ?? ""}`).length > 0;

test("a tree of resources that takes several batches goes, too", async () => {
  const { organizationId } = await furnish("Wide");
  await server.sql`
    insert into resources (organization_id, id, parent)
    select ${parseId("org", organizationId) ?? ""}, 'artist:' || number, case when number > 0 then 'artist:0' end
    from generate_series(0, 2500) as number`;
  await must("DELETE", `/api/organizations/${organizationId}?confirm=Wide`);
  await eventually("the organization is gone", async () => !(await isLeft(organizationId)));
});

test("one that cannot be removed keeps no other, and goes when it can", async () => {
  const { organizationId: held } = await furnish("Held");
  const { organizationId: free } = await furnish("Free");
  await server.sql`
    create table holds as select id from organizations where id = ${parseId("org", held) ?? ""}`;
  await server.sql`alter table holds add foreign key (id) references organizations (id)`;
  await must("DELETE", `/api/organizations/${held}?confirm=Held`);
  await must("DELETE", `/api/organizations/${free}?confirm=Free`);
  await eventually("the other is gone", async () => !(await isLeft(free)));
  assert.ok(await isLeft(held));
  await server.sql`drop table holds`;
  await eventually("it is gone", async () => !(await isLeft(held)));
});

test("every table that names an organization is emptied, or kept for a reason", async () => {
  const rows = await server.sql<{ name: string }[]>`
    select c.relname as name from pg_attribute a
    join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'posthorn' and a.attname = 'organization_id' and c.relkind in ('r', 'p')
      and not c.relispartition`;
  const known = new Set<string>([...REMAINS, ...KEPT_REMAINS, "deliveries"]);
  assert.deepEqual(
    rows.map(({ name }) => name).filter((name) => !known.has(name)),
    [],
  );
});
