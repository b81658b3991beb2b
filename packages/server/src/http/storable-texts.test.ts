/** No text of a request comes to PostgreSQL that it would not take: a new field cannot be forgotten. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { isRecord } from "../domain/json-record.ts";
import { routesFor } from "./routes.ts";

/** PostgreSQL keeps no NUL, and jsonb no lone surrogate; each also within what passes for a URL or an address. */
const TEXTS = [
  "a\0",
  "\ud800",
  "https://a.example/\0",
  "https://a.example/\ud800",
  "a@a.example\0",
];

/** Texts that never come to the database as they are. */
const NOT_STORED: readonly RegExp[] = [
  // Hashed.
  / (token|code|deviceCode|password|password\.(next|present))$/,
  /^POST \/api\/keys\/verify key$/,
  // Fields of event types, which are judged one by one.
  /^POST \/api\/catalogue\/import document\.x$/,
  // Judged as a whole, with a reason and a mend: see `domain/endpoint-url.ts`.
  /^(POST|PATCH) \/api\/webhooks(\/:id|\/validate-url)? url$/,
  // Kept as `json`, which takes every escape.
  /^(POST|PATCH) \/api\/(webhooks(\/:id|\/preview)?|listeners) filter$/,
  // Kept as the bytes of an event's data.
  /^POST \/api\/webhooks\/:id\/test(\/preview)? data$/,
];

type Path = readonly (string | number)[];

interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

/** Where a value may hold a text, and such a value with this one there. */
function leavesOf(schema: unknown, text: string, root: unknown, depth = 0): Leaf[] {
  if (!isRecord(schema) || depth > 12) return [];
  const below = (each: unknown) => leavesOf(each, text, root, depth + 1);
  const { $ref: reference, anyOf = [], oneOf = [], allOf = [], type, properties, items } = schema;
  if (typeof reference === "string") {
    const name = reference.split("/").at(-1) ?? "";
    const defs = isRecord(root) && isRecord(root["$defs"]) ? root["$defs"] : {};
    return below(reference === "#" ? root : defs[name]);
  }
  if ("const" in schema || "enum" in schema) return [];
  const choices = [anyOf, oneOf, allOf].flat().flatMap(below);
  const members = Object.entries(isRecord(properties) ? properties : {});
  // What one alternative of several is told by.
  const fixed = members.flatMap(([key, each]) =>
    isRecord(each) && "const" in each ? [[key, each["const"]]] : [],
  );
  const within = (key: string, each: unknown) =>
    below(each).map(({ path, value }) => {
      return { path: [key, ...path], value: { ...Object.fromEntries(fixed), [key]: value } };
    });
  const named = members.flatMap(([key, each]) => within(key, each));
  const others = schema["additionalProperties"];
  const isMap = isRecord(others) && "propertyNames" in schema;
  const free = isMap ? [...within("x", others), { path: [], value: { [text]: "x" } }] : [];
  const listed = below(items).map(({ path, value }) => ({ path: [0, ...path], value: [value] }));
  const isAnything = !["type", "anyOf", "oneOf", "allOf", "not"].some((key) => key in schema);
  const isText = type === "string" || isAnything;
  return [...choices, ...named, ...free, ...listed, ...(isText ? [{ path: [], value: text }] : [])];
}

function isRefused(issues: readonly z.core.$ZodIssue[], path: Path): boolean {
  return issues.some((issue) => {
    const at = issue.path.map(String);
    const isInside = path.every((key, index) => String(key) === at[index]);
    if (isInside && issue.code !== "invalid_union") return true;
    if (!at.every((key, index) => key === String(path[index]))) return false;
    const rest = path.slice(issue.path.length);
    return (
      issue.code === "invalid_union" &&
      issue.errors.every(
        (each) => each.some(({ code }) => code === "invalid_type") || isRefused(each, rest),
      )
    );
  });
}

/** The texts of a schema that it takes although the database would not. */
function takenBy(schema: z.ZodType): string[] {
  const shape = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const leaves = TEXTS.flatMap((text) => leavesOf(shape, text, shape));
  const taken = leaves.filter(({ path, value }) => {
    const { error } = schema.safeParse(value);
    return !error || !isRefused(error.issues, path);
  });
  return taken.map(({ path }) => path.join("."));
}

test("every text of a body or a query is refused when the database could not keep it", () => {
  const taken = routesFor("all").flatMap(({ method, path, body, query, isLean }) => {
    // A lean route reads its body by a scanner of its own.
    const schemas = [query, isLean ? undefined : body].filter((each) => each !== undefined);
    return schemas.flatMap(takenBy).map((name) => `${method} ${path} ${name}`);
  });
  const unexpected = taken.filter((each) => !NOT_STORED.some((known) => known.test(each)));
  assert.deepEqual([...new Set(unexpected)], []);
});
