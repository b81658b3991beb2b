import { isObject } from "./json.ts";
import { escapeControls, printable } from "./terminal.ts";

/** Deeper than any payload that people describe. */
const DEPTH_MAX = 24;
/** Parts of one schema: references that double at each level would fill the memory long before that depth. */
const PARTS_MAX = 10_000;

interface Place {
  /** The whole schema, where `#/$defs/…` leads to. */
  readonly root: unknown;
  readonly indent: string;
  readonly depth: number;
  /** References that led here: whoever meets one again stands in a schema that refers to itself. */
  readonly followed: readonly string[];
  /** Counted down by all of them. */
  readonly parts: { left: number };
}

/**
 * The TypeScript type of a JSON Schema. The schemas are other people's: what a type cannot say, or what is unknown
 * here, becomes wider and never narrower than what the schema allows.
 */
export function schemaType(schema: unknown, indent = ""): string {
  const parts = { left: PARTS_MAX };
  return typeOf(schema, { root: schema, indent, depth: 0, followed: [], parts });
}

/** A text for a comment above a member; empty when there is none. Whoever wrote it cannot end the comment. */
export function commentAbove(text: unknown, indent: string): string {
  if (typeof text !== "string" || text.trim() === "") return "";
  // Controls go first: taken out later, one between * and / would end the comment after all.
  const line = printable(text.replace(/\s+/g, " ")).replaceAll("*/", "* /").trim();
  return `${indent}/** ${line} */\n`;
}

/** A text as a string of TypeScript. Marks that turn the direction of text would make the code read as other code. */
export function stringLiteral(text: string): string {
  return escapeControls(JSON.stringify(text));
}

function typeOf(schema: unknown, place: Place): string {
  place.parts.left -= 1;
  if (!isObject(schema) || place.depth > DEPTH_MAX || place.parts.left < 0) return "unknown";
  const below = { ...place, depth: place.depth + 1 };
  const { $ref } = schema;
  if (typeof $ref === "string") {
    if (place.followed.includes($ref)) return "unknown";
    const followed = [...place.followed, $ref];
    return typeOf(resolve($ref, place.root), { ...below, followed });
  }
  if (Object.hasOwn(schema, "const")) return literal(schema["const"]);
  if (Array.isArray(schema["enum"])) return union(schema["enum"].map(literal));
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) return union(choices.map((choice) => typeOf(choice, below)));
  if (Array.isArray(schema["allOf"])) {
    return schema["allOf"].map((part) => `(${typeOf(part, below)})`).join(" & ") || "unknown";
  }
  const { type = isObject(schema["properties"]) ? "object" : undefined } = schema;
  return union([type].flat().map((kind) => typeOfKind(kind, schema, below)));
}

function typeOfKind(kind: unknown, schema: Record<string, unknown>, place: Place): string {
  if (kind === "string" || kind === "boolean" || kind === "null") return kind;
  if (kind === "number" || kind === "integer") return "number";
  if (kind === "array") return `Array<${typeOf(schema["items"], place)}>`;
  return kind === "object" ? objectType(schema, place) : "unknown";
}

function objectType(schema: Record<string, unknown>, place: Place): string {
  const { properties, required, additionalProperties: others } = schema;
  const members = isObject(properties) ? Object.entries(properties) : [];
  if (members.length === 0)
    return `Record<string, ${isObject(others) ? typeOf(others, place) : "unknown"}>`;
  const indent = `${place.indent}  `;
  const needed = new Set([required].flat());
  const lines = members.map(([name, member]) => {
    const comment = commentAbove(isObject(member) ? member["description"] : "", indent);
    const mark = needed.has(name) ? "" : "?";
    return `${comment}${indent}${stringLiteral(name)}${mark}: ${typeOf(member, { ...place, indent })};\n`;
  });
  return `{\n${lines.join("")}${place.indent}}`;
}

function resolve(reference: string, root: unknown): unknown {
  if (!reference.startsWith("#")) return undefined;
  let value = root;
  for (const part of reference.slice(1).split("/").filter(Boolean)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** A value of JSON that TypeScript can write as a type; others are of their kind. */
function literal(value: unknown): string {
  if (typeof value === "string") return stringLiteral(value);
  const isPlain = value === null || /^(number|boolean)$/.test(typeof value);
  return isPlain ? JSON.stringify(value) : "unknown";
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ") || "unknown";
}
