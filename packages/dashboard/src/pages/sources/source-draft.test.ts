import assert from "node:assert/strict";
import { test } from "node:test";
import type { Source } from "./calls.ts";
import { changesOf, draftOf } from "./source-draft.ts";

// Proof: only these members are looked at.
const source = {
  name: "Billing",
  mapping: { "invoice.paid": "order.paid" },
  others: "keep",
} as unknown as Source;

test("only what differs is sent, and how a mapping is spaced is no difference", () => {
  const draft = draftOf(source);
  assert.deepEqual(changesOf(draft, source), {});
  assert.deepEqual(changesOf({ ...draft, mapping: "invoice.paid=order.paid\n" }, source), {});
  assert.deepEqual(changesOf({ ...draft, name: "Shop " }, source), { name: "Shop" });
  assert.deepEqual(changesOf({ ...draft, mapping: "" }, source), { mapping: null });
  assert.deepEqual(changesOf({ ...draft, others: "drop" }, source), { others: "drop" });
});
