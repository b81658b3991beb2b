import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { asId, formatId } from "../domain/id.ts";
import { ApiError, type ApiErrorCode } from "../errors.ts";
import { newUuid } from "../platform/random.ts";
import { problemReply } from "./problem.ts";

const CODES: Readonly<Record<string, ApiErrorCode>> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "payload_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_timeout",
};

/** A method that Node does not know, by the first bytes of the request: RFC 9110, section 9. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ \//;
const REQUEST_LINE_BYTES = 64;
const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

/** What Node tells about a request that it could not read. */
type ClientError = Error & { readonly code?: string; readonly rawPacket?: unknown };

/** Answers what Node's parser refuses (two lengths, slow headers …): without this it has no body at all. */
export function clientErrorReply(error: ClientError, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = formatId("req", asId<"req">(newUuid()));
  const { status, headers, body } = problemReply(toRefusal(error), requestId);
  const lines = Object.entries({
    ...headers,
    "x-request-id": requestId,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
}

function toRefusal({ code = "", rawPacket }: ClientError): ApiError {
  const line = Buffer.isBuffer(rawPacket)
    ? rawPacket.toString("latin1", 0, REQUEST_LINE_BYTES)
    : "";
  if (code === "HPE_INVALID_METHOD" && REQUEST_LINE.test(line)) {
    return new ApiError("method_not_allowed", { headers: { allow: METHODS } });
  }
  return new ApiError(CODES[code] ?? "bad_request");
}
