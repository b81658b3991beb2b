import type { IncomingMessage, ServerResponse } from "node:http";
import { asId, formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { SOURCE_BODIES_BYTES_MAX, SOURCE_BODY_BYTES_MAX, URL_LENGTH_MAX } from "../limits.ts";
import { newUuid } from "../platform/random.ts";
import { noteRefused, receive, requireOpen, type Received } from "../sources/receive.ts";
import { readTarget } from "../sources/url.ts";
import { findReceivingSource, type ReceivingSource } from "../store/sources.ts";
import { createBodyBudget, readBodyWithin, type BodyBudget } from "./body.ts";
import { clientAddress } from "./client-address.ts";
import { ANSWER_HEADERS } from "./failure.ts";
import { checkHost } from "./host.ts";
import { toApiError } from "./problem.ts";
import { sendRawFailure } from "./raw-failure.ts";
import { logServed } from "./served.ts";
import type { Services } from "./services.ts";

/**
 * Serves `/hooks/:token`, in front of Fastify: signatures are over the bytes as they came, so nothing may parse them
 * first.
 */
export function createSourceReceiver(services: Services) {
  const budget = createBodyBudget(SOURCE_BODIES_BYTES_MAX);
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!request.url?.startsWith("/hooks/")) return false;
    serve({ services, budget }, { request, response });
    return true;
  };
}

interface Context {
  readonly services: Services;
  readonly budget: BodyBudget;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(context: Context, exchange: Exchange): Promise<void> {
  const { services } = context;
  const requestId = formatId("req", asId<"req">(newUuid()));
  const startedAt = services.clock.monotonic();
  try {
    const source = await findSource(services, exchange.request);
    const received = await take(context, exchange, source);
    answer(exchange.response, { source, received, requestId });
  } catch (error) {
    sendRawFailure(services, exchange, { error, requestId });
  }
  logServed(services.log, {
    requestId,
    method: exchange.request.method ?? "",
    route: "/hooks/:token",
    status: exchange.response.statusCode,
    durationMs: services.clock.monotonic() - startedAt,
    caller: "public",
  });
}

async function findSource(
  { config, sql, isDraining }: Services,
  request: IncomingMessage,
): Promise<ReceivingSource> {
  const { url: target = "", method } = request;
  if (isDraining()) {
    throw new ApiError("unavailable", { retryAfterSeconds: 1, headers: { connection: "close" } });
  }
  if (target.length > URL_LENGTH_MAX) throw new ApiError("uri_too_long");
  checkHost(config, request, target);
  if (method !== "POST") {
    const detail = "This address takes webhooks: a provider sends them with POST.";
    throw new ApiError("method_not_allowed", { detail, headers: { allow: "POST" } });
  }
  const source = await findReceivingSource(sql, readTarget(target).token);
  if (!source) throw new ApiError("not_found");
  return source;
}

/** From here on a refusal is the source's, and people find it in its log. */
async function take(
  { services, budget }: Context,
  { request, response }: Exchange,
  source: ReceivingSource,
): Promise<Received> {
  const { headers, headersDistinct } = request;
  const { query } = readTarget(request.url ?? "");
  const address = clientAddress(request, services.config.trustedProxies);
  let body: Buffer = Buffer.alloc(0);
  try {
    requireOpen(services, source);
    const encoding = headers["content-encoding"];
    if (encoding !== undefined && encoding !== "identity") {
      throw new ApiError("encoding_unsupported");
    }
    if (headers.expect !== undefined) response.writeContinue();
    body = await readBodyWithin(budget, request, SOURCE_BODY_BYTES_MAX);
    return await receive(services, source, { query, headers, headersDistinct, body, address });
  } catch (error) {
    const { code, status } = toApiError(error);
    // Our own failures are not the sender's, and stand in our log.
    const isTheirs = status < 500 || code === "source_without_secret";
    if (isTheirs) noteRefused(services, source, { query, headers, body, address, code });
    throw error;
  } finally {
    budget.give(body.length);
  }
}

const TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>';

function answer(
  response: ServerResponse,
  {
    source,
    received,
    requestId,
  }: {
    readonly source: ReceivingSource;
    readonly received: Received;
    readonly requestId: string;
  },
): void {
  // Twilio reads the answer to a message or a call as TwiML, and complains about anything else.
  const isTwilio = source.provider === "twilio";
  const id = formatId("rcp", received.id);
  const duplicate = received.isDuplicate ? { duplicate: true } : {};
  const body = isTwilio ? TWIML : JSON.stringify({ received: true, ...duplicate, id });
  response.writeHead(200, {
    ...ANSWER_HEADERS,
    "x-request-id": requestId,
    "content-type": isTwilio ? "text/xml" : "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}
