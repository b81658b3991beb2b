import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { asId, formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { inboxAnswer, type InboxAnswer } from "../inboxes/behavior.ts";
import {
  INBOX_BODY_BYTES_MAX,
  INBOX_REQUESTS_KEPT_MAX,
  INBOX_SILENCE_MS_MAX,
  URL_LENGTH_MAX,
} from "../limits.ts";
import { delay } from "../platform/clock.ts";
import { newUuid, random } from "../platform/random.ts";
import { countWithMessageId, findInboxByToken, insertInboxRequest } from "../store/inboxes.ts";
import { readBody } from "./body.ts";
import { readBehavior } from "./inbox-behavior.ts";
import { sendRawFailure } from "./raw-failure.ts";
import type { Services } from "./services.ts";

/** Serves `ANY /in/:token`: a receiver that records. What arrives is data and never interpreted. */
export function createInboxReceiver(services: Services) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!request.url?.startsWith("/in/")) return false;
    void serve(services, request, response);
    return true;
  };
}

async function serve(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = formatId("req", asId<"req">(newUuid()));
  try {
    const answer = await receive(services, request, response);
    await give(services, { response, requestId, answer });
  } catch (error) {
    sendRawFailure(services, { request, response }, { error, requestId });
  }
}

async function receive(
  services: Services,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<InboxAnswer> {
  const path = request.url ?? "";
  if (path.length > URL_LENGTH_MAX) throw new ApiError("uri_too_long");
  const token = /^\/in\/([A-Za-z0-9_-]{16,64})(?:[/?].*)?$/.exec(path)?.[1];
  const inbox = token && (await findInboxByToken(services.sql, token));
  if (!inbox) throw new ApiError("not_found");
  if (request.headers.expect !== undefined) response.writeContinue();
  const body = await readBody(request, INBOX_BODY_BYTES_MAX);
  const messageId = readMessageId(request.headers);
  const answer = inboxAnswer(readBehavior(inbox), {
    earlier: messageId === null ? 0 : await countWithMessageId(services.sql, inbox.id, messageId),
    random: random(),
  });
  await insertInboxRequest(services.sql, inbox.id, {
    id: asId<"ibr">(newUuid()),
    method: request.method ?? "",
    path: path.replace(inbox.token, "…"),
    headers: keptHeaders(request.headers),
    body,
    messageId,
    answeredStatus: answer.status,
    keptMax: INBOX_REQUESTS_KEPT_MAX,
  });
  return answer;
}

async function give(
  { clock }: Services,
  {
    response,
    requestId,
    answer,
  }: { response: ServerResponse; requestId: string; answer: InboxAnswer },
): Promise<void> {
  if (answer.status === 0) {
    // Silence: the sender's deadline ends it; ours only keeps the socket from living for ever.
    await delay(clock, INBOX_SILENCE_MS_MAX);
    response.destroy();
    return;
  }
  if (answer.delayMs > 0) await delay(clock, answer.delayMs);
  const { status, retryAfterSeconds } = answer;
  const body = status === 204 ? "" : JSON.stringify({ received: status < 300 });
  response.setHeader("x-request-id", requestId);
  if (retryAfterSeconds !== null) response.setHeader("retry-after", retryAfterSeconds);
  if (body !== "") response.setHeader("content-type", "application/json");
  response.writeHead(status);
  response.end(body);
}

/** The id that stays the same over the attempts of a delivery, by the names that our formats use. */
const ID_HEADERS = ["webhook-id", "x-fanfare-delivery-id", "svix-id"];

function readMessageId(headers: IncomingHttpHeaders): string | null {
  for (const name of ID_HEADERS) {
    const value = headers[name];
    if (typeof value === "string" && value !== "") return value.slice(0, 200);
  }
  return null;
}

/** As received, but for what may be somebody's credential. */
function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const isCredential = name === "authorization" || name === "cookie" || name === "x-api-key";
    kept[name] = isCredential ? "••••" : String(value);
  }
  return kept;
}
