/** What a profile brings to the API: its event types, and itself. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { OPERATIONAL_TYPES } from "../../packages/server/src/domain/operational-event.ts";
import { checkExample } from "../../packages/server/src/profiles.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});

after(() => server.close());

async function organizationWith(profile: string): Promise<string> {
  const { body } = await server.api("POST", "/api/organizations", { name: profile, profile });
  return body.id;
}

const CATALOGUES: [string, number][] = [
  ["default", 0],
  ["fanhaven", 5],
  ["fanfare/planned", 16],
  ["fanfare/overview", 21],
  ["fanfare/guide", 19],
];

for (const [profile, count] of CATALOGUES) {
  test(`the catalogue of ${profile} has ${count} event types, each with an example that fits`, async () => {
    const id = await organizationWith(profile);
    const { status, body } = await server.api("GET", `/api/event-types?organizationId=${id}`);
    assert.equal(status, 200);
    assert.equal(body.data.length, count);
    // Apart from the profile's own: the same four for everybody.
    assert.deepEqual(
      body.operational.map((each: { type: string }) => each.type),
      OPERATIONAL_TYPES,
    );
    assert.equal(new Set(body.data.map((each: { type: string }) => each.type)).size, count);
    for (const { description, group, schema, example } of body.data) {
      assert.ok(description && group);
      assert.equal(checkExample(schema, example.data), undefined);
    }
  });
}

test("an example of the catalogue can be published as it stands", async () => {
  const organizationId = await organizationWith("fanfare/guide");
  const { body } = await server.api("GET", `/api/event-types?organizationId=${organizationId}`);
  for (const { type, example } of body.data) {
    const event = { type, ...example, organizationId };
    assert.equal((await server.api("POST", "/api/events", event)).status, 202);
  }
});

test("with several organizations the catalogue's must be named", async () => {
  await organizationWith("default");
  const { status, body } = await server.api("GET", "/api/event-types");
  assert.equal(status, 422);
  assert.equal(body.errors[0].code, "organization_required");
});

test("profiles are listed with their labels and the wire format of new endpoints", async () => {
  const { body } = await server.api("GET", "/api/profiles");
  const ids = body.data.map((each: { id: string }) => each.id);
  for (const [profile] of CATALOGUES) assert.ok(ids.includes(profile));
  const guide = body.data.find((each: { id: string }) => each.id === "fanfare/guide");
  assert.equal(guide.wireFormat, "fanfare/guide@1");
  assert.equal(typeof guide.labels.webhooks, "string");
});

test("a profile tells of each value which profile set it", async () => {
  const { status, body } = await server.api("GET", "/api/profiles/fanfare%2Fguide");
  assert.equal(status, 200);
  assert.equal(body.id, "fanfare/guide");
  assert.equal(body.origins["/title"], "fanfare/guide");
  assert.ok(Object.values(body.origins).some((origin) => origin !== "fanfare/guide"));
  for (const id of ["nope", "..%2f", "__proto__", "constructor"]) {
    assert.equal((await server.api("GET", `/api/profiles/${id}`)).status, 404);
  }
});
