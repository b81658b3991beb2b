import * as crypto from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticate, type Caller } from "../access/authenticate.ts";
import { authenticateCli, readCliToken } from "../access/cli-session.ts";
import { requireAllowed } from "../access/gate.ts";
import { takeRequest, type LimitHeaders } from "../access/request-limits.ts";
import { requireReach } from "../access/reach.ts";
import type { Acceptance, PublishedEvent } from "../delivery/accept.ts";
import { parseBatch, parseEvent, type EventRefusal } from "../domain/event.ts";
import type { NewEvent } from "../domain/event-item.ts";
import { isIdempotencyKey } from "../domain/event-fields.ts";
import { closest } from "../domain/event-type.ts";
import { isOperationalType } from "../domain/operational-event.ts";
import { asId, formatId, type OrganizationId } from "../domain/id.ts";
import { readTraceparent } from "../domain/traceparent.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import { BATCH_BYTES_MAX, EVENT_DATA_BYTES_MAX, EVENT_REST_BYTES_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { listIdempotencyRecords } from "../store/accept.ts";
import { readBody } from "./body.ts";
import { clientAddress } from "./client-address.ts";
import { identifyPerson } from "./identify.ts";
import { checkHost } from "./host.ts";
import { checkMedia } from "./media.ts";
import { readOrganizationParameter, requireOrganization } from "./organization.ts";
import { sendRawFailure } from "./raw-failure.ts";
import { logServed } from "./served.ts";
import type { Services } from "./services.ts";
import { readSessionCookie } from "./session-cookie.ts";

/**
 * The lean handler of `POST /api/events` and `/api/events/batch`, in front of Fastify: raw bytes in, one scan, no
 * parsing of `data`, no re-serialisation. Fastify would cost more here than everything else together.
 */
export function createIngest(services: Services) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== "POST") return false;
    const url = request.url ?? "";
    const end = url.indexOf("?");
    const path = end < 0 ? url : url.slice(0, end);
    if (path !== "/api/events" && path !== "/api/events/batch") return false;
    const query = end < 0 ? "" : url.slice(end + 1);
    serve(services, {
      request,
      response,
      query,
      isBatch: path !== "/api/events",
      caller: undefined,
      limits: undefined,
    });
    return true;
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: string;
  readonly isBatch: boolean;
  /** Unknown until the credentials have been looked at. */
  caller: Caller | undefined;
  /** What is left of the caller's limits. */
  limits: LimitHeaders | undefined;
}

interface Answer {
  readonly body: string;
  readonly isReplay: boolean;
}

async function serve(services: Services, exchange: Exchange): Promise<void> {
  const requestId = formatId("req", asId<"req">(newUuid()));
  const startedAt = services.clock.monotonic();
  try {
    const answer = await publish(services, exchange);
    send(exchange, { status: 202, requestId, answer });
  } catch (error) {
    sendRawFailure(services, exchange, { error, requestId });
  }
  // Asked first: on the way that must be fast the line is made for those alone who read it.
  if (!services.log.isLevelEnabled("debug")) return;
  logServed(services.log, {
    requestId,
    method: "POST",
    route: exchange.isBatch ? "/api/events/batch" : "/api/events",
    status: exchange.response.statusCode,
    durationMs: services.clock.monotonic() - startedAt,
    caller: exchange.caller?.kind ?? "unknown",
  });
}

async function publish(services: Services, exchange: Exchange): Promise<Answer> {
  const { request, query } = exchange;
  if (services.isDraining()) {
    throw new ApiError("unavailable", { retryAfterSeconds: 1, headers: { connection: "close" } });
  }
  const refusal = services.acceptor.refusal();
  if (refusal) throw refusal;
  checkHost(services.config, request, "");
  const { headers, rawHeaders } = request;
  const address = clientAddress(request, services.config.trustedProxies);
  const credentials = { headers, rawHeaders, query, address };
  const found = identifyPublisher(services, request, credentials);
  // An await costs a turn of the microtask queue; cached callers are there at once.
  const caller = found instanceof Promise ? await found : found;
  exchange.caller = caller;
  exchange.limits = takeRequest(services, caller, "publish");
  requireAllowed(caller, "events.publish");
  checkMedia(headers);
  const key = readIdempotencyKey(request, exchange.isBatch);
  if (headers.expect !== undefined) exchange.response.writeContinue();
  const bytesMax = exchange.isBatch ? BATCH_BYTES_MAX : EVENT_DATA_BYTES_MAX + EVENT_REST_BYTES_MAX;
  const body = await readBody(request, bytesMax);
  const context = {
    services,
    caller,
    organizationId: organizationInQuery(query),
    traceparent: readTraceparent(headers["traceparent"]),
  };
  return exchange.isBatch ? publishBatch(context, body) : publishOne(context, body, key);
}

/** Programs by their key; an operator's browser by its session, to try things out. */
function identifyPublisher(
  services: Services,
  request: IncomingMessage,
  credentials: Parameters<typeof authenticate>[1],
): Caller | Promise<Caller> {
  const { headers } = request;
  if (headers.authorization === undefined && headers["x-api-key"] === undefined) {
    const session = readSessionCookie(services.config, headers);
    if (session !== undefined) {
      return identifyPerson(services, { raw: request, url: request.url ?? "" }, session);
    }
  }
  const token = readCliToken(credentials);
  if (token === undefined) return authenticate(services, credentials);
  const organizationId = organizationInQuery(credentials.query);
  return authenticateCli(services, { token, organizationId });
}

interface Context {
  readonly services: Services;
  readonly caller: Caller;
  /** From the query string. */
  readonly organizationId: OrganizationId | undefined;
  readonly traceparent: string | null;
}

async function publishOne(context: Context, body: Buffer, key: string | null): Promise<Answer> {
  const { services } = context;
  const parsed = parseEvent(body, { nowMs: services.clock.now() });
  if (!parsed.ok) throw refusal(parsed);
  const event = await address(context, parsed.event, key);
  const acceptance = await services.acceptor.accept(event);
  return { body: JSON.stringify(present(acceptance)), isReplay: acceptance.kind === "replayed" };
}

async function publishBatch(context: Context, body: Buffer): Promise<Answer> {
  const { services } = context;
  const parsed = parseBatch(body, { nowMs: services.clock.now() });
  if (!parsed.ok) throw refusal(parsed);
  const events = await Promise.all(
    parsed.events.map((event) => address(context, event, event.idempotencyKey)),
  );
  await refuseReusedKeys(services, events);
  const acceptances = await services.acceptor.acceptAll(events);
  const isReplay = acceptances.every(({ kind }) => kind === "replayed");
  return { body: JSON.stringify({ data: acceptances.map(present) }), isReplay };
}

/** Gives the event its organization and checks its type against that organization's catalogue. */
async function address(
  context: Context,
  event: NewEvent,
  key: string | null,
): Promise<PublishedEvent> {
  const { services, caller } = context;
  const asked = event.organizationId ?? context.organizationId;
  const organization = await requireOrganization(services, caller, asked);
  requireReach(caller, event.resource);
  const { catalogue } = services.platforms.get(organization.profile);
  if (isOperationalType(event.type)) throw invalidRequest([fieldError("/type", "type_reserved")]);
  if (!catalogue.open && !catalogue.types.has(event.type)) {
    throw invalidRequest([
      fieldError("/type", "type_unknown", closest(event.type, catalogue.types)),
    ]);
  }
  return {
    organizationId: organization.id,
    type: event.type,
    resource: event.resource,
    orderingKey: event.orderingKey,
    occurredAt: event.occurredAt ?? services.clock.now(),
    data: event.data,
    idempotencyKey: key,
    bodySha256: key === null ? null : crypto.createHash("sha256").update(event.raw).digest(),
    traceparent: context.traceparent,
  };
}

/** All or nothing: a batch with one reused key is refused before any of it is stored. */
async function refuseReusedKeys(
  services: Services,
  events: readonly PublishedEvent[],
): Promise<void> {
  const byOrganization = Map.groupBy(events, (event) => event.organizationId);
  for (const [organizationId, group] of byOrganization) {
    const keys = group.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
    if (keys.length === 0) continue;
    const seen = await listIdempotencyRecords(services.sql, organizationId, keys);
    for (const { idempotencyKey, bodySha256 } of group) {
      if (idempotencyKey === null || bodySha256 === null) continue;
      const known = seen.get(idempotencyKey);
      if (known && !known.equals(bodySha256)) throw new ApiError("idempotency_key_reused");
      seen.set(idempotencyKey, bodySha256);
    }
  }
}

function present(acceptance: Acceptance): { id: string; deliveries: number } {
  if (acceptance.kind === "key_reused") throw new ApiError("idempotency_key_reused");
  return { id: formatId("evt", acceptance.id), deliveries: acceptance.deliveryCount };
}

function refusal({ problem }: EventRefusal): ApiError {
  if (problem.code === "invalid_request") return invalidRequest(problem.fields);
  const headers = problem.code === "payload_too_large" ? { connection: "close" } : {};
  return new ApiError(problem.code, { detail: problem.detail, headers });
}

function readIdempotencyKey(request: IncomingMessage, isBatch: boolean): string | null {
  const value = request.headers["idempotency-key"];
  if (value === undefined) return null;
  const isOnce = request.headersDistinct["idempotency-key"]?.length === 1;
  // In a batch each item has a key of its own; one for all would have to be split in two meanings.
  const detail = isBatch ? "Give each event of a batch its own idempotencyKey." : undefined;
  if (isBatch || !isOnce || typeof value !== "string" || !isIdempotencyKey(value)) {
    throw new ApiError("idempotency_key_invalid", detail === undefined ? {} : { detail });
  }
  return value;
}

function organizationInQuery(query: string): OrganizationId | undefined {
  return query === "" ? undefined : readOrganizationParameter(query);
}

function send(
  { response, limits }: Exchange,
  { status, requestId, answer }: { status: number; requestId: string; answer: Answer },
): void {
  const headers: Record<string, string | number> = {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(answer.body),
    "x-request-id": requestId,
    ...limits,
  };
  if (answer.isReplay) headers["idempotency-replayed"] = "true";
  response.writeHead(status, headers);
  response.end(answer.body);
}
