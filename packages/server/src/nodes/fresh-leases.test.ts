import assert from "node:assert/strict";
import { test } from "node:test";
import { asId, type DeliveryId } from "../domain/id.ts";
import { LEASE_MS } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { FreshLeases } from "./fresh-leases.ts";

const newId = (): DeliveryId => asId<"dlv">(newUuid());

test("what is announced lies below every lease that is open, and below all that come", () => {
  let now = 0;
  const fresh = new FreshLeases(() => now);
  const [first, second] = [newId(), newId()];
  assert.ok(fresh.grant(first) && fresh.grant(second));
  now = 5_000;
  const open = fresh.announce();
  assert.ok(open.from <= first && open.from <= second && open.from <= newId());
  assert.equal(open.ageMs, 5_000);
  fresh.end(first);
  fresh.end(second);
  assert.equal(fresh.announce().ageMs, null);
});

test("no lease is granted below what was announced: nobody would look for it there", () => {
  const fresh = new FreshLeases(() => 0);
  const early = asId<"dlv">("00000000-0000-7000-8000-000000000000");
  assert.ok(fresh.grant(early));
  fresh.end(early);
  fresh.announce();
  assert.equal(fresh.grant(early), false);
  assert.equal(fresh.announce().ageMs, null);
});

test("a lease whose end nobody has told is forgotten only when it has long run out", () => {
  let now = 0;
  const fresh = new FreshLeases(() => now);
  const id = newId();
  fresh.grant(id);
  now = LEASE_MS * 2;
  assert.ok(fresh.announce().from <= id);
  now = LEASE_MS * 4;
  fresh.announce();
  assert.equal(fresh.announce().ageMs, null);
});
