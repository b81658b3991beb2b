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
}

export function sampleOf(document: Schema, schema: unknown, place: Place): unknown {
  if (!isSchema(schema)) return null;
  if (Object.hasOwn(schema, "const")) return schema["const"];
  const { $ref: reference, enum: values, properties, items } = schema;
  const { path, name = "" } = place;
  if (typeof reference === "string") return sampleOf(document, resolve(document, reference), place);
  if (Array.isArray(values)) return values.find((value) => ENDS.includes(value)) ?? values.at(-1);
  const choices = schema["anyOf"] ?? schema["oneOf"];
  // Another page would be asked for, and another one after it.
  if (name === "nextCursor") return null;
  if (Array.isArray(choices)) return sampleOf(document, choices[0], place);
  const [type] = [schema["type"]].flat();
  if (type === "array") return isSchema(items) ? [sampleOf(document, items, { path })] : [];
  if (type === "object") {
    const members = isSchema(properties) ? Object.entries(properties) : [];
    return Object.fromEntries(
      members.map(([key, member]) => [key, sampleOf(document, member, { path, name: key })]),
    );
  }
  if (type === "string") return sampleText(schema, place);
  if (type === "integer" || type === "number") return 1;
  return type === "boolean" ? name !== "hasMore" : null;
}

/** An id of the right shape. */
export function sampleId(prefix: string): string {
  return `${prefix}_${"0".repeat(26)}`;
}

function sampleText({ format }: Schema, { path, name = "" }: Place): string {
  if (format === "date-time") return "2026-01-01T00:00:00.000Z";
  const [, collection = ""] = /^\/api\/([a-z]+?)(?:ie)?s\b/.exec(path) ?? [];
  const noun =
    name === "id" ? collection.replace(/^deliver$/, "delivery") : name.replace(/Id$/, "");
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
