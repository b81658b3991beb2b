/** A JSON Schema in words: as rows of a table, and as a TypeScript type. */
type Schema = Readonly<Record<string, unknown>>;

export interface SchemaField {
  /** `items[].sku`. */
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

const DEPTH_MAX = 6;

export function fieldsOf(schema: Schema, prefix = "", depth = 0): readonly SchemaField[] {
  if (depth > DEPTH_MAX) return [];
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(membersOf(schema)).flatMap(([name, member]) => {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const items = asSchema(member["items"]);
    const field = {
      path,
      type: typeText(member),
      isRequired: required.includes(name),
      description: typeof member["description"] === "string" ? member["description"] : "",
    };
    const inner = items
      ? fieldsOf(items, `${path}[]`, depth + 1)
      : fieldsOf(member, path, depth + 1);
    return [field, ...inner];
  });
}

/** `export interface OrderCreated { … }` of a type's data. */
export function typescriptOf(eventType: string, schema: Schema): string {
  const name = eventType
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
  return `export type ${name} = ${valueText(schema, "")};`;
}

function valueText(schema: Schema, indent: string): string {
  const values = schema["enum"];
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema["const"]);
  const types = [schema["type"]].flat();
  return types.map((type) => oneType(type, schema, indent)).join(" | ");
}

function oneType(type: unknown, schema: Schema, indent: string): string {
  if (type === "object") return objectText(schema, indent);
  if (type === "array") {
    const items = valueText(asSchema(schema["items"]) ?? {}, indent);
    return items.includes("|") ? `(${items})[]` : `${items}[]`;
  }
  if (type === "integer") return "number";
  return typeof type === "string" ? type : "unknown";
}

function objectText(schema: Schema, indent: string): string {
  const members = Object.entries(membersOf(schema));
  if (members.length === 0) return "Record<string, unknown>";
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const inner = `${indent}  `;
  const lines = members.map(([name, member]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${inner}${key}${required.includes(name) ? "" : "?"}: ${valueText(member, inner)};`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

function typeText(schema: Schema): string {
  if (Array.isArray(schema["enum"])) return schema["enum"].map(String).join(" | ");
  const format = typeof schema["format"] === "string" ? ` (${schema["format"]})` : "";
  const items = asSchema(schema["items"]);
  const types = [schema["type"] ?? "any"].flat().map(String).join(" | ");
  return items ? `${types} of ${typeText(items)}` : types + format;
}

function membersOf(schema: Schema): Readonly<Record<string, Schema>> {
  const properties = asSchema(schema["properties"]) ?? {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, member]) => {
      const known = asSchema(member);
      return known ? [[name, known]] : [];
    }),
  );
}

function asSchema(value: unknown): Schema | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? { ...value } : undefined;
}
