import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, typescriptOf } from "./schema-text.ts";

const schema = {
  type: "object",
  required: ["orderId", "items"],
  properties: {
    orderId: { type: "string", description: "Ours" },
    status: { enum: ["open", "paid"] },
    items: {
      type: "array",
      items: { type: "object", required: ["sku"], properties: { sku: { type: "string" } } },
    },
    note: { type: ["string", "null"] },
  },
};

test("every field has a row, members of lists and objects included", () => {
  assert.deepEqual(
    fieldsOf(schema).map(({ path, type, isRequired }) => `${path} ${type} ${isRequired}`),
    [
      "orderId string true",
      "status open | paid false",
      "items array of object true",
      "items[].sku string true",
      "note string | null false",
    ],
  );
});

test("the type of the data compiles in the reader's head", () => {
  assert.equal(
    typescriptOf("order.created", schema),
    `export type OrderCreated = {
  orderId: string;
  status?: "open" | "paid";
  items: {
    sku: string;
  }[];
  note?: string | null;
};`,
  );
  assert.equal(typescriptOf("a", {}), "export type A = unknown;");
});
