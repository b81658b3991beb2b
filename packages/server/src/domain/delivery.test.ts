import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  DELIVERY_TRANSITIONS,
  assertTransition,
  deliveryId,
  isFinished,
  shownStatus,
  type DeliveryChange,
  type DeliveryProgress,
  type DeliveryState,
} from "./delivery.ts";
import { asId, formatId, idTime, parseId } from "./id.ts";
import { decideRedelivery } from "./redelivery.ts";

const STATES: readonly DeliveryState[] = ["pending", "leased", "delivered", "failed", "cancelled"];
const eventId = asId<"evt">("019aa5d1-7e3c-7f00-8000-000000000001");
const endpointId = asId<"ep">("019aa5d0-0000-7abc-9def-0123456789ab");

function progress(changes: Partial<DeliveryProgress> = {}): DeliveryProgress {
  return {
    state: "pending",
    attempts: 0,
    maxAttempts: 6,
    generation: 1,
    leaseToken: 0,
    ...changes,
  };
}

/** The delivery after a lawful change. */
function apply(change: DeliveryChange, before: DeliveryProgress): DeliveryProgress {
  const after = { ...before, state: DELIVERY_TRANSITIONS[change].to };
  switch (change) {
    case "claim":
      return { ...after, attempts: before.attempts + 1, leaseToken: before.leaseToken + 1 };
    case "release":
      return { ...after, attempts: before.attempts - 1 };
    case "redeliver":
      return { ...after, attempts: 0, generation: before.generation + 1 };
    default:
      return after;
  }
}

function isLegal(
  change: DeliveryChange,
  before: DeliveryProgress,
  after: DeliveryProgress,
): boolean {
  try {
    assertTransition(change, before, after);
    return true;
  } catch {
    return false;
  }
}

test("a delivery goes its way from acceptance over retries to success and begins again", () => {
  const changes: DeliveryChange[] = ["claim", "retry", "expedite", "claim", "release", "claim"];
  let delivery = progress();
  for (const change of [...changes, "deliver", "redeliver", "cancel", "redeliver"] as const) {
    const after = apply(change, delivery);
    assertTransition(change, delivery, after);
    delivery = after;
  }
  assert.deepEqual(delivery, progress({ generation: 3, leaseToken: 3 }));
});

test("nothing but redelivering, and a late success of a failed one, leaves a final state", () => {
  const leaving = (state: DeliveryState) =>
    Object.entries(DELIVERY_TRANSITIONS)
      .filter(([, { from }]) => from.includes(state))
      .map(([change]) => change);
  assert.deepEqual(leaving("delivered"), ["redeliver"]);
  assert.deepEqual(leaving("cancelled"), ["redeliver"]);
  assert.deepEqual(leaving("failed"), ["deliverLate", "redeliver"]);
  assert.deepEqual(STATES.filter(isFinished), ["delivered", "failed", "cancelled"]);
});

test("guards hold the counts: no attempt beyond the last, none uncounted, no early end", () => {
  const last = progress({ state: "leased", attempts: 6, leaseToken: 6 });
  const early = progress({ state: "leased", attempts: 5, leaseToken: 5 });
  const full = progress({ attempts: 6 });
  assert.ok(!isLegal("claim", full, apply("claim", full)));
  assert.ok(!isLegal("claim", progress(), progress({ state: "leased", leaseToken: 1 })));
  assert.ok(!isLegal("claim", progress(), progress({ state: "leased", attempts: 1 })));
  assert.ok(
    isLegal("fail", last, apply("fail", last)) && !isLegal("retry", last, apply("retry", last)),
  );
  assert.ok(
    isLegal("retry", early, apply("retry", early)) && !isLegal("fail", early, apply("fail", early)),
  );
  assert.ok(!isLegal("release", early, { ...early, state: "pending" }));
  const done = progress({ state: "delivered", attempts: 1 });
  assert.ok(!isLegal("redeliver", done, { ...done, state: "pending" }));
});

test("every change from a state that the table does not list is refused", () => {
  const changes = fc.constantFrom<DeliveryChange>(
    "claim",
    "deliver",
    "retry",
    "fail",
    "cancel",
    "redeliver",
  );
  const state = fc.constantFrom(...STATES);
  fc.assert(
    fc.property(
      changes,
      state,
      state,
      fc.integer({ min: 1, max: 5 }),
      (change, from, to, attempts) => {
        const before = progress({ state: from, attempts });
        const after = { ...apply(change, before), state: to };
        const { from: allowed, to: expected } = DELIVERY_TRANSITIONS[change];
        const isListed = allowed.includes(from) && to === expected;
        assert.ok(isListed || !isLegal(change, before, after));
      },
    ),
  );
});

test("the shown status tells waiting, sending and holding apart", () => {
  const at = (ms: number) => new Date(ms);
  const shown = (delivery: { state?: DeliveryState; attempts?: number }, endpoint = {}) =>
    shownStatus(
      { state: "pending", attempts: 0, dueAt: at(2000), ...delivery },
      { state: "active", holdUntil: null, isAllPaused: false, ...endpoint },
      1000,
    );
  assert.equal(shown({}), "pending");
  assert.equal(shown({ attempts: 1 }), "retrying");
  for (const attempts of [0, 3]) {
    assert.equal(shown({ attempts }, { state: "paused" }), "held");
    assert.equal(shown({ attempts }, { state: "disabled" }), "held");
    assert.equal(shown({ attempts }, { isAllPaused: true }), "held");
    assert.equal(shown({ attempts }, { holdUntil: at(2001) }), "held");
  }
  assert.equal(shown({ attempts: 1 }, { holdUntil: at(2000) }), "retrying");
  assert.equal(shown({ state: "leased", attempts: 1 }, { state: "paused" }), "sending");
  for (const state of ["delivered", "failed", "cancelled"] as const) {
    assert.equal(shown({ state }, { state: "paused" }), state);
  }
});

test("a hold that is over holds nothing, however long a delivery has been due", () => {
  const delivery = { state: "pending", attempts: 1, dueAt: new Date(1000) } as const;
  const endpoint = { state: "active", holdUntil: new Date(2000), isAllPaused: false } as const;
  assert.equal(shownStatus(delivery, endpoint, 1500), "held");
  assert.equal(shownStatus(delivery, endpoint, 2500), "retrying");
});

test("redelivering starts anew what ended, hurries what waits, and refuses the rest", () => {
  const decide = (
    state: DeliveryState,
    endpoint: "active" | "paused" | "disabled" | null = "active",
  ) => {
    const gate = endpoint === null ? null : { state: endpoint };
    const decision = decideRedelivery({
      state,
      endpoint: gate,
      isPayloadKept: true,
      isBlocked: false,
    });
    return decision.kind === "refused" ? decision.code : decision.kind;
  };
  for (const state of ["delivered", "failed", "cancelled"] as const) {
    assert.equal(decide(state), "newGeneration");
    assert.equal(decide(state, "paused"), "newGeneration");
    assert.equal(decide(state, null), "conflict");
  }
  assert.equal(decide("pending"), "dueNow");
  assert.equal(decide("pending", "paused"), "endpoint_paused");
  assert.equal(decide("pending", "disabled"), "endpoint_paused");
  assert.equal(decide("leased"), "delivery_in_progress");
  for (const state of STATES) {
    const gone = decideRedelivery({
      state,
      endpoint: { state: "active" },
      isPayloadKept: false,
      isBlocked: false,
    });
    assert.deepEqual(gone, { kind: "refused", code: "payload_purged" });
  }
});

test("a delivery id keeps the event's time and depends on both ids", () => {
  const id = deliveryId(eventId, endpointId);
  assert.match(id, /^019aa5d1-7e3c-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(id, "019aa5d1-7e3c-8544-945f-4b0ea0cdc5f2");
  assert.equal(idTime(id), idTime(eventId));
  assert.equal(parseId("dlv", formatId("dlv", id)), id);
  assert.notEqual(deliveryId(eventId, asId("019aa5d0-0000-7abc-9def-0123456789ac")), id);
  assert.notEqual(deliveryId(asId("019aa5d1-7e3c-7f00-8000-000000000002"), endpointId), id);
});

test("delivery ids do not collide and sort by the time of their events", () => {
  const ids = new Set<string>();
  const hex = (value: number, length: number) => value.toString(16).padStart(length, "0");
  for (let index = 0; index < 20_000; index++) {
    const suffix = hex(index % 100, 12);
    const event = asId<"evt">(`019aa5d1-${hex(Math.floor(index / 100), 4)}-7f00-8000-${suffix}`);
    ids.add(deliveryId(event, endpointId));
  }
  assert.equal(ids.size, 20_000);
  const times = [...ids].sort().map(idTime);
  assert.ok(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0)));
});
