import type { IncomingMessage, ServerResponse } from "node:http";
import { asId, formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { createInboxRecorder, type InboxRecorder, type Recorded } from "../inboxes/receive.ts";
import { tokenOf } from "../inboxes/url.ts";
import { INBOX_BODY_BYTES_MAX, INBOX_SILENCE_MS_MAX, URL_LENGTH_MAX } from "../limits.ts";
import { delay } from "../platform/clock.ts";
import { newUuid } from "../platform/random.ts";
import { findInboxByToken } from "../store/inboxes.ts";
import { readBody } from "./body.ts";
import { ANSWER_HEADERS } from "./failure.ts";
import { checkHost } from "./host.ts";
import { sendRawFailure } from "./raw-failure.ts";
import type { Services } from "./services.ts";

/**
 * Serves every method of `/in/:token`, in front of Fastify: what arrives is recorded byte for byte and never
 * interpreted, whatever it calls itself.
 */
export function createInboxReceiver(services: Services) {
  const recorder = createInboxRecorder(services);
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!request.url?.startsWith("/in/")) return false;
    serve({ services, recorder }, { request, response });
    return true;
  };
}

interface Context {
  readonly services: Services;
  readonly recorder: InboxRecorder;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function serve(context: Context, exchange: Exchange): Promise<void> {
  const requestId = formatId("req", asId<"req">(newUuid()));
  try {
    const recorded = await receive(context, exchange);
    await answer(context, exchange.response, { recorded, requestId });
  } catch (error) {
    sendRawFailure(context.services, exchange, { error, requestId });
  }
}

async function receive(context: Context, { request, response }: Exchange): Promise<Recorded> {
  const { services, recorder } = context;
  const { url: path = "", method = "", headers, headersDistinct } = request;
  if (path.length > URL_LENGTH_MAX) throw new ApiError("uri_too_long");
  checkHost(services.config, request, path);
  const token = tokenOf(path);
  const inbox = token === undefined ? undefined : await findInboxByToken(services.sql, token);
  if (!inbox) throw new ApiError("not_found");
  if (headers.expect !== undefined) response.writeContinue();
  const body = await readBody(request, INBOX_BODY_BYTES_MAX);
  const received = { method, path, headers, headersDistinct, body };
  const recorded = await recorder.record(inbox, received);
  if (!recorded) throw new ApiError("not_found");
  return recorded;
}

/** As the inbox was told: now, late, or never. */
async function answer(
  { services, recorder }: Context,
  response: ServerResponse,
  { recorded, requestId }: { readonly recorded: Recorded; readonly requestId: string },
): Promise<void> {
  const { status, delayMs, retryAfter } = recorded.answer;
  const waitMs = status === null ? INBOX_SILENCE_MS_MAX : delayMs;
  if (waitMs > 0) await hold(services, response, waitMs);
  if (status === null || response.destroyed) {
    response.destroy();
    return;
  }
  if (waitMs > 0) await recorder.noteAnswer(recorded.id, status);
  // RFC 9110, 15.3.5, 15.3.6 and 15.4.5: these have no content.
  const isBare = status === 204 || status === 205 || status === 304;
  const body = isBare ? "" : JSON.stringify({ received: true });
  const headers: Record<string, string | number> = { ...ANSWER_HEADERS, "x-request-id": requestId };
  if (!isBare) headers["content-type"] = "application/json";
  if (!isBare || status === 205) headers["content-length"] = body.length;
  if (retryAfter !== undefined) headers["retry-after"] = retryAfter;
  response.writeHead(status, headers);
  response.end(body);
}

const LOOK_EVERY_MS = 500;

/** Waits, but no longer than the sender does, and not while this node wants to stop. */
async function hold(
  { clock, notReady }: Services,
  response: ServerResponse,
  waitMs: number,
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const until = clock.monotonic() + waitMs;
  while (!response.destroyed && !notReady().includes("draining")) {
    const leftMs = until - clock.monotonic();
    if (leftMs <= 0) return;
    await delay(clock, Math.min(leftMs, LOOK_EVERY_MS), gone.signal);
  }
}
