import assert from "node:assert/strict";
import { test } from "node:test";
import { explainDelivery, type ExplanationInput } from "./explanation.ts";

function input(more: {
  event?: Partial<ExplanationInput["event"]>;
  endpoint?: Partial<ExplanationInput["endpoint"]>;
  hasDelivery?: boolean;
}): ExplanationInput {
  const event = {
    type: "order.paid",
    resource: "artist:nova",
    data: Buffer.from(`{"amount":700}`),
    isTest: false,
    acceptedAt: 2_000,
  };
  const endpoint = { events: ["order.*"], filter: null, resource: null, createdAt: 1_000 };
  return {
    event: { ...event, ...more.event },
    endpoint: { ...endpoint, ...more.endpoint },
    hasDelivery: more.hasDelivery ?? false,
  };
}

test("a delivery is the answer whatever the endpoint says today", () => {
  const changed = { endpoint: { events: ["fan.created"] }, hasDelivery: true };
  assert.equal(explainDelivery(input(changed)), "delivered_to");
});

test("the first question that is answered with no is the reason", () => {
  const filter = { data: { amount: { $gt: 1_000 } } };
  assert.equal(explainDelivery(input({ event: { isTest: true } })), "test_event");
  assert.equal(explainDelivery(input({ endpoint: { createdAt: 3_000 } })), "created_after_event");
  assert.equal(explainDelivery(input({ endpoint: { events: ["fan.*"] } })), "type_not_subscribed");
  const other = { endpoint: { resource: "artist:vega" } };
  assert.equal(explainDelivery(input(other)), "other_resource");
  assert.equal(explainDelivery(input({ endpoint: { filter } })), "filter_does_not_match");
});

test("an endpoint that would get it today was set up differently then", () => {
  const filter = { data: { amount: { $gt: 500 } } };
  const endpoint = { filter, resource: "artist:nova" };
  assert.equal(explainDelivery(input({ endpoint })), "changed_since");
});
