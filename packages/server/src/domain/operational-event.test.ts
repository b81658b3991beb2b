import assert from "node:assert/strict";
import { test } from "node:test";
import { checkExample, loadProfiles } from "../profiles.ts";
import { eventTypesOf } from "./catalogue.ts";
import { lintProfile } from "./profile-lint.ts";
import {
  isOperationalType,
  operationalData,
  OPERATIONAL_EVENTS,
  OPERATIONAL_TYPES,
  originOfUrl,
} from "./operational-event.ts";

test("each operational event has a description, a schema, and an example that fits it", () => {
  assert.deepEqual(
    OPERATIONAL_EVENTS.map(({ type }) => type),
    [...OPERATIONAL_TYPES],
  );
  for (const { type, description, schema, example } of OPERATIONAL_EVENTS) {
    assert.ok(description && schema);
    assert.equal(checkExample(schema, example), undefined, type);
    assert.notEqual(checkExample(schema, {}), undefined, type);
  }
});

test("no profile has a type of the same name, and the lint refuses one", () => {
  const { profiles } = loadProfiles();
  for (const profile of profiles.values()) {
    assert.ok(eventTypesOf(profile).every(({ type }) => !isOperationalType(type)));
  }
  const profile = profiles.get("default");
  assert.ok(profile);
  const events = [{ type: "endpoint.failing", description: "Ours", schema: {}, example: {} }];
  const catalogue = { open: true, groups: [{ title: "Own", events }] };
  const problems = lintProfile({ ...profile, catalogue }, { checkExample });
  assert.deepEqual(
    problems.filter(({ level }) => level === "error").map(({ pointer }) => pointer),
    ["/catalogue/groups/0/events/0/type"],
  );
});

test("what is told of an endpoint's URL ends where its secrets may begin", () => {
  assert.equal(
    originOfUrl("https://shop.example:8443/T0/B0/xyz?key=1#x"),
    "https://shop.example:8443",
  );
  assert.equal(originOfUrl("nonsense"), "");
  const subject = { endpointId: "ep_1", description: "", origin: "https://shop.example" };
  const facts = { reason: "gone", disabledAt: "2026-03-02T10:15:00.000Z" };
  const data = operationalData<"endpoint.disabled">(subject, facts);
  assert.deepEqual(JSON.parse(data.toString()), { ...subject, ...facts });
});
