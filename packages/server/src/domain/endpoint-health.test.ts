import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointHealth, shownEndpointStatus, type EndpointRecord } from "./endpoint-health.ts";

function health(changes: Partial<EndpointRecord>) {
  return endpointHealth({
    state: "active",
    isLimitAtFloor: false,
    deliveredCount: 0,
    settledCount: 0,
    lastSuccessAt: null,
    ...changes,
  });
}

test("an endpoint that has settled nothing yet is healthy and has no rate", () => {
  assert.deepEqual(health({}), { healthy: true, lastDelivery: null, successRate: null });
});

test("health needs an enabled endpoint at full speed and 95 of 100 deliveries", () => {
  const lastSuccessAt = new Date("2024-01-15T10:30:00Z");
  const good = { deliveredCount: 99, settledCount: 100, lastSuccessAt };
  assert.deepEqual(health(good), {
    healthy: true,
    lastDelivery: "2024-01-15T10:30:00.000Z",
    successRate: 0.99,
  });
  assert.equal(health({ ...good, deliveredCount: 95 }).healthy, true);
  assert.equal(health({ ...good, deliveredCount: 94 }).healthy, false);
  assert.equal(health({ ...good, state: "paused" }).healthy, false);
  assert.equal(health({ ...good, state: "disabled" }).healthy, false);
  assert.equal(health({ ...good, isLimitAtFloor: true }).healthy, false);
});

test("the rate has two decimals, and 1 means every single delivery", () => {
  assert.equal(health({ deliveredCount: 9999, settledCount: 10_000 }).successRate, 0.99);
  assert.equal(health({ deliveredCount: 2, settledCount: 3 }).successRate, 0.66);
  assert.equal(health({ deliveredCount: 29, settledCount: 100 }).successRate, 0.29);
  assert.equal(health({ deliveredCount: 7, settledCount: 7 }).successRate, 1);
  assert.equal(health({ deliveredCount: 0, settledCount: 7 }).successRate, 0);
});

test("only an active endpoint is shown as failing", () => {
  const failingSince = new Date(0);
  assert.equal(shownEndpointStatus({ state: "active", failingSince: null }), "active");
  assert.equal(shownEndpointStatus({ state: "active", failingSince }), "failing");
  assert.equal(shownEndpointStatus({ state: "paused", failingSince }), "paused");
  assert.equal(shownEndpointStatus({ state: "disabled", failingSince }), "disabled");
});
