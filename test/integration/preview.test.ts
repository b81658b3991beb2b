/** What an endpoint would get is said before it is changed, from events that really happened. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createEndpoint } from "../kit/journey.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let ids: string[];

before(async () => {
  server = await createTestServer();
  const events = [
    { type: "order.paid", resource: "artist:nova", data: { total: 100 } },
    { type: "order.paid", resource: "artist:nova", data: { total: 900 } },
    { type: "order.paid", resource: "artist:vega", data: { total: 900 } },
    { type: "fan.created", resource: "artist:nova", data: { total: 900 } },
  ];
  const { body } = await server.api("POST", "/api/events/batch", { events });
  ids = body.data.map(({ id }: { id: string }) => id);
});

after(() => server.close());

const preview = (body: Record<string, unknown>) =>
  server.api("POST", "/api/webhooks/preview", body);
const SETTINGS = {
  events: ["order.*"],
  resource: "artist:nova",
  filter: { data: { total: { $gt: 500 } } },
};

function verdicts(body: {
  data: { eventId: string; reason: string | null; condition: string | null }[];
}) {
  const found = new Map(body.data.map((each) => [each.eventId, each]));
  return ids.map((id) => [found.get(id)?.reason ?? null, found.get(id)?.condition ?? null]);
}

test("each of the latest events matches, or has the reason why not and the condition", async () => {
  const { status, body } = await preview(SETTINGS);
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body.examined, body.matched], [4, 1]);
  assert.deepEqual(verdicts(body), [
    ["filter_does_not_match", "/data/total/$gt"],
    [null, null],
    ["other_resource", null],
    ["type_not_subscribed", null],
  ]);
  assert.ok(body.data.every((each: { matchesNow: unknown }) => each.matchesNow === null));
});

test("a change of an endpoint is compared with what it gets today, and changes nothing", async () => {
  const endpoint = await createEndpoint(server, "http://127.0.0.1:9000/", SETTINGS);
  const { body } = await preview({ endpointId: endpoint.id, filter: null });
  assert.equal(body.matched, 2);
  const changes = body.data.filter(
    (each: { matches: boolean; matchesNow: boolean }) => each.matches !== each.matchesNow,
  );
  assert.deepEqual(
    changes.map(({ eventId }: { eventId: string }) => eventId),
    [ids[0]],
  );
  const after = await server.api("GET", `/api/webhooks/${endpoint.id}`);
  assert.deepEqual([after.body.filter, after.body.version], [SETTINGS.filter, endpoint.version]);
});

test("it looks at the latest ones, of the types that are asked for", async () => {
  const { body } = await preview({ types: ["order.paid"], limit: 2 });
  assert.deepEqual(
    body.data.map(({ eventId }: { eventId: string }) => eventId),
    ids.slice(0, 3).toSorted().toReversed().slice(0, 2),
  );
});

test("what could not be saved cannot be previewed, and strangers' endpoints are not found", async () => {
  const codes = async (body: Record<string, unknown>) =>
    (await preview(body)).body.errors.map(
      ({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`,
    );
  assert.deepEqual(await codes({ filter: { data: { total: { $near: 1 } } } }), [
    "/filter/data/total/$near filter_invalid",
  ]);
  assert.deepEqual(await codes({ events: [] }), ["/events events_invalid"]);
  assert.deepEqual(await codes({ limit: 101 }), ["/limit too_large"]);
  const endpoint = await createEndpoint(server, "http://127.0.0.1:9000/stranger");
  const other = await server.api("POST", "/api/organizations", { name: "Other" });
  const organizationId = other.body.id;
  assert.equal((await preview({ endpointId: endpoint.id, organizationId })).status, 404);
  const own = await preview({ organizationId });
  assert.deepEqual([own.status, own.body.examined], [200, 0]);
});
