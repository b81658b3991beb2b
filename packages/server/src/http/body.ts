import type { IncomingMessage } from "node:http";
import { ApiError } from "../errors.ts";

/** How many bytes of bodies may be in memory at a time, where strangers send them. */
export interface BodyBudget {
  /** False when there is no room for so many more. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createBodyBudget(bytesMax: number): BodyBudget {
  let taken = 0;
  return {
    take(bytes) {
      if (taken + bytes > bytesMax) return false;
      taken += bytes;
      return true;
    },
    give(bytes) {
      taken -= bytes;
    },
  };
}

/**
 * The whole body of a request, up to `bytesMax`: beyond it reading stops at once and the answer is 413, so that a
 * caller cannot make the server hold more than the limit and one chunk.
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return readWhile(request, bytesMax, roomForAll);
}

const roomForAll = () => true;

/**
 * The same, and every byte is taken from a budget, which gets it back from whoever got the body; throws `overloaded`
 * when there is no room.
 */
export async function readBodyWithin(
  budget: BodyBudget,
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer> {
  let taken = 0;
  try {
    return await readWhile(request, bytesMax, (bytes) => {
      if (!budget.take(bytes)) return false;
      taken += bytes;
      return true;
    });
  } catch (error) {
    budget.give(taken);
    throw error;
  }
}

function readWhile(
  request: IncomingMessage,
  bytesMax: number,
  hasRoom: (bytes: number) => boolean,
): Promise<Buffer> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > bytesMax) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (error: ApiError) => {
      request.off("data", keep).pause();
      reject(error);
    };
    const keep = (chunk: Buffer) => {
      length += chunk.length;
      if (length > bytesMax) refuse(tooLarge());
      else if (hasRoom(chunk.length)) chunks.push(chunk);
      else refuse(tooMuch());
    };
    request.on("data", keep);
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

function tooMuch(): ApiError {
  return new ApiError("overloaded", { retryAfterSeconds: 1, headers: { connection: "close" } });
}
