/** 1 MiB: several times what any of the known senders sends. */
export const BODY_BYTES_MAX = 1_048_576;

/** Why a body could not be read. */
export type BodyFailure = "body_already_parsed" | "body_too_large" | "malformed_body";

/** The raw body of a `Request`, or why there is none. Reads no more than is accepted, and never throws. */
export async function readBody(
  request: Request,
  bytesMax = BODY_BYTES_MAX,
): Promise<Uint8Array | BodyFailure> {
  if (request.bodyUsed) return "body_already_parsed";
  if (Number(request.headers.get("content-length")) > bytesMax) return "body_too_large";
  if (request.body === null) return new Uint8Array();
  return readChunks(request.body, bytesMax);
}

/** The same for anything that gives chunks, such as a request of Node. */
export async function readChunks(
  chunks: AsyncIterable<Uint8Array | string>,
  bytesMax: number,
): Promise<Uint8Array | BodyFailure> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      const part = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      bytes += part.length;
      if (bytes > bytesMax) return "body_too_large";
      parts.push(part);
    }
  } catch {
    // The sender went away in the middle: nobody waits for the answer.
    return "malformed_body";
  }
  return Buffer.concat(parts, bytes);
}
