import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesOf, valuesOf } from "./profile-values.ts";

const ONE = {
  id: "ours",
  title: "Ours",
  delivery: { timeoutSeconds: 15, delays: [0, 60] },
  catalogue: { groups: [{ name: "orders", types: [{ type: "order.paid" }] }] },
  origins: { "/delivery": "default", "/delivery/timeoutSeconds": "ours" },
};

test("each value has the origin of itself, of what it is in, or of its profile", () => {
  assert.deepEqual(valuesOf(ONE), [
    { pointer: "/delivery/timeoutSeconds", text: "15", origin: "ours" },
    { pointer: "/delivery/delays", text: "0, 60", origin: "default" },
    { pointer: "/catalogue/groups/0/name", text: "orders", origin: "ours" },
    { pointer: "/catalogue/groups/0/types/0/type", text: "order.paid", origin: "ours" },
  ]);
});

test("differences name what is changed, and what only one of them has", () => {
  const other = { ...ONE, id: "theirs", delivery: { timeoutSeconds: 30 }, keys: { prefix: "phk" } };
  assert.deepEqual(differencesOf(ONE, other), [
    { pointer: "/delivery/timeoutSeconds", before: "15", after: "30" },
    { pointer: "/delivery/delays", before: "0, 60", after: undefined },
    { pointer: "/keys/prefix", before: undefined, after: "phk" },
  ]);
});
