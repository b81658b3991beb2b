import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { auditFor } from "../access/audit.ts";
import type { Caller } from "../access/authenticate.ts";
import { takeRequest } from "../access/request-limits.ts";
import { asId, formatId, parseId, type Id } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { REQUEST_BYTES_MAX, URL_LENGTH_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import type { Pages } from "./assets.ts";
import { clientAddress } from "./client-address.ts";
import { clientErrorReply } from "./client-error.ts";
import { ANSWER_HEADERS, sendFailure } from "./failure.ts";
import { checkHost } from "./host.ts";
import { admit, identify, identifyAgain } from "./identify.ts";
import { readInput } from "./input.ts";
import { parseJsonBodies } from "./json-body.ts";
import { createListener, type LeanHandler } from "./listener.ts";
import { checkMedia } from "./media.ts";
import { toApiError } from "./problem.ts";
import { answersHead, type Route } from "./route.ts";
import { logServed } from "./served.ts";
import type { Services } from "./services.ts";

/** The Fastify instance: its routes come from the table, its errors are problem documents, the rest are pages. */
export function createApp(
  services: Services,
  parts: {
    readonly routes: readonly Route[];
    readonly lean: LeanHandler;
    readonly pages: Pages | undefined;
  },
): FastifyInstance {
  const app = fastify({
    // One wide line at the end of a request is ours to write; Fastify's own two are switched off.
    logger: false,
    bodyLimit: REQUEST_BYTES_MAX,
    genReqId: () => formatId("req", asId<"req">(newUuid())),
    exposeHeadRoutes: true,
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: URL_LENGTH_MAX },
    // While it drains, a node serves what still comes in on open connections, and closes them one by one.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => sendFailure(services, { error, request, reply }),
    serverFactory: (handler) => createListener(handler, parts.lean),
    clientErrorHandler: clientErrorReply,
  });
  parseJsonBodies(app);
  app.addHook("onRequest", async (request, reply) => {
    checkRequest(services, request, reply);
    // Here and not in the handler for 404: that one runs after the body was read.
    if (!request.is404) return undefined;
    if (await parts.pages?.serve(request, reply)) return reply;
    throw unknownRoute(parts.routes, request.url);
  });
  app.addHook("onResponse", async (request, reply) => logRequest(services, request, reply));
  app.setErrorHandler((error, request, reply) => {
    noteRefusal(services, error, request);
    return sendFailure(services, { error, request, reply });
  });
  for (const each of parts.routes) if (!each.isLean) addRoute(app, services, each);
  parts.pages?.register(app);
  return app;
}

function checkRequest(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...ANSWER_HEADERS, "x-request-id": request.id });
  if (request.url.length > URL_LENGTH_MAX) throw new ApiError("uri_too_long");
  checkHost(services.config, request.raw, pathOf(request.url));
}

/** Who makes a request, once that is known. */
const CALLERS = new WeakMap<FastifyRequest, Caller>();
/** What the route of a request does. */
const ACTIONS_ASKED = new WeakMap<FastifyRequest, Route["action"]>();

function addRoute(app: FastifyInstance, services: Services, definition: Route): void {
  app.route({
    method: definition.method,
    url: definition.path,
    exposeHeadRoute: answersHead(definition),
    // Before the body is read: a stranger's is not worth a byte.
    async onRequest(request, reply) {
      const caller = await identify(services, definition, request);
      CALLERS.set(request, caller);
      ACTIONS_ASKED.set(request, definition.action);
      const left = takeRequest(services, caller, definition.method === "GET" ? "read" : "write");
      if (left) reply.headers({ ...left });
      admit(definition, caller);
      if (definition.body) checkMedia(request.headers);
      if (/100-continue/i.test(request.headers.expect ?? "")) reply.raw.writeContinue();
    },
    async onResponse(request, reply) {
      const caller = CALLERS.get(request);
      if (caller?.kind === "key") seen(services, { caller, request, reply });
    },
    async handler(request, reply) {
      const caller = CALLERS.get(request) ?? { kind: "public" };
      const input = readInput(definition, request);
      const requestId = requestIdOf(request);
      const answer = await definition.handle({
        services: servicesFor(services, caller, request),
        caller,
        requestId,
        origin: {
          address: clientAddress(request.raw, services.config.trustedProxies),
          userAgent: request.headers["user-agent"],
        },
        headers: request.headers,
        ...input,
        async identifyAgain() {
          const again = await identifyAgain(services, definition, request);
          admit(definition, again);
          return again;
        },
      });
      reply.code(answer.status ?? definition.status).headers(answer.headers ?? {});
      return definition.status === 204 ? reply.send() : reply.send(answer.body);
    },
  });
}

const SIGN_IN_REFUSALS: readonly string[] = ["sign_in_failed", "sign_in_throttled"];

/** In its stored form; Fastify knows it as the text of the answer's header. */
function requestIdOf(request: FastifyRequest): Id<"req"> {
  return parseId("req", request.id) ?? asId<"req">(newUuid());
}

/** Refused people and keys, and sign-ins that failed, stand in the audit log, too. */
function noteRefusal(services: Services, error: unknown, request: FastifyRequest): void {
  const { code, status } = toApiError(error);
  const caller = CALLERS.get(request);
  const action = ACTIONS_ASKED.get(request);
  const isKnown = caller !== undefined && caller.kind !== "public" && status === 403;
  if (!isKnown && !SIGN_IN_REFUSALS.includes(code)) return;
  services.refusals.note({
    caller: caller ?? { kind: "public" },
    action: action ?? "sessions.create",
    code,
    address: clientAddress(request.raw, services.config.trustedProxies),
    requestId: requestIdOf(request),
  });
}

/** The same services, but what is changed through them is written down under the name of the caller. */
function servicesFor(services: Services, caller: Caller, request: FastifyRequest): Services {
  const address = clientAddress(request.raw, services.config.trustedProxies);
  const requestId = requestIdOf(request);
  return { ...services, audit: auditFor({ caller, address, requestId }) };
}

/** For the log of the key. */
function seen(
  { keyUsage, config }: Services,
  exchange: {
    readonly caller: Extract<Caller, { kind: "key" }>;
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
  },
): void {
  const { caller, request, reply } = exchange;
  keyUsage.seen(caller.key.row.id, {
    requestId: requestIdOf(request),
    method: request.method,
    path: request.routeOptions.url ?? "",
    status: reply.statusCode,
    code: null,
    durationMs: reply.elapsedTime,
    address: clientAddress(request.raw, config.trustedProxies),
  });
}

/** 405 where another method would do, else 404. */
function unknownRoute(routes: readonly Route[], url: string): ApiError {
  const path = pathOf(url).split("/");
  const methods = routes
    .filter((each) => matchesPath(each.path.split("/"), path))
    .map((each) => (answersHead(each) ? "GET, HEAD" : each.method));
  if (methods.length === 0) return new ApiError("not_found");
  return new ApiError("method_not_allowed", { headers: { allow: methods.join(", ") } });
}

function matchesPath(pattern: readonly string[], path: readonly string[]): boolean {
  return (
    pattern.length === path.length &&
    pattern.every((part, index) => part.startsWith(":") || part === path[index])
  );
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? "";
}

function logRequest(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  logServed(services.log, {
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: reply.statusCode,
    durationMs: reply.elapsedTime,
    caller: CALLERS.get(request)?.kind ?? "unknown",
  });
}
