import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type EndpointId, type OrganizationId } from "../domain/id.ts";
import {
  ENDPOINT_CONCURRENCY_START,
  QUEUED_BYTES_MAX,
  SLOTS_PER_NODE,
  SLOTS_PER_ORGANIZATION,
} from "../limits.ts";
import { Lanes, type Pressure, type Queued } from "./lanes.ts";

const id = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const endpoint = (number: number): EndpointId => asId(id(number));
const organization = (number: number): OrganizationId => asId(id(number));
const data = Buffer.from("{}");

function item(
  endpointNumber: number,
  more: { organization?: number; isFresh?: boolean } = {},
): Queued {
  return {
    endpointId: endpoint(endpointNumber),
    organizationId: organization(more.organization ?? 1),
    data,
    isFresh: more.isFresh ?? true,
  };
}

function fill(lanes: Lanes<Queued>, count: number, make: (index: number) => Queued): void {
  for (let index = 0; index < count; index++) lanes.push(make(index), false);
}

function takeAll(lanes: Lanes<Queued>): Queued[] {
  const taken: Queued[] = [];
  for (let next = lanes.next(); next; next = lanes.next()) taken.push(next);
  return taken;
}

function endAll(
  lanes: Lanes<Queued>,
  items: readonly Queued[],
  end: { pressure: Pressure; at: number },
): void {
  for (const each of items) {
    lanes.done(each, { pressure: end.pressure, startedAt: end.at, now: end.at + 1 });
  }
}

test("an endpoint has at most its limit in flight, and the rest waits", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, 25, () => item(1));
  const first = takeAll(lanes);
  assert.equal(first.length, ENDPOINT_CONCURRENCY_START);
  assert.equal(lanes.queued, 25 - ENDPOINT_CONCURRENCY_START);
  endAll(lanes, first.slice(0, 3), { pressure: "neutral", at: 0 });
  assert.equal(takeAll(lanes).length, 3);
});

test("a dead endpoint with a long queue does not delay the others", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, 500, () => item(1));
  fill(lanes, 20, (index) => item(2 + index));
  const taken = takeAll(lanes);
  const healthy = taken.filter((each) => each.endpointId !== endpoint(1));
  assert.equal(healthy.length, 20);
});

test("one organization gets at most its share of the slots, and another one starts at once", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, SLOTS_PER_NODE * 2, (index) => item(1 + (index % 200), { organization: 1 }));
  const first = takeAll(lanes);
  assert.equal(first.length, SLOTS_PER_ORGANIZATION);
  fill(lanes, 5, (index) => item(1_000 + index, { organization: 2 }));
  assert.equal(takeAll(lanes).length, 5);
  endAll(lanes, first.slice(0, 1), { pressure: "neutral", at: 0 });
  assert.equal(takeAll(lanes).length, 1);
});

test("organizations take turns, however much one of them has queued", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, 100, (index) => item(1 + (index % 10), { organization: 1 }));
  fill(lanes, 10, () => item(50, { organization: 2 }));
  const firstTen = Array.from({ length: 10 }, () => lanes.next());
  const ofSecond = firstTen.filter((each) => each?.organizationId === organization(2));
  assert.equal(ofSecond.length, 5);
});

test("first attempts and retries of an endpoint take turns", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, 50, () => item(1, { isFresh: false }));
  fill(lanes, 5, () => item(1));
  const taken = takeAll(lanes);
  assert.equal(taken.filter((each) => each.isFresh).length, 5);
});

test("one outage halves the limit once, further ones go on down to 1", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, 100, () => item(1));
  endAll(lanes, takeAll(lanes), { pressure: "struggling", at: 0 });
  const second = takeAll(lanes);
  assert.equal(second.length, ENDPOINT_CONCURRENCY_START / 2);
  const sizes = [second.length];
  let taken = second;
  for (let round = 1; round < 5; round++) {
    endAll(lanes, taken, { pressure: "struggling", at: round * 10 });
    taken = takeAll(lanes);
    sizes.push(taken.length);
  }
  assert.deepEqual(sizes, [5, 2, 1, 1, 1]);
});

test("after an outage the limit grows 1, 2, 4, 8 while the endpoint succeeds", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, 300, () => item(1));
  for (let round = 0; round < 6; round++) {
    endAll(lanes, takeAll(lanes), { pressure: "struggling", at: round * 10 });
  }
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++) {
    const taken = takeAll(lanes);
    sizes.push(taken.length);
    endAll(lanes, taken, { pressure: "ok", at: 1_000 + round * 10 });
  }
  assert.deepEqual(sizes, [1, 2, 4, 8, 16]);
});

test("what is not about load leaves the limit alone", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, 40, () => item(1));
  endAll(lanes, takeAll(lanes), { pressure: "neutral", at: 0 });
  assert.equal(takeAll(lanes).length, ENDPOINT_CONCURRENCY_START);
});

test("room is set aside only for what can start soon: a slow endpoint gets little", () => {
  const lanes = new Lanes<Queued>();
  const place = [endpoint(1), organization(1)] as const;
  fill(lanes, 10, () => item(1));
  const slow = takeAll(lanes);
  for (let round = 0; round < 10; round++) {
    for (const each of slow) lanes.done(each, { pressure: "neutral", startedAt: 0, now: 30_000 });
    fill(lanes, 10, () => item(1));
    takeAll(lanes);
  }
  let reserved = 0;
  while (lanes.reserve(...place)) reserved += 1;
  assert.ok(reserved <= ENDPOINT_CONCURRENCY_START, `reserved ${reserved}`);
  lanes.giveBack(...place);
  assert.equal(lanes.reserve(...place), true);
  assert.equal(lanes.reserve(...place), false);
});

test("a claim takes only its share of the free slots and one round in reserve", () => {
  const lanes = new Lanes<Queued>();
  const claimable = (of: number) =>
    lanes.claimable(endpoint(of), organization(1), lanes.claimShare(1));
  assert.equal(claimable(1), ENDPOINT_CONCURRENCY_START);
  fill(lanes, 15, () => item(1));
  takeAll(lanes);
  assert.equal(claimable(1), ENDPOINT_CONCURRENCY_START * 2 - 15);
  fill(lanes, 50, () => item(1));
  assert.equal(claimable(1), 0);
});

test("five hundred endpoints together claim what one node can start, not each of them", () => {
  const share = new Lanes<Queued>().claimShare(500);
  assert.ok(share * 500 < SLOTS_PER_NODE + 500, String(share));
});

test("a flood for some endpoints does not keep the claims of another one waiting", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, SLOTS_PER_NODE * 2, () => item(1));
  const share = lanes.claimShare(2);
  assert.equal(lanes.claimable(endpoint(1), organization(1), share), 0);
  assert.equal(lanes.claimable(endpoint(2), organization(2), share), 1);
});

test("nothing is claimed while what waits already fills the memory set aside", () => {
  const lanes = new Lanes<Queued>();
  const big = { ...item(1), data: Buffer.alloc(QUEUED_BYTES_MAX) };
  fill(lanes, 2, () => big);
  assert.equal(lanes.claimable(endpoint(2), organization(2), lanes.claimShare(1)), 0);
});

test("taking everything out leaves nothing to start", () => {
  const lanes = new Lanes<Queued>();
  fill(lanes, 30, (index) => item(index % 3));
  assert.equal(lanes.takeAll().length, 30);
  assert.equal(lanes.queued, 0);
  assert.equal(lanes.next(), undefined);
});
