import assert from "node:assert/strict";
import { test } from "node:test";
import { asId } from "./id.ts";
import { readOutboxRow, type OutboxRow } from "./outbox-row.ts";

const nowMs = Date.parse("2026-02-01T00:00:00Z");
const row: OutboxRow = {
  id: asId<"evt">("01890a5d-ac96-774b-bcce-b302099a8057"),
  type: "order.created",
  data: '{"a":1.0}',
  dataBytes: 9,
  organization: null,
  resource: null,
  orderingKey: null,
  occurredAt: nowMs - 1_500,
};

const reasonOf = (change: Partial<OutboxRow>) => {
  const read = readOutboxRow({ ...row, ...change }, { nowMs });
  return read.ok ? "ok" : read.problem.reason;
};

test("a row becomes an event with the bytes of its data and the time it says", () => {
  const read = readOutboxRow({ ...row, orderingKey: 'k"\u2603', resource: "order:7" }, { nowMs });
  assert.ok(read.ok);
  assert.equal(read.event.data.toString(), '{"a":1.0}');
  assert.equal(read.event.occurredAt, row.occurredAt);
  assert.equal(read.event.orderingKey, 'k"\u2603');
  assert.equal(read.event.resource, "order:7");
});

test("what can be no event is told by the codes of publishing", () => {
  assert.equal(reasonOf({}), "ok");
  assert.equal(reasonOf({ id: asId<"evt">("01890a5d-ac96-474b-bcce-b302099a8057") }), "id_invalid");
  assert.equal(reasonOf({ type: "Order" }), "type_invalid");
  assert.equal(reasonOf({ data: null, dataBytes: 1e6 }), "payload_too_large");
  assert.equal(reasonOf({ organization: "acme" }), "id_invalid");
  assert.equal(reasonOf({ orderingKey: "\n" }), "ordering_key_invalid");
  for (const occurredAt of [Infinity, -Infinity, 9e15, 0]) {
    assert.equal(reasonOf({ occurredAt }), "timestamp_invalid");
  }
});
