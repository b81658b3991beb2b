import assert from "node:assert/strict";
import { test } from "node:test";
import { commentAbove, schemaType } from "./schema-type.ts";

test("each kind of schema has its type; what is not understood is wider, never narrower", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ type: "integer" }, "number"],
    [{ type: ["string", "null"] }, "string | null"],
    [{ enum: ["a", 1, null, { x: 1 }] }, '"a" | 1 | null | unknown'],
    [{ const: true }, "true"],
    [{ type: "array", items: { type: "string" } }, "Array<string>"],
    [{ type: "array" }, "Array<unknown>"],
    [{ anyOf: [{ type: "string" }, { type: "number" }] }, "string | number"],
    [{ type: "object", additionalProperties: { type: "number" } }, "Record<string, number>"],
    [{ type: "object" }, "Record<string, unknown>"],
    [{ $ref: "#/$defs/a~1b", $defs: { "a/b": { type: "boolean" } } }, "boolean"],
    [{ $ref: "https://elsewhere.example/x" }, "unknown"],
    [{ not: {} }, "unknown"],
    [true, "unknown"],
    [null, "unknown"],
    [
      {
        properties: { "a-b": { type: "string", description: "x */ y" }, c: {} },
        required: ["a-b"],
      },
      '{\n  /** x * / y */\n  "a-b": string;\n  "c"?: unknown;\n}',
    ],
  ];
  for (const [schema, type] of cases)
    assert.equal(schemaType(schema), type, JSON.stringify(schema));
});

test("nothing in the schema of a stranger reads otherwise than it compiles, or reaches a terminal", () => {
  const odd = "a\u001b]0;owned\u0007\u009b2J\u202eb";
  const schema = {
    properties: { [odd]: { enum: [odd], description: `${odd} *\u0007/ x` } },
    required: [odd],
  };
  const name = String.raw`"a\u001b]0;owned\u0007\u009b2J\u202eb"`;
  assert.equal(schemaType(schema), `{\n  /** a]0;owned2Jb * / x */\n  ${name}: ${name};\n}`);
});

test("a schema that refers to itself ends", () => {
  const tree = { type: "object", properties: { next: { $ref: "#" } } };
  assert.match(schemaType(tree), /unknown/);
  assert.match(schemaType({ $ref: "#" }), /unknown/);
  const wide = Array.from({ length: 5 }, (_, index) => [`p${index}`, { $ref: "#" }]);
  const type = schemaType({ type: "object", properties: Object.fromEntries(wide) });
  assert.equal(type.match(/unknown/g)?.length, 25, "each is followed once");
});

test("references that double at each level fill no memory", () => {
  const pair = (name: string) => ({ properties: { a: { $ref: name }, b: { $ref: name } } });
  const levels = Array.from({ length: 20 }, (_, level) => [
    `l${level}`,
    pair(`#/$defs/l${level + 1}`),
  ]);
  const type = schemaType({ $ref: "#/$defs/l0", $defs: Object.fromEntries(levels) });
  assert.ok(type.length < 2_000_000, `${type.length}`);
});

test("a description stays one comment of one line", () => {
  assert.equal(
    commentAbove("a\n*/ export const x = 1; /*\n b", ""),
    "/** a * / export const x = 1; /* b */\n",
  );
  assert.equal(commentAbove(" ", ""), "");
});
