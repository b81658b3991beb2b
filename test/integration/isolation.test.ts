/** Nobody reaches what is not theirs: every route of the table, with what it takes from another organization. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ACTIONS } from "../../packages/server/src/domain/action.ts";
import { asId, formatId, parseId, type IdPrefix } from "../../packages/server/src/domain/id.ts";
import { newUuid } from "../../packages/server/src/platform/random.ts";
import { routesFor } from "../../packages/server/src/http/routes.ts";
import type { Route } from "../../packages/server/src/http/route.ts";
import { enterPortal, type Browser } from "../kit/browser.ts";
import { fromGithub, makeSource, SECRETS, sendToSource } from "../kit/providers.ts";
import { createTestServer, type TestAnswer, type TestServer } from "../kit/server.ts";

let server: TestServer;
/** Everything that the other organization has, by the word of the path that leads to it. */
let foreign: Record<string, string>;
let own: { organizationId: string; key: string; person: Browser };

const routes = routesFor("all");

before(async () => {
  server = await createTestServer({ profile: "default" });
  const organizationId = await makeOrganization("Own");
  const { profile } = server.services.platforms.get("default");
  const all = profile.keys.scopes;
  const made = await must("POST", "/api/keys", { name: "all", scopes: all, organizationId });
  const user = { id: "own-owner", name: "Owner", role: "admin" };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  await must("PUT", `/api/organizations/${organizationId}/members/${userId}`, { role: "owner" });
  own = { organizationId, key: made.key, person: browser };
  foreign = await makeForeign();
});
after(() => server.close());

async function must(method: string, path: string, body?: unknown) {
  const answer = await server.api(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const makeOrganization = async (name: string): Promise<string> =>
  (await must("POST", "/api/organizations", { name })).id;

async function makeForeign(): Promise<Record<string, string>> {
  const organizationId = await makeOrganization("Foreign");
  const named = { organizationId };
  const url = "http://127.0.0.1:9009/";
  const endpoint = await must("POST", "/api/webhooks", { url, events: ["*"], ...named });
  const job = await must("POST", `/api/webhooks/${endpoint.id}/replay`, {
    mode: "all",
    since: "2026-11-01T00:00:00Z",
  });
  await must("POST", `/api/webhooks/${endpoint.id}/pause`);
  const event = await must("POST", "/api/events", { type: "order.created", data: {}, ...named });
  const { data } = await must("GET", `/api/deliveries?eventId=${event.id}`);
  const inbox = await must("POST", "/api/inboxes", named);
  const request = await fetch(inbox.url, { method: "POST", body: "{}" });
  assert.equal(request.status, 200);
  const { data: requests } = await must("GET", `/api/inboxes/${inbox.id}/requests`);
  const listener = await must("POST", "/api/listeners", { name: "l", ...named });
  const notice = asId<"ntc">(newUuid());
  await server.sql`
    insert into notices (id, organization_id, endpoint_id, kind, delivery_count, first_at, last_at)
    values (${notice}, ${uuidOf("org", organizationId)}, ${uuidOf("ep", endpoint.id)}, 'endpoint.failing', 1, now(), now())`;
  const key = await must("POST", "/api/keys", { name: "k", scopes: ["webhooks:read"], ...named });
  const { source, receipt } = await makeForeignReceipt(organizationId);
  const user = { id: "foreign-owner", name: "Foreign", role: "admin" };
  const { userId } = await enterPortal(server, { organizationId, user });
  await must("PUT", `/api/organizations/${organizationId}/members/${userId}`, { role: "owner" });
  const invitation = await must("POST", `/api/organizations/${organizationId}/invitations`, {
    email: "x@example.com",
    role: "member",
  });
  return {
    webhooks: endpoint.id,
    events: event.id,
    deliveries: data[0].id,
    inboxes: inbox.id,
    sources: source,
    receipts: receipt,
    keys: key.id,
    jobs: job.id,
    requests: requests[0].id,
    listeners: listener.id,
    notices: formatId("ntc", notice),
    organizations: organizationId,
    members: userId,
    invitations: invitation.id,
    organizationId,
  };
}

async function makeForeignReceipt(organizationId: string) {
  const secret = SECRETS.github;
  const source = await makeSource(server, { provider: "github", secret, organizationId });
  const { body } = await sendToSource(source.url, fromGithub("push", {}, { delivery: "d-1" }));
  return { source: source.id, receipt: body.id };
}

/** The same path with each of its ids: those of the other organization, or of nothing. */
function pathWith(route: Route, ids: (collection: string) => string): string {
  const parts = route.path.split("/");
  return parts
    .map((part, at) => (part.startsWith(":") ? ids(parts[at - 1] ?? "") : part))
    .join("/");
}

const nothing = (collection: string) =>
  `${(foreign[collection] ?? "xx_").split("_")[0]}_${"7".repeat(26)}`;

/** A body that a route may take: only whose object it is about is asked here. */
const BODIES: Readonly<Record<string, unknown>> = {
  "PATCH /api/webhooks/:id": { description: "mine now" },
  "PATCH /api/inboxes/:id": { name: "mine now" },
  "PATCH /api/sources/:id": { name: "mine now" },
  "POST /api/sources/:id/roll-secret": { secret: "mine from now on" },
  "PATCH /api/keys/:id": { name: "mine now" },
  "PATCH /api/organizations/:id": { name: "mine now" },
  "PUT /api/organizations/:id/members/:userId": { role: "member" },
  "POST /api/organizations/:id/invitations": { email: "me@example.com", role: "member" },
  "POST /api/webhooks/:id/replay": { mode: "all", since: "2026-01-01T00:00:00Z" },
  "POST /api/webhooks/:id/test": { eventType: "order.created" },
};

const bodyOf = ({ method, path, body }: Route): unknown =>
  BODIES[`${method} ${path}`] ?? (body && method !== "GET" ? {} : undefined);

const uuidOf = <P extends IdPrefix>(prefix: P, id: string) => parseId(prefix, id) ?? "";

function without({ body }: TestAnswer): unknown {
  const { requestId: _, ...rest } = body;
  return rest;
}

/** Parameters that are no id of an object: the number of an attempt. */
const COUNTED = new Set(["attempts"]);

test("there is something of the other organization behind every id of a path", () => {
  for (const { path } of routes.filter(isTheirs)) {
    const parts = path.split("/");
    const collections = parts.filter((_, at) => parts[at + 1]?.startsWith(":"));
    for (const collection of collections) {
      assert.ok(COUNTED.has(collection) || foreign[collection] !== undefined, path);
    }
  }
});

test("another organization's id in a filter or a body finds and changes as little as one of nothing", async () => {
  const authorization = `Bearer ${own.key}`;
  const FILTERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "/api/keys": { id: "keys" },
    "/api/webhooks": { id: "webhooks" },
    "/api/events": { id: "events" },
    "/api/deliveries": { id: "deliveries", eventId: "events", endpointId: "webhooks" },
    "/api/jobs": { id: "jobs", endpointId: "webhooks" },
    "/api/inboxes": { id: "inboxes" },
    "/api/listeners": { id: "listeners" },
    "/api/sources": { id: "sources" },
    "/api/receipts": { id: "receipts", sourceId: "sources", eventId: "events" },
    "/api/notices": { id: "notices", endpointId: "webhooks" },
    "/api/audit-log": { objectId: "webhooks", actorId: "members" },
  };
  const ask = (method: string, path: string, body?: unknown) =>
    server.api(method, path, body, { authorization });
  for (const [path, filters] of Object.entries(FILTERS)) {
    for (const [name, collection] of Object.entries(filters)) {
      const [theirs, none] = [
        await ask("GET", `${path}?${name}=${foreign[collection]}`),
        await ask("GET", `${path}?${name}=${nothing(collection)}`),
      ];
      assert.equal(theirs.status, none.status, `${path} ${name}`);
      assert.deepEqual(without(theirs), without(none), `${path} ${name}`);
    }
  }
  const BODIES_WITH_IDS: readonly [
    path: string,
    make: (id: (name: string) => string) => unknown,
  ][] = [
    ["/api/keys/bulk-revoke", (id) => ({ ids: [id("keys")] })],
    ["/api/webhooks/bulk-delete", (id) => ({ ids: [id("webhooks")] })],
    ["/api/listeners", (id) => ({ webhookId: id("webhooks") })],
  ];
  for (const [path, make] of BODIES_WITH_IDS) {
    const [theirs, none] = [
      await ask(
        "POST",
        path,
        make((name) => foreign[name] ?? ""),
      ),
      await ask("POST", path, make(nothing)),
    ];
    assert.equal(theirs.status, none.status, `${path}: ${JSON.stringify(theirs.body)}`);
    const shown = (answer: TestAnswer) =>
      JSON.stringify(without(answer)).replaceAll(
        /"[a-z]{2,3}_[0-9a-z]{26}"|"[-:.0-9TZ]{24}"/g,
        "…",
      );
    assert.equal(shown(theirs), shown(none), path);
  }
  for (const path of ["/api/deliveries/redeliver", "/api/deliveries/cancel"]) {
    for (const [name, collection] of [
      ["endpointId", "webhooks"],
      ["eventId", "events"],
    ] as const) {
      const dryRun = { dryRun: true };
      const filter = (id: string | undefined) => `${path}?status=pending&${name}=${id}`;
      const [theirs, none] = [
        await ask("POST", filter(foreign[collection]), dryRun),
        await ask("POST", filter(nothing(collection)), dryRun),
      ];
      assert.equal(theirs.status, 200, `${path}: ${JSON.stringify(theirs.body)}`);
      assert.deepEqual([none.status, without(none)], [200, without(theirs)], path);
    }
  }
  assert.equal((await must("GET", `/api/keys/${foreign["keys"]}`)).status, "active");
  assert.equal((await must("GET", `/api/webhooks/${foreign["webhooks"]}`)).id, foreign["webhooks"]);
});

const isTheirs = ({ path, audience }: Route) => path.includes(":") && audience === "organization";

test("every action is one that somebody's row names, and every row names one", () => {
  const named = new Set(routes.map(({ action }) => action));
  for (const action of named) assert.ok(Object.hasOwn(ACTIONS, action), action);
});

test("a key and a person get the same answer for another organization's id as for one of nothing", async () => {
  let compared = 0;
  for (const route of routes.filter(isTheirs)) {
    const theirs = pathWith(route, (collection) => foreign[collection] ?? nothing(collection));
    const unknown = pathWith(route, nothing);
    const asKey = (path: string) =>
      server.api(route.method, path, bodyOf(route), { authorization: `Bearer ${own.key}` });
    const asPerson = (path: string) => own.person.call(route.method, path, bodyOf(route));
    for (const ask of [asKey, asPerson]) {
      const [found, missing] = [await ask(theirs), await ask(unknown)];
      const what = `${route.method} ${theirs}: ${JSON.stringify(found.body)}`;
      assert.ok([403, 404, 422].includes(found.status), what);
      assert.equal(found.status, missing.status, what);
      assert.deepEqual(without(found), without(missing), what);
      compared += 1;
    }
  }
  assert.ok(compared > 40, `${compared} compared`);
});

test("naming another organization in a query or a body is the same as naming none that exists", async () => {
  const authorization = `Bearer ${own.key}`;
  for (const route of routes.filter((each) => each.audience === "organization")) {
    if (route.path.includes(":") || route.isLean === true) continue;
    const ask = (id: string) =>
      server.api(route.method, `${route.path}?organizationId=${id}`, bodyOf(route), {
        authorization,
      });
    const [found, missing] = [
      await ask(foreign["organizationId"]!),
      await ask(`org_${"7".repeat(26)}`),
    ];
    const what = `${route.method} ${route.path}: ${JSON.stringify(found.body)}`;
    assert.ok(found.status >= 400, what);
    assert.deepEqual([found.status, without(found)], [missing.status, without(missing)], what);
  }
});

test("lists of an organization's key hold its own objects only", async () => {
  const authorization = `Bearer ${own.key}`;
  for (const route of routes.filter((each) => each.audience === "organization")) {
    // A stream has no end; what it shows to whom has a test of its own.
    if (route.method !== "GET" || route.path.includes(":") || route.isStream) continue;
    const answer = await server.api("GET", route.path, undefined, { authorization });
    if (answer.status === 403) continue;
    assert.equal(answer.status, 200, `${route.path}: ${JSON.stringify(answer.body)}`);
    const text = JSON.stringify(answer.body);
    for (const id of Object.values(foreign)) assert.ok(!text.includes(id), `${route.path}: ${id}`);
  }
});

test("without a credential, and with a key without scopes, every route of an organization is closed", async () => {
  const { organizationId } = own;
  const body = { name: "narrow", scopes: ["events:write"], organizationId };
  const narrow = (await must("POST", "/api/keys", body)).key;
  for (const route of routes.filter((each) => each.audience === "organization")) {
    const path = pathWith(route, nothing);
    const bare = await fetch(server.url + path, { method: route.method });
    assert.equal(bare.status, 401, `${route.method} ${path}`);
    if (ACTIONS[route.action].grant === "events.publish") continue;
    const closed = await server.api(route.method, path, undefined, {
      authorization: `Bearer ${narrow}`,
    });
    assert.equal(closed.status, 403, `${route.method} ${path}: ${JSON.stringify(closed.body)}`);
  }
});

test("no operator's route opens to a key with every scope, or to an owner", async () => {
  for (const route of routes.filter((each) => each.audience === "operator")) {
    const path = pathWith(route, nothing);
    const key = await server.api(route.method, path, bodyOf(route), {
      authorization: `Bearer ${own.key}`,
    });
    assert.deepEqual([key.status, key.body.code], [403, "operator_required"], path);
    const person = await own.person.call(route.method, path, bodyOf(route));
    assert.deepEqual([person.status, person.body.code], [403, "operator_required"], path);
  }
});

test("a key that is limited to a resource sees and does only that", async () => {
  const answer = await server.api("POST", "/api/organizations", {
    name: "Tours",
    profile: "fanhaven",
  });
  const organizationId = answer.body.id;
  const resources = [
    { id: "artist:nova" },
    { id: "tour:eu", parent: "artist:nova" },
    { id: "artist:other" },
  ];
  await must("PUT", `/api/organizations/${organizationId}/resources`, { resources });
  const url = "http://127.0.0.1:9009/";
  const events = ["transaction.created"];
  const make = (resource: string | null) =>
    must("POST", "/api/webhooks", { url, events, resource, organizationId });
  const [eu, other, whole] = [await make("tour:eu"), await make("artist:other"), await make(null)];
  const { key } = await must("POST", "/api/keys", {
    name: "Nova",
    scopes: ["read", "write"],
    resources: ["artist:nova"],
    organizationId,
  });
  const ask = (method: string, path: string, body?: unknown) =>
    server.api(method, path, body, { authorization: `Bearer ${key}` });
  const publish = (resource: string | undefined) =>
    ask("POST", "/api/events", { type: "transaction.created", data: {}, resource });

  const listed = (await ask("GET", "/api/webhooks")).body.data;
  assert.deepEqual(
    listed.map((each: { id: string }) => each.id),
    [eu.id],
  );
  for (const { id } of [other, whole]) {
    assert.equal((await ask("GET", `/api/webhooks/${id}`)).status, 404);
    assert.equal((await ask("DELETE", `/api/webhooks/${id}`)).status, 404);
  }
  const outside = await ask("POST", "/api/webhooks", { url, events, resource: "artist:other" });
  assert.deepEqual([outside.status, outside.body.code], [403, "resource_not_allowed"]);
  const everything = await ask("POST", "/api/webhooks", { url, events });
  assert.deepEqual([everything.status, everything.body.code], [403, "resource_not_allowed"]);
  const moved = await ask("PATCH", `/api/webhooks/${eu.id}`, { resource: "artist:other" });
  assert.deepEqual([moved.status, moved.body.code], [403, "resource_not_allowed"]);
  assert.equal(
    (await ask("POST", "/api/webhooks", { url, events, resource: "artist:nova" })).status,
    201,
  );

  assert.equal((await publish("tour:eu")).status, 202);
  for (const resource of ["artist:other", undefined]) {
    const refused = await publish(resource);
    assert.deepEqual([refused.status, refused.body.code], [403, "resource_not_allowed"]);
  }
  const foreignEvent = await must("POST", "/api/events", {
    type: "transaction.created",
    data: {},
    resource: "artist:other",
    organizationId,
  });
  assert.equal((await ask("GET", `/api/events/${foreignEvent.id}`)).status, 404);
  const seen = (await ask("GET", "/api/events")).body.data;
  assert.deepEqual(
    new Set(seen.map((each: { resource: string }) => each.resource)),
    new Set(["tour:eu"]),
  );
  const deliveries = (await ask("GET", "/api/deliveries")).body.data;
  assert.ok(deliveries.length > 0);
  assert.ok(deliveries.every((each: { endpointId: string }) => each.endpointId === eu.id));
  const hidden = await must("GET", `/api/deliveries?eventId=${foreignEvent.id}`);
  assert.equal((await ask("GET", `/api/deliveries/${hidden.data[0].id}`)).status, 404);
});
