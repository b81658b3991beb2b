import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  HEADERS_BYTES_MAX,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  REQUEST_TIMEOUT_MS,
} from "../limits.ts";

/** A handler that stands in front of Fastify; answers false when the request is not for it. */
export type LeanHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Node's HTTP server with our bounds: the lean handler is asked first, then Fastify's. */
export function createListener(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  lean: LeanHandler,
): Server {
  const settings = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: HEADERS_BYTES_MAX,
    connectionsCheckingInterval: 1_000,
    // Node's own refusal has neither a body nor a request id; `host.ts` refuses instead.
    requireHostHeader: false,
  };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (!lean(request, response)) handler(request, response);
  };
  const server = createServer(settings, serve);
  // `Expect: 100-continue`: both judge the headers first and ask for the body when they want it.
  server.on("checkContinue", serve);
  // Any other expectation may be ignored (RFC 9110, 10.1.1).
  server.on("checkExpectation", serve);
  return server;
}
