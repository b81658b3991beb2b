import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { asId, type EndpointId, type OrganizationId } from "../domain/id.ts";
import {
  ENDPOINT_CONCURRENCY_START,
  IN_FLIGHT_BYTES_MAX,
  QUEUED_BYTES_MAX,
  SLOTS_PER_NODE,
  SLOTS_PER_ORGANIZATION,
} from "../limits.ts";
import { Lanes, type Pressure, type Queued } from "./lanes.ts";

const id = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, "0")}`;
const endpoint = (number: number): EndpointId => asId(id(number));
const organization = (number: number): OrganizationId => asId(id(number));
const data = Buffer.from("{}");

let now = 0;
let limitMs: number | undefined = 0;
const OPTIONS = { monotonic: () => now, limitMs: () => limitMs, slots: SLOTS_PER_NODE };

beforeEach(() => {
  now = 0;
  limitMs = 0;
});

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
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, 25, () => item(1));
  const first = takeAll(lanes);
  assert.equal(first.length, ENDPOINT_CONCURRENCY_START);
  assert.equal(lanes.queued, 25 - ENDPOINT_CONCURRENCY_START);
  endAll(lanes, first.slice(0, 3), { pressure: "neutral", at: 0 });
  assert.equal(takeAll(lanes).length, 3);
});

test("a dead endpoint with a long queue does not delay the others", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, 500, () => item(1));
  fill(lanes, 20, (index) => item(2 + index));
  const taken = takeAll(lanes);
  const healthy = taken.filter((each) => each.endpointId !== endpoint(1));
  assert.equal(healthy.length, 20);
});

test("one organization gets at most its share of the slots, and another one starts at once", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, SLOTS_PER_NODE * 2, (index) => item(1 + (index % 200), { organization: 1 }));
  const first = takeAll(lanes);
  assert.equal(first.length, SLOTS_PER_ORGANIZATION);
  fill(lanes, 5, (index) => item(1_000 + index, { organization: 2 }));
  assert.equal(takeAll(lanes).length, 5);
  endAll(lanes, first.slice(0, 1), { pressure: "neutral", at: 0 });
  assert.equal(takeAll(lanes).length, 1);
});

test("organizations take turns, however much one of them has queued", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, 100, (index) => item(1 + (index % 10), { organization: 1 }));
  fill(lanes, 10, () => item(50, { organization: 2 }));
  const firstTen = Array.from({ length: 10 }, () => lanes.next());
  const ofSecond = firstTen.filter((each) => each?.organizationId === organization(2));
  assert.equal(ofSecond.length, 5);
});

test("first attempts and retries of an endpoint take turns", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, 50, () => item(1, { isFresh: false }));
  fill(lanes, 5, () => item(1));
  const taken = takeAll(lanes);
  assert.equal(taken.filter((each) => each.isFresh).length, 5);
});

test("one outage halves the limit once, further ones go on down to 1", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, 100, () => item(1));
  endAll(lanes, takeAll(lanes), { pressure: "struggling", at: 0 });
  const second = takeAll(lanes);
  assert.equal(second.length, ENDPOINT_CONCURRENCY_START / 2);
  const sizes = [second.length];
  let taken = second;
  for (let round = 1; round < 5; round++) {
    endAll(lanes, taken, { pressure: "struggling", at: round * 1_000 });
    now = round * 1_000 + 500;
    taken = takeAll(lanes);
    sizes.push(taken.length);
  }
  assert.deepEqual(sizes, [5, 2, 1, 1, 1]);
});

/** A receiver in virtual time; answers what it was sent in each second. */
function run(lanes: Lanes<Queued>, seconds: number, answer: (request: number) => Pressure) {
  const sent: { starts: number; ok: number }[] = [];
  const ends: { at: number; item: Queued; startedAt: number; pressure: Pressure }[] = [];
  const began = now;
  for (; now < began + seconds * 1_000; now++) {
    const second = (sent[Math.floor((now - began) / 1_000)] ??= { starts: 0, ok: 0 });
    while (ends[0] && ends[0].at <= now) {
      const { item: ended, startedAt, pressure } = ends.shift()!;
      lanes.done(ended, { pressure, startedAt, now });
    }
    fill(lanes, lanes.claimable(endpoint(1), organization(1), 1_000), () =>
      item(1, { isFresh: false }),
    );
    for (const taken of takeAll(lanes)) {
      const pressure = answer(second.starts);
      second.starts += 1;
      if (pressure === "ok") second.ok += 1;
      ends.push({ at: now + 2, item: taken, startedAt: now, pressure });
    }
  }
  now += 2;
  for (const { item: ended, startedAt, pressure } of ends.splice(0))
    lanes.done(ended, { pressure, startedAt, now });
  return sent;
}

test("a dead endpoint is asked a few times a second, and what goes to it doubles each second once it is back", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  const dead = run(lanes, 20, () => "struggling").map(({ starts }) => starts);
  assert.ok(dead[0]! < 40 && dead.slice(1).every((starts) => starts <= 6), String(dead));
  const back = run(lanes, 10, () => "ok").map(({ starts }) => starts);
  assert.ok(back[0]! <= 12, String(back));
  assert.ok(back[9]! >= 1_000, `not at full speed after ten seconds: ${String(back)}`);
  for (const [index, starts] of back.slice(1, 6).entries()) {
    assert.ok(starts <= back[index]! * 3, `no herd: ${String(back)}`);
  }
});

test("an endpoint that is back and takes fifty requests a second gets hardly more, and all of it soon", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  run(lanes, 30, () => "struggling");
  const seconds = run(lanes, 500, (request) => (request < 50 ? "ok" : "struggling"));
  const steady = seconds.slice(30);
  for (let index = 0; index + 10 <= steady.length; index++) {
    const starts = steady.slice(index, index + 10).reduce((sum, each) => sum + each.starts, 0);
    assert.ok(starts <= 600, `${starts} in ten seconds`);
  }
  const mean = steady.reduce((sum, { starts }) => sum + starts, 0) / steady.length;
  const peak = Math.max(...steady.map(({ starts }) => starts));
  assert.ok(peak / mean <= 2, `peak ${peak}, mean ${mean}`);
  const delivered = seconds.reduce((sum, { ok }) => sum + ok, 0);
  assert.ok(delivered >= 20_000, `${delivered} of 20,000 in 500 s`);
});

test("an endpoint that takes what it gets is never paced", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  const [second] = run(lanes, 1, () => "ok");
  assert.ok(second!.starts > 4_000, String(second!.starts));
});

test("a rate limit spreads requests evenly, and only what may start soon is taken from the database", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  limitMs = 20;
  const seconds = run(lanes, 10, () => "ok");
  for (const { starts } of seconds.slice(1))
    assert.ok(starts >= 48 && starts <= 52, String(starts));
  assert.ok(seconds[0]!.starts <= 56, String(seconds[0]!.starts));
  limitMs = 3_600_000;
  now += 10_000;
  assert.equal(takeAll(lanes).length, 0);
  assert.equal(lanes.claimable(endpoint(1), organization(1), 1_000), 0);
  assert.equal(lanes.reserve(endpoint(1), organization(1)), false);
  limitMs = undefined;
  assert.equal(takeAll(lanes).length, 0, "what is not known just now is what it was");
  limitMs = 0;
  assert.ok(takeAll(lanes).length > 0, "a limit that is taken away holds nothing back");
});

test("the limit of one endpoint holds up no other one", () => {
  const lanes = new Lanes<Queued>({
    ...OPTIONS,
    limitMs: (id) => (id === endpoint(1) ? 60_000 : 0),
  });
  fill(lanes, 10, () => item(1));
  fill(lanes, 10, () => item(2));
  assert.equal(takeAll(lanes).filter((each) => each.endpointId === endpoint(2)).length, 10);
  assert.equal(lanes.nextAt(), 60_000 - 100);
});

test("large bodies in flight are bounded, and claims shrink with the size of what comes", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  const big = Buffer.alloc(256 * 1024);
  fill(lanes, 400, (index) => ({
    ...item(1 + index, { organization: 1 + (index % 4) }),
    data: big,
  }));
  const taken = takeAll(lanes);
  assert.equal(taken.length, IN_FLIGHT_BYTES_MAX / big.length);
  assert.equal(lanes.claimShare(1), 0);
  endAll(lanes, taken.slice(0, 3), { pressure: "ok", at: 0 });
  assert.equal(takeAll(lanes).length, 3);
});

test("an endpoint with more in the database says so when its lane is empty, whatever waits for others", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, 100, () => item(2));
  fill(lanes, 2, () => item(1));
  lanes.leaveMore(endpoint(1));
  const taken = takeAll(lanes).filter((each) => each.endpointId === endpoint(1));
  const dry = taken.map((each) => lanes.done(each, { pressure: "ok", startedAt: 0, now: 1 }));
  assert.deepEqual(dry, [true, false]);
});

test("what is not about load leaves the limit alone", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, 40, () => item(1));
  endAll(lanes, takeAll(lanes), { pressure: "neutral", at: 0 });
  assert.equal(takeAll(lanes).length, ENDPOINT_CONCURRENCY_START);
});

test("room is set aside only for what can start soon: a slow endpoint gets little", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
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
  const lanes = new Lanes<Queued>(OPTIONS);
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
  const share = new Lanes<Queued>(OPTIONS).claimShare(500);
  assert.ok(share * 500 < SLOTS_PER_NODE + 500, String(share));
});

test("a flood for some endpoints does not keep the claims of another one waiting", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, SLOTS_PER_NODE * 2, () => item(1));
  const share = lanes.claimShare(2);
  assert.equal(lanes.claimable(endpoint(1), organization(1), share), 0);
  assert.equal(lanes.claimable(endpoint(2), organization(2), share), 1);
});

test("nothing is claimed while what waits already fills the memory set aside", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  const big = { ...item(1), data: Buffer.alloc(QUEUED_BYTES_MAX) };
  fill(lanes, 2, () => big);
  assert.equal(lanes.claimable(endpoint(2), organization(2), lanes.claimShare(1)), 0);
});

test("taking everything out leaves nothing to start", () => {
  const lanes = new Lanes<Queued>(OPTIONS);
  fill(lanes, 30, (index) => item(index % 3));
  assert.equal(lanes.takeAll().length, 30);
  assert.equal(lanes.queued, 0);
  assert.equal(lanes.next(), undefined);
});
