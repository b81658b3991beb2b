import assert from "node:assert/strict";
import { test } from "node:test";
import { asId } from "./id.ts";
import { formatPosition, LiveTail, parsePosition, type LiveChange } from "./live-tail.ts";

const ORGANIZATION = asId<"org">("01890000-0000-7000-8000-000000000001");

const change = (transaction: bigint, place: number): LiveChange => ({
  transaction,
  place,
  organizationId: ORGANIZATION,
  kind: "delivery",
  objectId: null,
});

const look = (oldestRunning: bigint, changes: LiveChange[], more = {}) => ({
  changes: changes.filter(({ transaction }) => transaction >= 0n),
  oldestRunning,
  next: oldestRunning + 10n,
  nowMs: 0,
  isFull: false,
  ...more,
});

const places = ({ changes }: { changes: readonly LiveChange[] }) =>
  changes.map(({ place }) => place);

test("a change of a transaction that is committed late is told, and none is told twice", () => {
  const tail = new LiveTail(100n);
  assert.deepEqual(places(tail.take(look(101n, [change(102n, 2)]))), [2]);
  assert.equal(tail.from, 101n, "101 still runs");
  // It had taken its number before, and is visible only now.
  const late = [change(101n, 3), change(102n, 2)];
  assert.deepEqual(places(tail.take(look(103n, late))), [3]);
  assert.equal(tail.from, 103n);
  assert.deepEqual(places(tail.take(look(103n, []))), []);
});

test("a transaction that runs for longer than ours do is not waited for", () => {
  const tail = new LiveTail(5n);
  tail.take(look(5n, [], { next: 20n }));
  tail.take(look(5n, [], { next: 30n, nowMs: 59_000 }));
  assert.equal(tail.from, 5n);
  tail.take(look(5n, [], { next: 40n, nowMs: 60_000 }));
  assert.equal(tail.from, 20n);
});

test("more than one look may read is passed over, and said", () => {
  const tail = new LiveTail(1n);
  const full = look(2n, [change(1n, 1)], { isFull: true, next: 50n });
  assert.deepEqual(tail.take(full), { changes: [], isBehind: true });
  assert.equal(tail.from, 50n);
});

test("a position is read as it was written, and nothing else is one", () => {
  const position = { from: 12345n, atMs: 1_790_000_000_000 };
  assert.deepEqual(parsePosition(formatPosition(position)), position);
  for (const text of ["", "1", "-1", "1-", "a-1", "1-1 ", "99999999999999999999-1"]) {
    assert.equal(parsePosition(text), undefined, text);
  }
});
