import type { IncomingMessage } from "node:http";
import { ApiError } from "../errors.ts";

/**
 * The whole body of a request, up to `bytesMax`: beyond it reading stops at once and the answer is 413, so that a
 * caller cannot make the server hold more than the limit and one chunk.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > bytesMax) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) {
        request.pause();
        reject(tooLarge());
        return;
      }
      chunks.push(chunk);
    });
    request.on("end", () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, length));
    });
    request.on("error", (cause) => reject(new ApiError("bad_request", { cause })));
    request.on("close", () => {
      if (!request.complete)
        reject(new ApiError("bad_request", { detail: "The body ended early." }));
    });
  });
}

function tooLarge(): ApiError {
  return new ApiError("payload_too_large", { headers: { connection: "close" } });
}
