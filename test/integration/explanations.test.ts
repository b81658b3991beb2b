import assert from "node:assert/strict";
import { test } from "node:test";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver } from "../kit/receiver.ts";
import { createTestServer } from "../kit/server.ts";

test("an event says for each endpoint why it did or did not get it", async () => {
  const server = await createTestServer();
  const receiver = await startReceiver();
  try {
    const at = (path: string, more: Record<string, unknown> = {}) =>
      createEndpoint(server, `${receiver.url}/status/200?${path}`, more);
    const wanting = await at("all");
    const other = await at("fans", { events: ["fan.*"] });
    const filtered = await at("large", { filter: { data: { amount: { $gt: 500 } } } });
    const posted = await server.api("POST", "/api/events", {
      type: "order.paid",
      data: { amount: 100 },
    });
    await deliveryOf(server, posted.body.id, ({ status }) => status === "delivered");
    const failing = await createEndpoint(server, `${receiver.url}/status/500`, {
      events: ["order.paid"],
    });
    const again = await server.api("POST", "/api/events", { type: "order.paid", data: {} });
    await deliveryOf(server, again.body.id, ({ status }) => status === "retrying");
    await server.api("DELETE", `/api/webhooks/${failing.id}`);
    const late = await at("late");
    const { status, body } = await server.api("GET", `/api/events/${posted.body.id}/explain`);
    assert.equal(status, 200);
    const reasons = Object.fromEntries(
      body.data.map((each: { endpointId: string; reason: string }) => [
        each.endpointId,
        each.reason,
      ]),
    );
    assert.deepEqual(reasons, {
      [wanting.id]: "has_delivery",
      [other.id]: "type_not_subscribed",
      [filtered.id]: "filter_does_not_match",
      [late.id]: "created_after_event",
    });
    const [first] = body.data;
    assert.match(first.deliveryId, /^dlv_/);
    assert.deepEqual(
      [first.status, first.message],
      ["delivered", "The endpoint got the event: it answered 2xx."],
    );
    const later = await server.api("GET", `/api/events/${again.body.id}/explain`);
    const deleted = later.body.data.find(
      ({ endpointId }: { endpointId: string }) => endpointId === failing.id,
    );
    // It had a delivery and did not take it, and is gone meanwhile: that is said, not that it was delivered to.
    assert.deepEqual([deleted.reason, deleted.status], ["has_delivery", "cancelled"]);
    assert.match(deleted.message, /cancelled before it was taken/);
    const unknown = await server.api("GET", "/api/events/evt_01h2xcejqtf2nbrexx3vqjhp41/explain");
    assert.equal(unknown.status, 404);
  } finally {
    await server.close();
    await receiver.close();
  }
});
