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

/** Answers what Node's parser refuses (two lengths, no Host, slow headers …): without this it has no body at all. */
export function clientErrorReply(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ""] ?? "bad_request";
  const requestId = formatId("req", asId<"req">(newUuid()));
  const { status, headers, body } = problemReply(new ApiError(code), requestId);
  const lines = Object.entries({
    ...headers,
    "x-request-id": requestId,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
}
