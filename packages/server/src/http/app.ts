import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { authenticate, type Caller } from "../access/authenticate.ts";
import { scanObject } from "../domain/json-scan.ts";
import { asId, formatId } from "../domain/id.ts";
import { ApiError, invalidRequest, fieldError } from "../errors.ts";
import {
  HEADERS_BYTES_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  REQUEST_BYTES_MAX,
  REQUEST_TIMEOUT_MS,
  URL_LENGTH_MAX,
} from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { clientErrorReply } from "./client-error.ts";
import { isAllowedHost } from "./host.ts";
import { problemReply, toApiError } from "./problem.ts";
import type { Route } from "./route.ts";
import { isLocalScraper } from "./scraper.ts";
import type { Services } from "./services.ts";
import { validate } from "./validate.ts";

/** A handler that stands in front of Fastify; answers false when the request is not for it. */
export type LeanHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The Fastify instance: its routes come from the table, its errors are problem documents. */
export function createApp(
  services: Services,
  parts: { readonly routes: readonly Route[]; readonly lean: LeanHandler },
): FastifyInstance {
  const app = fastify({
    // One wide line at the end of a request is ours to write; Fastify's own two are switched off.
    logger: false,
    bodyLimit: REQUEST_BYTES_MAX,
    genReqId: () => formatId("req", asId<"req">(newUuid())),
    maxParamLength: URL_LENGTH_MAX,
    exposeHeadRoutes: true,
    routerOptions: { ignoreTrailingSlash: false },
    frameworkErrors: (error, request, reply) => sendError(services, { error, request, reply }),
    serverFactory: (handler) => createHttpServer(handler, parts.lean),
    clientErrorHandler: clientErrorReply,
  });
  parseJsonBodies(app);
  app.addHook("onRequest", async (request, reply) => checkRequest(services, request, reply));
  app.addHook("onResponse", async (request, reply) => logRequest(services, request, reply));
  app.setErrorHandler((error, request, reply) => sendError(services, { error, request, reply }));
  app.setNotFoundHandler((request, reply) => {
    const isKnownPath = parts.routes.some((each) => matchesPath(each.path, request.url));
    const code = isKnownPath ? "method_not_allowed" : "not_found";
    return sendError(services, { error: new ApiError(code), request, reply });
  });
  for (const each of parts.routes) if (!each.isLean) addRoute(app, services, each);
  return app;
}

function createHttpServer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  lean: LeanHandler,
): Server {
  const settings = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADERS_BYTES_MAX,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(settings, (request, response) => {
    if (!lean(request, response)) handler(request, response);
  });
  // `Expect: 100-continue`: the lean handler and Fastify judge the headers before the body is asked for.
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    if (!lean(request, response)) {
      response.writeContinue();
      handler(request, response);
    }
  });
  return server;
}

function parseJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    try {
      done(null, parseJson(request.headers["content-encoding"], Buffer.from(body)));
    } catch (error) {
      done(toApiError(error));
    }
  });
}

const BODY_DEPTH_MAX = 32;

function parseJson(encoding: string | undefined, body: Buffer): unknown {
  if (encoding !== undefined && encoding !== "identity") throw new ApiError("encoding_unsupported");
  const scan = scanObject(body, { depthMax: BODY_DEPTH_MAX });
  if (!scan.ok) {
    if (
      scan.code === "json_malformed" ||
      scan.code === "body_empty" ||
      scan.code === "encoding_invalid"
    ) {
      throw new ApiError(scan.code);
    }
    throw invalidRequest([
      fieldError("", scan.code === "event_not_object" ? "invalid_type" : scan.code),
    ]);
  }
  return JSON.parse(body.toString());
}

function checkRequest(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  reply.header("x-request-id", request.id);
  reply.header("cache-control", "no-store");
  reply.header("x-content-type-options", "nosniff");
  if (request.url.length > URL_LENGTH_MAX) throw new ApiError("uri_too_long");
  const path = request.url.split("?", 1)[0] ?? "";
  if (!isAllowedHost(services.config, request.headers.host, path)) {
    throw new ApiError("misdirected_request");
  }
}

function addRoute(app: FastifyInstance, services: Services, definition: Route): void {
  app.route({
    method: definition.method,
    url: definition.path,
    handler: async (request, reply) => {
      const caller = await identify(services, definition, request);
      const input = readInput(definition, request);
      const answer = await definition.handle({ services, caller, ...input });
      reply.code(answer.status ?? definition.status).headers(answer.headers ?? {});
      return definition.status === 204 ? reply.send() : reply.send(answer.body);
    },
  });
}

const NOBODY: Caller = Object.freeze({ kind: "public" });

async function identify(
  services: Services,
  definition: Route,
  request: FastifyRequest,
): Promise<Caller> {
  const { audience } = definition;
  if (audience === "public") return NOBODY;
  const { headers } = request;
  const isBare = headers.authorization === undefined && headers["x-api-key"] === undefined;
  const local = { headers, remoteAddress: request.raw.socket.remoteAddress };
  if (audience === "scraper" && isBare && isLocalScraper(services.config, local)) return NOBODY;
  const query = request.url.split("?", 2)[1] ?? "";
  return authenticate(services.keys, {
    headers: request.headers,
    rawHeaders: request.raw.rawHeaders,
    query,
  });
}

function readInput(definition: Route, request: FastifyRequest) {
  const { params, query, body } = definition;
  if (request.headers["idempotency-key"] !== undefined)
    throw new ApiError("idempotency_not_supported");
  return {
    params: params && validate(params, request.params, "params"),
    query: query && validate(query, readQuery(request.query), "query"),
    body: body && validate(body, readBody(definition, request), "body"),
    ifMatch: readIfMatch(request.headers["if-match"]),
  };
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

function sendError(
  services: Services,
  failure: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const { request, reply } = failure;
  const error = fromFramework(failure.error) ?? toApiError(failure.error);
  if (error.status >= 500) {
    services.log.error({
      event: "request.failed",
      requestId: request.id,
      code: error.code,
      error: error.cause ?? error,
    });
  }
  const { status, headers, body } = problemReply(error, request.id);
  return reply
    .code(status)
    .headers({ "x-request-id": request.id, ...headers })
    .send(body);
}

/** Fastify's own refusals in the words of our catalogue. */
function fromFramework(error: unknown): ApiError | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ApiError("payload_too_large", { headers: { connection: "close" } });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ApiError("media_type_unsupported");
    case "FST_ERR_CTP_EMPTY_JSON_BODY":
      return new ApiError("body_empty");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
    case "FST_ERR_BAD_URL":
      return code === "FST_ERR_BAD_URL" ? new ApiError("not_found") : new ApiError("bad_request");
    default:
      return undefined;
  }
}

function logRequest(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  services.log.debug({
    event: "request.served",
    requestId: request.id,
    method: request.method,
    path: request.routeOptions.url ?? null,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime),
  });
}

function matchesPath(pattern: string, url: string): boolean {
  const path = url.split("?", 1)[0] ?? "";
  const expected = pattern.split("/");
  const given = path.split("/");
  return (
    expected.length === given.length &&
    expected.every((part, index) => part.startsWith(":") || part === given[index])
  );
}
