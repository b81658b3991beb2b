import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { platformFormats } from "@posthorn/sdk/webhooks";
import { eventTypesOf } from "./domain/catalogue.ts";
import { lintProfile } from "./domain/profile-lint.ts";
import { checkExample, loadProfiles } from "./profiles.ts";

const { profiles, wireFormats, problems } = loadProfiles();

/** The exact catalogues of the documents, in their order. */
const CATALOGUES: Readonly<Record<string, string>> = {
  default: "",
  fabhub: "",
  fanhaven: `transaction.created transaction.refunded fan.created inventory.updated
    order.status_changed`,
  "fanfare/planned": `consumer.created consumer.updated consumer.deleted experience.created
    experience.activated experience.completed experience.cancelled distribution.joined
    distribution.admitted distribution.winner_selected distribution.bid_placed
    distribution.completed order.created order.paid order.fulfilled order.cancelled`,
  "fanfare/overview": `queue.consumer.entered queue.consumer.admitted queue.consumer.completed
    queue.consumer.left queue.consumer.denied draw.consumer.entered draw.consumer.won
    draw.consumer.lost draw.completed auction.bid.placed auction.bid.outbid auction.consumer.won
    auction.settled order.created order.completed order.cancelled consumer.created
    consumer.updated distribution.updated distribution.opened distribution.closed`,
  "fanfare/guide": `queue.consumer_entered queue.consumer_admitted queue.consumer_left
    queue.admission_completed queue.admission_expired draw.entry_created draw.winners_selected
    draw.prize_claimed draw.prize_expired auction.bid_placed auction.outbid auction.auction_ended
    auction.winner_notified experience.started experience.ended experience.paused
    experience.resumed consumer.authenticated consumer.linked`,
};
const COUNTS = { fanhaven: 5, "fanfare/planned": 16, "fanfare/overview": 21, "fanfare/guide": 19 };

function profile(id: string) {
  const found = profiles.get(id);
  assert.ok(found, id);
  return found;
}

test("the six profiles load and pass the lint", () => {
  assert.deepEqual(problems, []);
  assert.deepEqual([...profiles.keys()].toSorted(), Object.keys(CATALOGUES).toSorted());
  for (const one of profiles.values()) {
    const errors = lintProfile(one, { checkExample }).filter(({ level }) => level === "error");
    assert.deepEqual(errors, [], one.id);
  }
});

test("the catalogues are exactly those of the documents", () => {
  for (const [id, names] of Object.entries(CATALOGUES)) {
    const expected = names.split(/\s+/).filter((name) => name !== "");
    const entries = eventTypesOf(profile(id));
    assert.deepEqual(
      entries.map(({ type }) => type),
      expected,
    );
    assert.equal(profile(id).catalogue.open, expected.length === 0);
  }
  for (const [id, count] of Object.entries(COUNTS)) {
    assert.equal(eventTypesOf(profile(id)).length, count, id);
  }
});

test("every event type has a title, a description, a group, a schema with described properties and an example", () => {
  for (const one of profiles.values()) {
    for (const { type, title, description, group, schema, example } of eventTypesOf(one)) {
      assert.ok(title && description && group, type);
      assert.equal(typeof example, "object", type);
      assert.equal(schema?.["$schema"], "https://json-schema.org/draft/2020-12/schema", type);
      const properties = Object.entries(schema["properties"] ?? {});
      assert.ok(properties.length > 0, type);
      for (const [name, property] of properties) {
        assert.ok(property.description, `${type} ${name}`);
      }
    }
  }
});

test("the data of the planned document is in snake case, that of the others in camel case", () => {
  const keys = (id: string) =>
    eventTypesOf(profile(id)).flatMap(({ schema }) => Object.keys(schema?.["properties"] ?? {}));
  for (const key of keys("fanfare/planned")) assert.match(key, /^[a-z]+(_[a-z]+)*$/);
  for (const id of ["fanfare/overview", "fanfare/guide", "fanhaven"]) {
    for (const key of keys(id)) assert.match(key, /^[a-z]+([A-Z][a-z]+)*$/);
  }
});

test("the key data of the guide's reference is in the schemas", () => {
  const winners = eventTypesOf(profile("fanfare/guide")).find(
    ({ type }) => type === "draw.winners_selected",
  );
  assert.deepEqual(winners?.dataKeys, [
    "drawId",
    "experienceId",
    "winners[].consumerId",
    "winners[].position",
    "winners[].claimToken",
    "winners[].claimDeadline",
    "totalEntries",
    "selectionMethod",
  ]);
});

test("the formats that the SDK brings along are those of the profiles", () => {
  const names = Object.keys(platformFormats).map((name) =>
    name === "standard" ? "default" : name,
  );
  assert.deepEqual(names.toSorted(), [...profiles.keys()].toSorted());
  for (const [name, { signature, headers }] of Object.entries(platformFormats)) {
    const id = name === "standard" ? "default" : name;
    const verification = wireFormats.get(`${id}@1`)?.verification;
    assert.deepEqual({ id, signature, headers }, verification, id);
  }
});

test("an operator's profile is read from a file, extends ours and is linted", () => {
  const folder = mkdtempSync(join(tmpdir(), "posthorn-profiles-"));
  try {
    const load = (content: string) => {
      writeFileSync(join(folder, "acme.json"), content);
      return loadProfiles({ extraFile: join(folder, "acme.json") });
    };
    const acme = { id: "acme", extends: "fanfare/guide", title: "Acme", source: "Acme" };
    const good = load(JSON.stringify({ ...acme, delivery: { timeoutSeconds: 9 } }));
    assert.equal(good.extraId, "acme");
    assert.equal(good.wireFormats.get("acme@1")?.delivery.timeoutSeconds, 9);
    assert.deepEqual(good.problems, []);

    const signature = { max: 1 };
    const bad = load(JSON.stringify({ ...acme, wire: { signature } }));
    assert.equal(bad.extraId, undefined);
    assert.ok(!bad.wireFormats.has("acme@1"));
    assert.equal(bad.problems[0]?.pointer, "/secret/roll/mode");

    for (const content of ["{", "[]", '{"id":"acme","extends":"nobody"}']) {
      const { extraId, problems: found } = load(content);
      assert.equal(extraId, undefined);
      assert.equal(found[0]?.level, "error");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const missing = loadProfiles({ extraFile: join(folder, "acme.json") });
  assert.match(missing.problems[0]?.message ?? "", /^Cannot be read/);
});
