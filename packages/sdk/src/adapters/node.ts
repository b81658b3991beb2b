import type { IncomingMessage, ServerResponse } from "node:http";
import type { ReceivedRequest } from "../receiver/receive.ts";
import type { ReceiverAnswer } from "../receiver/answer.ts";
import { readChunks, type BodyFailure } from "../webhooks/body.ts";

/** A request of Node as frameworks pass it on: some have read the body, some keep the raw bytes beside it. */
export type NodeRequest = IncomingMessage & {
  readonly originalUrl?: string;
  readonly body?: unknown;
  readonly rawBody?: unknown;
};

/** What an adapter needs of a receiver, whatever its events are. */
export interface Answering {
  receive(request: ReceivedRequest): Promise<ReceiverAnswer>;
}

/**
 * A handler for `node:http` and everything that passes its requests on, such as Express and the pages of Next.js.
 * Reads the raw body itself. Never rejects.
 */
export function nodeHandler(
  receiver: Answering,
): (request: NodeRequest, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const answer = await receiver.receive(receivedFromNode(request));
    response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
  };
}

/** A request of Node as a receiver takes it. */
export function receivedFromNode(request: NodeRequest): ReceivedRequest {
  const url = request.originalUrl ?? request.url ?? "";
  const start = url.indexOf("?");
  return {
    method: request.method ?? "",
    headers: request.headers,
    search: start === -1 ? "" : url.slice(start),
    body: (bytesMax) => bodyOf(request, bytesMax),
  };
}

/** The bytes that somebody kept, else the stream, unless a parser has read it: what it made cannot be verified. */
async function bodyOf(request: NodeRequest, bytesMax: number): Promise<Uint8Array | BodyFailure> {
  const kept = [request.rawBody, request.body].find(isRaw);
  if (kept !== undefined) {
    const bytes = typeof kept === "string" ? Buffer.from(kept) : kept;
    return bytes.length > bytesMax ? "body_too_large" : bytes;
  }
  if (request.readableDidRead || request.readableEnded) return "body_already_parsed";
  if (Number(request.headers["content-length"]) > bytesMax) return "body_too_large";
  // Ending the reading early would otherwise destroy the connection, and the sender would see no answer.
  const body = await readChunks(request.iterator({ destroyOnReturn: false }), bytesMax);
  if (body === "body_too_large") request.resume();
  return body;
}

function isRaw(body: unknown): body is Uint8Array | string {
  return body instanceof Uint8Array || typeof body === "string";
}
