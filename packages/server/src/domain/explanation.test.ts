import assert from "node:assert/strict";
import { test } from "node:test";
import { explainNoDelivery, type ExplanationInput } from "./explanation.ts";

function input(more: {
  event?: Partial<ExplanationInput["event"]>;
  endpoint?: Partial<ExplanationInput["endpoint"]>;
}): ExplanationInput {
  const event = {
    type: "order.paid",
    resource: "artist:nova",
    data: Buffer.from(`{"amount":700}`),
    isTest: false,
    isPurged: false,
    acceptedAt: 2_000,
  };
  const endpoint = { events: ["order.*"], filter: null, resource: null, createdAt: 1_000 };
  return {
    event: { ...event, ...more.event },
    endpoint: { ...endpoint, ...more.endpoint },
  };
}

test("the first question that is answered with no is the reason", () => {
  const filter = { data: { amount: { $gt: 1_000 } } };
  assert.equal(explainNoDelivery(input({ event: { isTest: true } })), "test_event");
  assert.equal(explainNoDelivery(input({ endpoint: { createdAt: 3_000 } })), "created_after_event");
  assert.equal(
    explainNoDelivery(input({ endpoint: { events: ["fan.*"] } })),
    "type_not_subscribed",
  );
  const other = { endpoint: { resource: "artist:vega" } };
  assert.equal(explainNoDelivery(input(other)), "other_resource");
  assert.equal(explainNoDelivery(input({ endpoint: { filter } })), "filter_does_not_match");
});

test("without its payload nobody can tell what a filter would say", () => {
  const event = { data: Buffer.alloc(0), isPurged: true };
  const filter = { data: { amount: { $gt: 500 } } };
  assert.equal(explainNoDelivery(input({ event, endpoint: { filter } })), "payload_purged");
  assert.equal(explainNoDelivery(input({ event })), "changed_since");
});

test("an endpoint that would get it today was set up differently then", () => {
  const filter = { data: { amount: { $gt: 500 } } };
  const endpoint = { filter, resource: "artist:nova" };
  assert.equal(explainNoDelivery(input({ endpoint })), "changed_since");
});
