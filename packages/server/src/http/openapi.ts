import * as z from "zod";
import { assert } from "../platform/assert.ts";
import { route, type Route } from "./route.ts";
import { problemObject } from "./problem-object.ts";

/** A value of JSON whose details are the OpenAPI specification's. */
type Json = { readonly [member: string]: unknown };

/** The OpenAPI 3.1 document of a route table; it describes what the server runs, because it is made from it. */
export function openapiDocument(routes: readonly Route[]): Json {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, Json>> = {};
  for (const each of routes) {
    const path = each.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: describe(each, schemas) };
  }
  const problem = describeSchema(problemObject, { io: "output", name: "problem", schemas });
  return {
    openapi: "3.1.1",
    info: {
      title: "Posthorn",
      version: "1",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas,
      responses: {
        Problem: {
          description: "Anything that cannot be done, told in one form (RFC 9457).",
          headers: { "X-Request-Id": { schema: { type: "string" } } },
          content: { "application/problem+json": { schema: problem } },
        },
      },
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", in: "cookie", name: "__Host-ph_session" },
        apiKey: { type: "apiKey", in: "header", name: "X-API-Key" },
      },
    },
    security: KEYS,
  };
}

/** The route that serves the document of `routes` and of itself. */
export function openapiRoute(routes: readonly Route[]): Route {
  let document: Json | undefined;
  const own: Route = route({
    method: "GET",
    path: "/api/openapi.json",
    action: "reference.read",
    audience: "public",
    summary: "This document.",
    status: 200,
    response: z.looseObject({ openapi: z.string() }),
    async handle() {
      document ??= openapiDocument([...routes, own]);
      return { body: document };
    },
  });
  return own;
}

const KEYS = [{ bearer: [] }, { apiKey: [] }];
const SESSION = [{ session: [] }];
const SECURITY = {
  public: [],
  person: SESSION,
  operator: [...KEYS, ...SESSION],
  organization: [...KEYS, ...SESSION],
  scraper: [{}, ...KEYS],
};

function describe(definition: Route, schemas: Record<string, unknown>): Json {
  const { action, audience, summary, body } = definition;
  const operationId = definition.operationId ?? operationIdOf(definition);
  const requestBody = body && {
    required: definition.bodyOptional !== true,
    content: {
      "application/json": {
        schema: describeSchema(body, { io: "input", name: `${operationId}Body`, schemas }),
      },
    },
  };
  return {
    operationId,
    summary,
    tags: [action.split(".", 1)[0]],
    security: SECURITY[audience],
    parameters: parametersOf(definition),
    ...(requestBody ? { requestBody } : {}),
    responses: responsesOf(definition, { operationId, schemas }),
  };
}

/** The words of the path and what is done: `webhooksList`, `webhooksRollSecret`, `eventsPublish`. */
function operationIdOf({ action, method, path, response }: Route): string {
  const words = path
    .replace(/^\/api\/|\.json$/g, "")
    .split(/[/-]/)
    .filter((word) => word !== "" && !word.startsWith(":"));
  const isList = response instanceof z.ZodObject && response.shape["data"] instanceof z.ZodArray;
  const isBelow = path.split("/").length > 3;
  const verbs = {
    GET: isList ? "list" : "read",
    // Below a collection the path itself says what is done.
    POST: isBelow ? "" : (action.split(".")[1] ?? ""),
    PUT: "put",
    PATCH: "update",
    DELETE: "delete",
  };
  return [...words, verbs[method]]
    .map((word, index) => (index === 0 ? word : capitalize(word)))
    .join("");
}

function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function parametersOf({ method, params, query, requestHeaders }: Route): Json[] {
  const ifMatch = z.object({ "If-Match": z.string().optional() });
  return [
    ...parametersIn("path", params),
    ...parametersIn("query", query),
    ...parametersIn("header", requestHeaders),
    ...parametersIn("header", method === "PATCH" ? ifMatch : undefined),
  ];
}

function parametersIn(place: "path" | "query" | "header", schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    ...describeParameter(property),
  }));
}

/** A comma between values means "or": told in OpenAPI's way, so that generated clients write it like this, too. */
function describeParameter(property: unknown): Json {
  if (typeof property !== "object" || property === null) return { schema: property };
  const { alternatives } = property as { alternatives?: object }; // Proof: any object may lack the member.
  if (alternatives === undefined) return { schema: property };
  const { $schema: _, ...items } = alternatives as Json; // Proof: `alternatives` in schemas.ts made it.
  return { schema: { type: "array", items }, style: "form", explode: false };
}

function responsesOf(
  { status, otherStatus, response, isStream }: Route,
  context: { readonly operationId: string; readonly schemas: Record<string, unknown> },
): Json {
  const { operationId: name, schemas } = context;
  const answer: Record<string, unknown> = { description: DESCRIPTIONS[status] ?? "Done." };
  if (response) {
    const schema = describeSchema(response, { io: "output", name: `${name}Answer`, schemas });
    answer["content"] = { "application/json": { schema } };
  } else if (isStream) {
    answer["content"] = { "text/event-stream": { schema: { type: "string" } } };
  } else if (status !== 204) {
    answer["content"] = { "text/plain": { schema: { type: "string" } } };
  }
  return {
    [status]: answer,
    ...(otherStatus === undefined ? {} : { [otherStatus]: { ...answer, description: "Not so." } }),
    default: { $ref: "#/components/responses/Problem" },
  };
}

const DESCRIPTIONS: Readonly<Record<number, string>> = {
  200: "Done.",
  201: "Made.",
  202: "Accepted and stored.",
  204: "Done; there is nothing to show.",
};

/**
 * The JSON Schema of a zod schema, whose named parts move to `schemas`: a reference of an OpenAPI document starts at
 * the root of the document and would not find them inside.
 */
function describeSchema(
  schema: z.ZodType,
  { io, name, schemas }: { io: "input" | "output"; name: string; schemas: Record<string, unknown> },
): unknown {
  const { $schema: _, $defs = {}, ...rest } = z.toJSONSchema(schema, { io });
  const nameOf = (part: string) => {
    assert(!part.startsWith("__"), `a recursive part of ${name} needs a name: .meta({ id })`);
    return part;
  };
  const moved = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value).replace(
        /"#\/\$defs\/([^"]+)"/g,
        (_match, part: string) => `"#/components/schemas/${nameOf(part)}"`,
      ),
    );
  for (const [part, definition] of Object.entries($defs)) schemas[nameOf(part)] = moved(definition);
  return moved(rest);
}
