/** JSON Schema → a TypeScript type, for the part of JSON Schema that our own OpenAPI document uses. */

/** A value of JSON whose details are the JSON Schema specification's. */
export type Schema = { readonly [member: string]: unknown };

/** The type that a schema describes. Throws for a keyword that it does not know: a wrong type would be believed. */
export function typeOf(schema: Schema, indent = ""): string {
  if (Object.hasOwn(schema, "const")) return JSON.stringify(schema["const"]);
  const { $ref: reference, enum: values, anyOf, oneOf, allOf } = schema;
  if (typeof reference === "string") return nameOfReference(reference);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  const choices = anyOf ?? oneOf;
  if (isSchemas(choices)) return union(choices.map((choice) => typeOf(choice, indent)));
  if (isSchemas(allOf)) return allOf.map((part) => `(${typeOf(part, indent)})`).join(" & ");
  const types = [schema["type"]].flat();
  return union(types.map((type) => typeOfKind(type, schema, indent)));
}

/** The comment of a schema, ready to stand above it; empty when nothing is to be said. */
export function commentOf({ description }: Schema, indent: string): string {
  return typeof description === "string" ? `${indent}/** ${description} */\n` : "";
}

/** A member's name as TypeScript writes it. */
export function nameCode(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** Tells schemas from other JSON. */
export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSchemas(value: unknown): value is Schema[] {
  return Array.isArray(value) && value.every(isSchema);
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ");
}

function nameOfReference(reference: string): string {
  return capitalize(reference.replace(/^.*\//, ""));
}

function typeOfKind(type: unknown, schema: Schema, indent: string): string {
  if (type === undefined) return "unknown";
  if (type === "string" || type === "boolean" || type === "null") return type;
  if (type === "integer" || type === "number") return "number";
  if (type === "array") return arrayType(schema, indent);
  if (type === "object") return objectType(schema, indent);
  throw new Error(`There is no TypeScript for the type ${JSON.stringify(type)}.`);
}

function arrayType({ items, prefixItems }: Schema, indent: string): string {
  if (isSchemas(prefixItems)) {
    return `readonly [${prefixItems.map((item) => typeOf(item, indent)).join(", ")}]`;
  }
  return listOf(isSchema(items) ? typeOf(items, indent) : "unknown");
}

function listOf(item: string): string {
  return /^[\w.]+$/.test(item) ? `readonly ${item}[]` : `ReadonlyArray<${item}>`;
}

/** Members that may be absent may be undefined, too: who builds an object with `name: maybe` means the same. */
function objectType(schema: Schema, indent: string): string {
  const { properties, required, additionalProperties: others, propertyNames } = schema;
  const members = isSchema(properties) ? Object.entries(properties) : [];
  if (members.length === 0) {
    if (others === false) return "Readonly<Record<string, never>>";
    const value = isSchema(others) ? typeOf(others, indent) : "unknown";
    const name = isSchema(propertyNames) ? typeOf(propertyNames, indent) : "string";
    // An index signature, and not a Record: only that one may speak of the type that it stands in.
    if (name === "string") return `{ readonly [member: string]: ${value} }`;
    return `{ readonly [Member in ${name}]?: ${value} }`;
  }
  const inner = `${indent}  `;
  const needed = new Set([required].flat());
  const lines = members.map(([name, member]) => {
    const described = isSchema(member) ? member : {};
    const type = typeOf(described, inner);
    const isNeeded = needed.has(name);
    const rest = isNeeded ? `: ${type};` : `?: ${type} | undefined;`;
    return `${commentOf(described, inner)}${inner}readonly ${nameCode(name)}${rest}\n`;
  });
  if (isSchema(others) && Object.keys(others).length === 0) {
    lines.push(`${inner}readonly [member: string]: unknown;\n`);
  }
  return `{\n${lines.join("")}${indent}}`;
}
