import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../errors.ts";
import { announcesBody } from "./media.ts";
import { problemReply, toApiError } from "./problem.ts";
import type { Services } from "./services.ts";

/** Answers whatever was thrown as a problem document, and logs what is our own fault. */
export function sendFailure(
  services: Pick<Services, "log" | "onRefusal">,
  failure: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const { request, reply } = failure;
  const error = fromTransport(failure) ?? toApiError(failure.error);
  services.onRefusal(error.code);
  if (error.status >= 500) {
    services.log.error({
      event: "request.failed",
      requestId: request.id,
      code: error.code,
      error: error.cause ?? error,
    });
  }
  const { status, headers, body } = problemReply(error, request.id);
  // What is left of the body would have to be read to its end, however long it is.
  const isLeft = announcesBody(request.headers) && !request.raw.complete;
  return (
    reply
      .code(status)
      .headers({ ...ANSWER_HEADERS, "x-request-id": request.id, ...headers })
      .headers(isLeft ? { connection: "close" } : {})
      // As bytes, or Fastify adds a charset, which this type does not have (RFC 8259, section 11).
      .send(Buffer.from(body))
  );
}

/** On every answer: most of them show what only their reader may see. */
export const ANSWER_HEADERS = Object.freeze({
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
});

/** For what stands at an address of its own version: another content has another address. */
export const KEPT_FOR_EVER = "public, max-age=31536000, immutable";

/** Fastify's own refusals, and uploads that were cut off, in the words of our catalogue. */
function fromTransport({ error, request }: { error: unknown; request: FastifyRequest }) {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new ApiError("payload_too_large", { headers: { connection: "close" } });
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ApiError("media_type_unsupported");
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new ApiError("bad_request");
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new ApiError("uri_too_long");
    case "FST_ERR_BAD_URL":
      return new ApiError("not_found");
    case "ECONNRESET":
      // The database's sockets have this code too; here it is the caller who went away, and nobody's fault.
      return request.raw.complete ? undefined : new ApiError("bad_request");
    default:
      return undefined;
  }
}
