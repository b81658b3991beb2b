import assert from "node:assert/strict";
import { test } from "node:test";
import { readImport } from "./catalogue-import.ts";

const DESCRIPTION = {
  openapi: "3.1.0",
  webhooks: {
    "order.created": {
      post: {
        summary: "An order was placed.",
        tags: ["Orders"],
        requestBody: { $ref: "#/components/requestBodies/Order" },
      },
    },
    newPet: { post: { requestBody: { content: { "text/plain": {} } } } },
    "pet.moved": { $ref: "#/components/pathItems/Moved" },
  },
  components: {
    requestBodies: {
      Order: {
        content: {
          "application/json; charset=utf-8": {
            schema: { $ref: "#/components/schemas/OrderEvent" },
            example: { type: "order.created", data: { id: "o_1", buyer: { name: "Ann" } } },
          },
        },
      },
    },
    pathItems: {
      Moved: {
        post: {
          deprecated: true,
          description: "A pet has moved.",
          requestBody: {
            content: { "application/json": { schema: { type: "object", "x-own": 1 } } },
          },
        },
      },
    },
    schemas: {
      OrderEvent: {
        type: "object",
        properties: { type: { type: "string" }, data: { $ref: "#/components/schemas/Order" } },
      },
      Order: {
        type: "object",
        properties: {
          id: { type: "string", example: "o_1" },
          example: { type: "string" },
          buyer: { $ref: "#/components/schemas/Person" },
        },
      },
      Person: { type: "object", properties: { friend: { $ref: "#/components/schemas/Person" } } },
    },
  },
};

test("webhooks of an OpenAPI description become types of what their data is, with all that it refers to", () => {
  const { types, problems } = readImport(DESCRIPTION);
  assert.deepEqual(
    types.map(({ type }) => type),
    ["order.created", "pet.moved"],
  );
  const [order, moved] = types;
  assert.deepEqual(order?.fields, {
    description: "An order was placed.",
    group: "Orders",
    schema: {
      $ref: "#/$defs/Order",
      $defs: {
        Order: {
          type: "object",
          properties: {
            id: { type: "string" },
            example: { type: "string" },
            buyer: { $ref: "#/$defs/Person" },
          },
        },
        Person: { type: "object", properties: { friend: { $ref: "#/$defs/Person" } } },
      },
    },
    example: { id: "o_1", buyer: { name: "Ann" } },
  });
  assert.deepEqual(moved?.fields["schema"], { type: "object" });
  assert.equal(typeof moved?.fields["deprecated"], "string");
  assert.deepEqual(
    problems.map(({ pointer }) => pointer),
    ["/webhooks/newPet"],
  );
});

test("a document that is none, or old, or empty is a problem and no exception", () => {
  for (const document of [null, [], "x", {}, { openapi: "3.0.3", webhooks: {} }, { a: 1 }]) {
    const { types, problems } = readImport(document);
    assert.equal(types.length, 0);
    assert.ok(problems.length > 0, JSON.stringify(document));
  }
  const circle = { a: { $ref: "#/components/pathItems/a" } };
  const around = { openapi: "3.1.0", webhooks: circle, components: { pathItems: circle } };
  assert.equal(readImport(around).problems.length, 1);
});

test("what many webhooks share is refused before all of its copies are made", () => {
  const names = Array.from({ length: 900 }, (_, index) => `a${index}`);
  const webhooks = Object.fromEntries(names.map((name) => [name, { $ref: "#/shared" }]));
  const post = (media: object) => ({
    post: { requestBody: { content: { "application/json": media } } },
  });
  const parts = Array.from({ length: 1_000 }, () => ({}));
  for (const shared of [
    post({ schema: { allOf: parts } }),
    post({ schema: { enum: parts } }),
    post({ schema: {}, example: parts }),
  ]) {
    const { types, problems } = readImport({ openapi: "3.1.0", webhooks, shared });
    assert.equal(types.length, 0);
    assert.deepEqual(
      problems.map(({ pointer }) => pointer),
      ["/webhooks"],
    );
    assert.match(problems[0]?.message ?? "", /more than 100000 parts/);
  }
});
