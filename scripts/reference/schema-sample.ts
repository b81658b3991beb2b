/** A value that a JSON Schema of our OpenAPI document describes, for programs that are run without a server. */
import { isSchema, type Schema } from "./schema-code.ts";

/** Words that end what a program may be waiting for. */
const ENDS = ["delivered", "finished", "active", "sent", "VALID"];
/** Of ids, by the member's name, or by the collection in the path for `id` itself. */
const PREFIXES: Readonly<Record<string, string>> = {
  event: "evt",
  endpoint: "ep",
  webhook: "ep",
  delivery: "dlv",
  organization: "org",
  key: "key",
  user: "usr",
  source: "src",
  receipt: "rcp",
  inboxe: "ibx",
  inbox: "ibx",
  outboxe: "obx",
  job: "job",
  mail: "mail",
  listener: "lsn",
  notice: "ntc",
};

interface Place {
  /** Of the operation. */
  readonly path: string;
  /** Of the member that is made. */
  readonly name?: string;
  /** What the object is that is made, where it has a name of its own. */
  readonly noun?: string;
}

export function sampleOf(document: Schema, schema: unknown, place: Place): unknown {
  if (!isSchema(schema)) return null;
  if (Object.hasOwn(schema, "const")) return schema["const"];
  const { $ref: reference, enum: values, properties, items } = schema;
  const { name = "" } = place;
  if (typeof reference === "string") return sampleNamed(document, reference, place);
  if (Array.isArray(values)) return values.find((value) => ENDS.includes(value)) ?? values.at(-1);
  const choices = schema["anyOf"] ?? schema["oneOf"];
  // Another page would be asked for, and another one after it.
  if (name === "nextCursor") return null;
  if (Array.isArray(choices)) return sampleOf(document, choices[0], place);
  const [type] = [schema["type"]].flat();
  if (type === "array") return isSchema(items) ? [sampleItem(document, items, place)] : [];
  if (type === "object") {
    const members = isSchema(properties) ? Object.entries(properties) : [];
    return Object.fromEntries(
      members.map(([key, member]) => [key, sampleOf(document, member, { ...place, name: key })]),
    );
  }
  if (type === "string") return sampleText(schema, place);
  if (type === "integer" || type === "number") return 1;
  return type === "boolean" ? name !== "hasMore" : null;
}

/** A schema with a name says what kind of id its object has. */
function sampleNamed(document: Schema, reference: string, place: Place): unknown {
  const noun = /(\w*)$/.exec(reference)?.[1]?.toLowerCase() ?? "";
  return sampleOf(document, resolve(document, reference), { ...place, noun });
}

function sampleItem(document: Schema, items: Schema, { path, noun = "", name }: Place): unknown {
  return sampleOf(document, items, { path, noun: name === "deliveries" ? "delivery" : noun });
}

/** An id of the right shape. */
export function sampleId(prefix: string): string {
  return `${prefix}_${"0".repeat(26)}`;
}

function sampleText({ format }: Schema, { path, name = "", noun: own = "" }: Place): string {
  if (format === "date-time") return "2026-01-01T00:00:00.000Z";
  const [, collection = ""] = /^\/api\/([a-z]+?)(?:ie)?s\b/.exec(path) ?? [];
  // What the examples ask for.
  if (name === "type" && path === "/api/event-types") return "order.paid";
  const listed = PREFIXES[own] === undefined ? collection.replace(/^deliver$/, "delivery") : own;
  const noun = name === "id" ? listed : name.replace(/Id$/, "");
  const prefix = name.endsWith("Id") || name === "id" ? PREFIXES[noun] : undefined;
  return prefix === undefined ? "text" : sampleId(prefix);
}

function resolve(document: Schema, reference: string): unknown {
  let value: unknown = document;
  for (const part of reference.replace("#/", "").split("/")) {
    value = isSchema(value) ? value[part] : undefined;
  }
  return value;
}
