import assert from "node:assert/strict";
import { test } from "node:test";
import { mappingOf, mappingText } from "./mapping.ts";

test("a mapping comes back from its text, types that are dropped included", () => {
  const mapping = { "invoice.paid": "order.paid", "invoice.created": null };
  assert.deepEqual(mappingOf(mappingText(mapping)), mapping);
  assert.equal(mappingOf(" \n"), null);
  assert.equal(mappingText(null), "");
});
