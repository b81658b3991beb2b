import assert from "node:assert/strict";
import { test } from "node:test";
import { checkSubscription, compileSubscription } from "./event-type.ts";

const closed = {
  open: false,
  types: new Set(["queue.consumer.entered", "queue.consumer.left", "order.created"]),
};
const open = { open: true, types: new Set<string>() };

test("a name asks for itself alone", () => {
  const wants = compileSubscription(["order.created", "order.paid"]);
  assert.ok(wants("order.created"));
  assert.ok(!wants("order.created.twice"));
  assert.ok(!wants("order"));
});

test("a pattern asks for every type below its words, at any depth, and not for neighbours", () => {
  const wants = compileSubscription(["queue.*", "order.paid"]);
  assert.ok(wants("queue.left"));
  assert.ok(wants("queue.consumer.entered"));
  assert.ok(wants("order.paid"));
  assert.ok(!wants("queue"));
  assert.ok(!wants("queue_full.reached"));
});

test("a star asks for everything", () => {
  const wants = compileSubscription(["*"]);
  assert.ok(wants("anything"));
  assert.ok(wants("order.created"));
});

test("operational events are asked for by name alone, beside a star or in a closed catalogue too", () => {
  for (const patterns of [["*"], ["endpoint.*"], ["order.created"]]) {
    assert.ok(!compileSubscription(patterns)("endpoint.failing"), patterns.join());
  }
  for (const patterns of [
    ["endpoint.failing"],
    ["*", "endpoint.failing"],
    ["endpoint.*", "endpoint.failing"],
  ]) {
    assert.ok(compileSubscription(patterns)("endpoint.failing"), patterns.join());
  }
  assert.ok(compileSubscription(["*", "endpoint.failing"])("order.created"));
  assert.ok(!compileSubscription(["*", "endpoint.failing"])("endpoint.disabled"));
  assert.ok(compileSubscription(["endpoint.*"])("endpoint.made"));
  assert.deepEqual(checkSubscription(["*", "endpoint.failing"], closed), []);
  assert.deepEqual(checkSubscription(["order.created", "delivery.exhausted"], closed), []);
  assert.equal(checkSubscription(["endpoint.*"], closed).length, 1);
});

test("no types, too many types and a star beside names are refused as a whole", () => {
  const tooMany = Array.from({ length: 1001 }, (_, index) => `a.b${index}`);
  for (const patterns of [[], tooMany, ["*", "order.created"], ["*", "*"]]) {
    const problems = checkSubscription(patterns, open);
    assert.deepEqual(
      problems.map(({ pointer, code }) => ({ pointer, code })),
      [{ pointer: "/events", code: "events_invalid" }],
    );
  }
  assert.deepEqual(checkSubscription(tooMany.slice(0, 1000), open), []);
});

test("an unknown type of a closed catalogue is refused with the nearest name as a proposal", () => {
  const [first, ...rest] = checkSubscription(["queue.consumer.left", "order.craeted"], closed);
  assert.equal(first?.pointer, "/events/1");
  assert.equal(first?.fix, "order.created");
  assert.deepEqual(rest, []);
  assert.equal(checkSubscription(["nothing.like.it"], closed)[0]?.fix, undefined);
});

test("a pattern of a closed catalogue must match something", () => {
  assert.deepEqual(checkSubscription(["queue.*", "queue.consumer.*"], closed), []);
  assert.equal(checkSubscription(["queues.*"], closed)[0]?.fix, "queue.*");
});

test("an open catalogue accepts every well-formed name and no other", () => {
  assert.deepEqual(checkSubscription(["a", "a_1.b.*", "x.y.z"], open), []);
  for (const bad of ["Order.Created", "order..x", ".x", "x.", "*.x", "a.*.b", "", "a.*.*", "a\n"]) {
    assert.equal(checkSubscription([bad], open).length, 1, bad);
  }
});
