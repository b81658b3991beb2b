import { IMPORT_PARTS_MAX } from "../limits.ts";
import { countParts, isTooMany, TOO_LARGE, TOO_MANY } from "./import-bounds.ts";
import type { JsonRecord } from "./json-record.ts";
import { readDeclarations, type Member, type Type } from "./typescript-syntax.ts";
import { TypeScriptProblem } from "./typescript-tokens.ts";

/** One event type as a module of TypeScript tells it. */
export interface WrittenType {
  readonly type: string;
  /** From the comment above it; absent without one. */
  readonly description?: string;
  /** What its comment says behind `@deprecated`. */
  readonly deprecated?: string;
  /** JSON Schema of its data, as far as types can say it. */
  readonly schema: JsonRecord;
}

/** The interface with a member for each event type, as `posthorn types` writes it. */
const MAP = "WebhookEvents";
/** References that lead back to themselves end as anything. */
const DEPTH_MAX = 24;
/** Of one event type: names that each use others twice would double it with each step. */
const PARTS_MAX = 5_000;

interface Context {
  readonly declared: ReadonlyMap<string, Type>;
  /** Parts that may still come. */
  left: number;
}

/**
 * Reads the event types of a module: interfaces and type aliases made of objects, arrays, unions, literals and each other,
 * with `WebhookEvents` among them. Nothing is executed; what else a module may hold is refused. Throws `TypeScriptProblem`.
 */
export function readTypeScript(text: string): WrittenType[] {
  const declared = readDeclarations(text);
  const map = declared.get(MAP);
  if (map?.kind !== "object") {
    throw new TypeScriptProblem(
      1,
      `There is no interface ${MAP} with a member for each event type.`,
    );
  }
  if (isTooMany(map.members.length)) throw new TypeScriptProblem(1, TOO_MANY);
  let left = IMPORT_PARTS_MAX;
  return map.members.map(({ name, comment, value }) => {
    const schema = schemaOf(value, { declared, left: PARTS_MAX }, 0);
    left -= countParts(schema);
    if (left < 0) throw new TypeScriptProblem(1, TOO_LARGE);
    return { type: name, ...spoken(comment), schema };
  });
}

/** `An order was placed. @deprecated Use order.made.` → both parts. */
function spoken(comment: string): Pick<WrittenType, "description" | "deprecated"> {
  const [description = "", deprecated = ""] = comment
    .split("@deprecated")
    .map((part) => part.trim());
  return {
    ...(description === "" ? {} : { description }),
    ...(deprecated === "" ? {} : { deprecated }),
  };
}

function schemaOf(type: Type, context: Context, depth: number): JsonRecord {
  context.left -= 1;
  if (depth > DEPTH_MAX || context.left < 0) return {};
  const below = (each: Type) => schemaOf(each, context, depth + 1);
  switch (type.kind) {
    case "schema":
      return type.schema;
    case "name": {
      const found = context.declared.get(type.name);
      if (!found) throw new TypeScriptProblem(type.line, `${type.name} is not declared here.`);
      return below(found);
    }
    case "list":
      return { type: "array", ...named("items", below(type.of)) };
    case "record":
      return { type: "object", ...named("additionalProperties", below(type.of)) };
    case "both":
      return { allOf: type.parts.map(below) };
    case "union":
      return unionOf(type.parts.map(below));
    case "object":
      return objectOf(type.members, below);
    default:
      return type satisfies never;
  }
}

function named(name: string, schema: JsonRecord): JsonRecord {
  return Object.keys(schema).length === 0 ? {} : { [name]: schema };
}

function unionOf(parts: readonly JsonRecord[]): JsonRecord {
  if (parts.every((part) => Object.hasOwn(part, "const"))) {
    return { enum: parts.map((part) => part["const"] ?? null) };
  }
  const isPlain = (part: JsonRecord) =>
    typeof part["type"] === "string" && Object.keys(part).length === 1;
  if (parts.every(isPlain)) return { type: parts.map((part) => part["type"] ?? null) };
  return { anyOf: [...parts] };
}

function objectOf(members: readonly Member[], below: (type: Type) => JsonRecord): JsonRecord {
  const properties = members.map(({ name, comment, value }) => {
    const schema = below(value);
    return [name, comment === "" ? schema : { ...schema, description: comment }] as const;
  });
  const required = members.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
}
