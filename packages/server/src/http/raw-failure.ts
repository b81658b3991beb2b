import type { IncomingMessage, ServerResponse } from "node:http";
import { HANG_UP_AFTER_MS } from "../limits.ts";
import { ANSWER_HEADERS } from "./failure.ts";
import { problemReply, toApiError } from "./problem.ts";
import type { Services } from "./services.ts";

/** What the handlers in front of Fastify do with anything thrown: a problem document, and a log line for our own faults. */
export function sendRawFailure(
  services: Pick<Services, "log" | "clock" | "onRefusal">,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
  failure: { readonly error: unknown; readonly requestId: string },
): void {
  const { request, response } = exchange;
  const { requestId } = failure;
  const error = toApiError(failure.error);
  services.onRefusal(error.code);
  if (error.status >= 500) {
    const { code } = error;
    services.log.error({ event: "request.failed", requestId, code, error: error.cause ?? error });
  }
  const { status, headers, body } = problemReply(error, requestId);
  // What is left of the body would be read as the next request.
  const isLeft = !request.complete;
  const connection = isLeft ? { connection: "close" } : {};
  response.writeHead(status, {
    ...ANSWER_HEADERS,
    ...headers,
    ...connection,
    "x-request-id": requestId,
    "content-length": Buffer.byteLength(body),
  });
  if (!isLeft) return void response.end(body);
  // Hanging up at once would reset a caller that is still sending, and the answer with it: it gets time to read.
  response.write(body);
  const hangUp = services.clock.after(HANG_UP_AFTER_MS, () => response.end());
  response.once("close", hangUp);
}
