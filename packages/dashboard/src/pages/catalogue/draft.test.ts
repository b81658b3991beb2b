import assert from "node:assert/strict";
import { test } from "node:test";
import type { CatalogueType } from "./calls.ts";
import { changeOf, draftOf, fieldsOf, type Draft } from "./draft.ts";

// Proof: only these members are looked at.
const type = {
  type: "order.created",
  title: "Order",
  group: "Orders",
  description: "An order was made.",
  schema: { type: "object" },
  example: { id: 1 },
  deprecated: null,
} as unknown as CatalogueType;

function sent(change: Partial<Draft>): object | null {
  const fields = fieldsOf({ ...draftOf(type), ...change }, type);
  return fields && changeOf(type, fields);
}

test("only what differs is sent of a type", () => {
  assert.deepEqual(sent({}), {});
  assert.deepEqual(sent({ description: "Made. " }), { description: "Made." });
});

test("what was emptied is sent as empty, so that nobody is told that it was saved when it was left out", () => {
  assert.deepEqual(sent({ title: " ", group: "" }), { title: "", group: "" });
  assert.deepEqual(sent({ schema: "" }), { schema: {} });
  // An example cannot be taken out.
  assert.equal(sent({ example: "" }), null);
});
