import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { playScenario, SCENARIOS, type Scenario } from "./scenarios.ts";

function examplesOf(profile: string): Map<string, unknown> {
  const file = new URL(`../../server/profiles/events/${profile}.json`, import.meta.url);
  const types: Record<string, { example: unknown }> = JSON.parse(readFileSync(file, "utf8"));
  return new Map(Object.entries(types).map(([type, { example }]) => [type, example]));
}

function scenario(name: string): Scenario {
  return SCENARIOS.find((each) => each.name === name) ?? assert.fail(name);
}

test("a drop is told in the words of each Fanfare document, from its start to its end", () => {
  for (const [profile, first, last] of [
    ["fanfare-guide", "experience.started", "experience.ended"],
    ["fanfare-overview", "distribution.opened", "distribution.closed"],
    ["fanfare-planned", "experience.created", "experience.completed"],
  ] as const) {
    const events = playScenario(scenario("drop"), examplesOf(profile), "r1");
    assert.ok(events.length >= 15, profile);
    assert.equal(events[0]?.type, first);
    assert.equal(events.at(-1)?.type, last);
  }
});

test("whoever enters the queue is whoever is admitted, orders and pays; another run is another story", () => {
  const events = playScenario(scenario("drop"), examplesOf("fanfare-planned"), "r1");
  const about = (type: string) => Object(events.find((each) => each.type === type)?.data);
  assert.equal(about("distribution.joined").consumer_id, "con_r1_1");
  assert.equal(about("distribution.admitted").consumer_id, "con_r1_1");
  assert.equal(about("order.paid").order_id, about("order.created").order_id);
  const other = playScenario(scenario("drop"), examplesOf("fanfare-planned"), "r2");
  assert.notDeepEqual(other, events);
});

test("the profiles that a scenario names are those whose catalogues tell it", () => {
  const profiles = ["fanfare/guide", "fanfare/overview", "fanfare/planned", "fanhaven"];
  for (const each of SCENARIOS) {
    const telling = profiles.filter((profile) => {
      return playScenario(each, examplesOf(profile.replace("/", "-")), "r").length > 2;
    });
    assert.deepEqual(each.profiles, telling, each.name);
  }
});

test("a scenario that a catalogue tells nothing of is empty", () => {
  assert.deepEqual(playScenario(scenario("drop"), examplesOf("fanhaven"), "r"), []);
  assert.equal(playScenario(scenario("merch"), examplesOf("fanhaven"), "r").length, 7);
});
