import { isRecord, type JsonRecord } from "./json-record.ts";

/** Deeper than any payload that people describe. */
const DEPTH_MAX = 24;
/** A schema that refers to others twice, and so on, doubles with each step. */
const PARTS_MAX = 5_000;

/**
 * What a type says of a schema, as a text to compare: two schemas with the same text are the same type, though one of them
 * may say more (integers, formats, bounds).
 */
export function saidByTypes(schema: unknown): string {
  return textOf(schema, { root: schema, left: PARTS_MAX }, 0);
}

interface Context {
  /** Where references lead to. */
  readonly root: unknown;
  /** Parts that may still come. */
  left: number;
}

function textOf(schema: unknown, context: Context, depth: number): string {
  context.left -= 1;
  if (!isRecord(schema) || depth > DEPTH_MAX || context.left < 0) return "unknown";
  const below = (each: unknown) => textOf(each, context, depth + 1);
  if (typeof schema["$ref"] === "string") return below(resolve(schema["$ref"], context.root));
  if (Object.hasOwn(schema, "const")) return literal(schema["const"]);
  if (Array.isArray(schema["enum"])) return union(schema["enum"].map(literal));
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (Array.isArray(choices)) return union(choices.map(below));
  if (Array.isArray(schema["allOf"])) return schema["allOf"].map(below).join("&");
  const { type = isRecord(schema["properties"]) ? "object" : undefined } = schema;
  return union([type].flat().map((kind) => kindText(kind, schema, below)));
}

function kindText(kind: unknown, schema: JsonRecord, below: (schema: unknown) => string): string {
  if (kind === "string" || kind === "boolean" || kind === "null") return kind;
  if (kind === "number" || kind === "integer") return "number";
  if (kind === "array") return `[${below(schema["items"])}]`;
  if (kind !== "object") return "unknown";
  const { properties, required, additionalProperties } = schema;
  const members = isRecord(properties) ? Object.entries(properties) : [];
  if (members.length === 0) return `{*:${below(additionalProperties)}}`;
  const needed = new Set<unknown>([required].flat());
  const texts = members.map(([name, member]) => {
    const comment = isRecord(member) ? commentText(member["description"]) : "";
    return `${JSON.stringify(name)}${needed.has(name) ? "" : "?"}:${below(member)} ${comment}`;
  });
  return `{${texts.join(";")}}`;
}

/** As `posthorn types` writes a text into a comment. */
export function commentText(text: unknown): string {
  return typeof text === "string" ? text.replace(/\s+/g, " ").replaceAll("*/", "* /").trim() : "";
}

function literal(value: unknown): string {
  const isPlain = value === null || /^(string|number|boolean)$/.test(typeof value);
  if (!isPlain) return "unknown";
  return value === null ? "null" : JSON.stringify(value);
}

function union(texts: readonly string[]): string {
  return [...new Set(texts)].toSorted().join("|") || "unknown";
}

function resolve(reference: string, root: unknown): unknown {
  if (!reference.startsWith("#")) return undefined;
  let value = root;
  for (const part of reference.slice(1).split("/").filter(Boolean)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
