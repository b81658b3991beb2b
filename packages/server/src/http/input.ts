import type { FastifyRequest } from "fastify";
import * as z from "zod";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import type { Route } from "./route.ts";
import { validate } from "./validate.ts";

const noParameters = z.strictObject({});

/** What a handler gets of a request, checked by the schemas of its row. Throws 400 and 422. */
export function readInput(definition: Route, request: FastifyRequest) {
  const { params, body } = definition;
  // A misspelt parameter must not pass for none where it would have narrowed something down.
  const query = definition.query ?? (isOpen(definition) ? undefined : noParameters);
  if (request.headers["idempotency-key"] !== undefined) {
    throw new ApiError("idempotency_not_supported");
  }
  return {
    params: params && validate(params, request.params, "params"),
    query: query && validate(query, readQuery(request.query), "query"),
    body: body && validate(body, readBody(definition, request), "body"),
    ifMatch: readIfMatch(request.headers["if-match"]),
    lastEventId: readLastEventId(request.headers["last-event-id"]),
  };
}

/** Probes and receivers get what others think up. */
function isOpen({ audience }: Route): boolean {
  return audience === "public" || audience === "scraper";
}

function readQuery(query: unknown): unknown {
  const repeated = Object.entries(query ?? {}).filter(([, value]) => Array.isArray(value));
  if (repeated.length === 0) return query;
  throw invalidRequest(repeated.map(([name]) => fieldError(`/${name}`, "parameter_repeated")));
}

function readBody(definition: Route, request: FastifyRequest): unknown {
  if (request.body !== undefined && request.body !== null) return request.body;
  if (definition.bodyOptional) return {};
  throw new ApiError("body_empty");
}

function readIfMatch(header: string | undefined): string | null {
  if (header === undefined || header === "*") return null;
  return header.replace(/^W\//, "").replaceAll('"', "");
}

function readLastEventId(header: string | readonly string[] | undefined): string | null {
  return typeof header === "string" ? header : null;
}
