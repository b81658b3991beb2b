import assert from "node:assert/strict";
import { test } from "node:test";
import { saidByTypes } from "./said-by-types.ts";
import { readTypeScript } from "./typescript-types.ts";
import { TypeScriptProblem } from "./typescript-tokens.ts";

const MODULE = `// Written by hand.
/** What a buyer is. */
export interface Buyer {
  readonly name: string;
  tags?: readonly string[];
}
type Status = "paid" | 'open';

export interface WebhookEvents {
  /**
   * An order was placed.
   * @deprecated Use order.made.
   */
  "order.created": {
    /** Of the order. */
    id: string, total: number | null
    buyer: Buyer;
    status: Status;
    lines: Array<{ sku: string; count?: 1 | 2 }>;
    "odd key": Record<string, unknown>;
    both: Buyer & { age: number };
  };
  "order.lost": unknown;
}

export type WebhookEventType = keyof WebhookEvents;
`;

test("interfaces and aliases that describe data are read as schemas, with what comments say", () => {
  const [created, lost] = readTypeScript(MODULE);
  const buyer = {
    type: "object",
    properties: {
      name: { type: "string" },
      tags: { type: "array", items: { type: "string" } },
    },
    required: ["name"],
  };
  assert.deepEqual(created, {
    type: "order.created",
    description: "An order was placed.",
    deprecated: "Use order.made.",
    schema: {
      type: "object",
      properties: {
        id: { type: "string", description: "Of the order." },
        total: { type: ["number", "null"] },
        buyer,
        status: { enum: ["paid", "open"] },
        lines: {
          type: "array",
          items: {
            type: "object",
            properties: { sku: { type: "string" }, count: { enum: [1, 2] } },
            required: ["sku"],
          },
        },
        "odd key": { type: "object" },
        both: {
          allOf: [
            buyer,
            { type: "object", properties: { age: { type: "number" } }, required: ["age"] },
          ],
        },
      },
      required: ["id", "total", "buyer", "status", "lines", "odd key", "both"],
    },
  });
  assert.deepEqual(lost, { type: "order.lost", schema: {} });
});

test("what is more than types that describe data is refused, with its line", () => {
  const refused: readonly (readonly [string, number, RegExp])[] = [
    ["interface Other { a: string }", 1, /no interface WebhookEvents/],
    ["\nconst x = 1;", 2, /"const"/],
    ["import x from 'y';", 1, /"import"/],
    ["interface WebhookEvents {\n  a: Missing;\n}", 2, /Missing is not declared/],
    ["interface WebhookEvents {\n\n  a: () => void;\n}", 3, /cannot be read|expected/],
    ["interface WebhookEvents { a: Map<string, string> }", 1, /"Map<"/],
    ["interface WebhookEvents { a: `x` }", 1, /"`"/],
    ["interface WebhookEvents { a: string", 1, /cannot be read/],
    [`interface WebhookEvents { a: ${"(".repeat(100_000)}string }`, 1, /at most 64 deep/],
  ];
  for (const [text, line, message] of refused) {
    assert.throws(
      () => readTypeScript(text),
      (error: unknown) =>
        error instanceof TypeScriptProblem && error.line === line && message.test(error.message),
      text.slice(0, 60),
    );
  }
});

test("types that lead back to themselves, or double with each step, end", () => {
  const loop = "interface A { a: A } interface WebhookEvents { x: A }";
  assert.match(JSON.stringify(readTypeScript(loop)), /"a":\{\}/);
  const doubling = Array.from(
    { length: 23 },
    (_, at) => `type T${at} = { a: T${at + 1}; b: T${at + 1} };`,
  );
  const text = `${doubling.join("")} type T23 = string; interface WebhookEvents { x: T0 }`;
  assert.ok(JSON.stringify(readTypeScript(text)).length < 1_000_000);
});

test("a few types that many events share are refused before all of their copies are made", () => {
  const doubling = Array.from(
    { length: 12 },
    (_, at) => `type T${at} = { a: T${at + 1}; b: T${at + 1} };`,
  );
  const moduleOf = (members: number) => {
    const names = Array.from({ length: members }, (_, at) => `a${at}: T0`);
    return `${doubling.join("")} type T12 = string; interface WebhookEvents { ${names.join(";")} }`;
  };
  assert.equal(readTypeScript(moduleOf(2)).length, 2);
  assert.throws(() => readTypeScript(moduleOf(900)), /more than 100000 parts/);
});

test("a comment of blank lines is read once, and not again from each of them", () => {
  // As many as a body has room for: reading them again and again would take minutes.
  const comment = `/**${"\n".repeat(250_000)}Of an\n\n\t* order.*/`;
  const [read] = readTypeScript(`interface WebhookEvents { ${comment} a: string }`);
  assert.equal(read?.description, "Of an order.");
});

test("a schema that says more than a type is the same type, and one that says else is not", () => {
  const written = readTypeScript(
    'interface WebhookEvents { x: { "id": string; "n"?: number; "of": { "a": "x" | "y" } } }',
  )[0]?.schema;
  const richer = {
    $defs: { of: { type: "object", properties: { a: { enum: ["y", "x"] } }, required: ["a"] } },
    type: "object",
    properties: {
      id: { type: "string", format: "uuid", minLength: 3 },
      n: { type: "integer", maximum: 9 },
      of: { $ref: "#/$defs/of" },
    },
    required: ["of", "id"],
    additionalProperties: false,
  };
  assert.equal(saidByTypes(richer), saidByTypes(written));
  assert.notEqual(saidByTypes({ ...richer, required: ["id"] }), saidByTypes(written));
});
