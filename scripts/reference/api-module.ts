/** The OpenAPI document as a TypeScript module: a type for every object, and for every operation what goes in and out. */
import { capitalize, commentOf, isSchema, nameCode, typeOf, type Schema } from "./schema-code.ts";

const NOTE = "// Made by `npm run reference` from the API's routes; edit these.\n";

/** One operation of the document, with where it stands. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  /** With parameters as `{name}`. */
  readonly path: string;
  readonly description: Schema;
}

/** All operations of an OpenAPI document, in its order. */
export function operationsOf(document: Schema): Operation[] {
  return members(document["paths"]).flatMap(([path, methods]) =>
    members(methods).map(([method, description]) => ({
      id: String(description["operationId"]),
      method: method.toUpperCase(),
      path,
      description,
    })),
  );
}

/** Types alone: nothing of it is left at run time. */
export function apiTypesModule(document: Schema): string {
  const { components } = document;
  const schemas = isSchema(components) ? members(components["schemas"]) : [];
  const types = schemas.map(
    ([name, schema]) =>
      `${commentOf(schema, "")}export type ${capitalize(name)} = ${typeOf(schema)};\n`,
  );
  const operations = operationsOf(document).map(operationType);
  return `${NOTE}
${types.join("\n")}
/** Every operation of the API: what goes into it and what comes out. */
export interface Operations {
${operations.join("")}}

/** The name of an operation, as in the OpenAPI document. */
export type OperationId = keyof Operations;
/** The ids in an operation's path. */
export type Params<Id extends OperationId> = Operations[Id]["params"];
/** The query parameters of an operation. */
export type Query<Id extends OperationId> = Operations[Id]["query"];
/** The JSON body of an operation; \`undefined\` where it takes none. */
export type Body<Id extends OperationId> = Operations[Id]["body"];
/** What an operation answers when it succeeds; \`undefined\` where there is nothing to say. */
export type Answer<Id extends OperationId> = Operations[Id]["answer"];
`;
}

/** Where each operation is and what it takes: what a client needs to know at run time. */
export function operationsModule(document: Schema): string {
  const rows = operationsOf(document).map((operation) => {
    const { id, method, path } = operation;
    const place = { method, path, ...traitsOf(operation) };
    const members = Object.entries(place).map(
      ([name, value]) => `${name}: ${JSON.stringify(value)}`,
    );
    return `  ${id}: { ${members.join(", ")} },\n`;
  });
  return `${NOTE}
/** The method and the path of every operation, and what it takes; parameters of paths stand in braces. */
export const OPERATIONS = {
${rows.join("")}} as const;
`;
}

/** What a client does differently for an operation; absent members mean no. */
export interface Traits {
  readonly query?: true;
  readonly body?: true;
  readonly organization?: true;
  readonly idempotency?: "header" | "items";
  readonly list?: true;
}

export function traitsOf({ method, description }: Operation): Traits {
  const query = namesIn(description, "query");
  const isBatch = bodyText(description).includes("NewEventBatch");
  const idempotency = namesIn(description, "header").includes("Idempotency-Key")
    ? { idempotency: "header" as const }
    : {};
  return {
    ...(query.some((name) => name !== "organizationId") ? { query: true as const } : {}),
    ...(hasBody(description) ? { body: true as const } : {}),
    ...(query.includes("organizationId") ? { organization: true as const } : {}),
    ...(isBatch ? { idempotency: "items" as const } : idempotency),
    ...(method === "GET" && isList(description) ? { list: true as const } : {}),
  };
}

/** The names of an operation's parameters in one place. */
export function namesIn({ parameters }: Schema, place: string): string[] {
  const found = (Array.isArray(parameters) ? parameters : []).filter(isSchema);
  return found.filter((each) => each["in"] === place).map(({ name }) => String(name));
}

/** Whether a body has anything in it: `{}` need not be said. */
function hasBody(description: Schema): boolean {
  const text = bodyText(description);
  return text !== "undefined" && !text.startsWith("Readonly<Record<string, never>>");
}

function bodyText(description: Schema): string {
  return bodyType(description, "");
}

function isList(description: Schema): boolean {
  return /^ {2}readonly data: (readonly |ReadonlyArray)/m.test(answerType(description, ""));
}

function operationType({ id, method, path, description }: Operation): string {
  const indent = "    ";
  const line = (name: string, type: string) => `${indent}readonly ${name}: ${type};\n`;
  return `  /** ${method} ${path} — ${String(description["summary"])} */
  readonly ${id}: {
${line("params", parametersType(description, "path"))}${line("query", parametersType(description, "query"))}${line("body", bodyType(description, indent))}${line("answer", answerType(description, indent))}  };
`;
}

function parametersType({ parameters }: Schema, place: string): string {
  const found = (Array.isArray(parameters) ? parameters : []).filter(isSchema);
  const lines = found
    .filter((parameter) => parameter["in"] === place)
    .map(({ name, required, schema }) => {
      const type = parameterType(isSchema(schema) ? schema : {});
      const rest = required === true ? `: ${type}` : `?: ${type} | undefined`;
      return `readonly ${nameCode(String(name))}${rest}`;
    });
  return lines.length === 0 ? "Readonly<Record<string, never>>" : `{ ${lines.join("; ")} }`;
}

/** Texts in the URL, but people write `true`, and one value in place of a list of one. */
function parameterType(schema: Schema): string {
  const { items } = schema;
  const type = typeOf(schema);
  if (type === '"true" | "false"') return "boolean";
  return isSchema(items) ? `${typeOf(items)} | ${type}` : type;
}

function bodyType({ requestBody }: Schema, indent: string): string {
  if (!isSchema(requestBody)) return "undefined";
  const type = contentType(requestBody, indent);
  return requestBody["required"] === false ? `${type} | undefined` : type;
}

function answerType({ responses }: Schema, indent: string): string {
  const good = members(responses).filter(([status]) => /^2\d\d$/.test(status));
  const types = good.map(([, answer]) => contentType(answer, indent));
  return [...new Set(types)].join(" | ") || "undefined";
}

function contentType({ content }: Schema, indent: string): string {
  const [first] = members(content);
  if (first === undefined) return "undefined";
  const [, { schema }] = first;
  return isSchema(schema) ? typeOf(schema, indent) : "unknown";
}

function members(value: unknown): [string, Schema][] {
  if (!isSchema(value)) return [];
  return Object.entries(value).filter((pair): pair is [string, Schema] => isSchema(pair[1]));
}
