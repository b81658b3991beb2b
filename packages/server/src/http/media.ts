import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../errors.ts";

/** Whether a body follows these headers (RFC 9112, section 6.3). */
export function announcesBody(headers: IncomingHttpHeaders): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** Throws the 415s for a body that is not plain JSON in UTF-8, before any of it is read. */
export function checkMedia(headers: IncomingHttpHeaders): void {
  const type = headers["content-type"];
  if (type === undefined && announcesBody(headers)) throw new ApiError("media_type_unsupported");
  if (type !== undefined && type !== "application/json") checkType(type);
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") throw new ApiError("encoding_unsupported");
}

function checkType(type: string): void {
  const [media = "", ...parameters] = type.split(";").map((part) => part.trim().toLowerCase());
  if (media !== "application/json") throw new ApiError("media_type_unsupported");
  const charset = parameters
    .find((part) => part.startsWith("charset="))
    ?.slice("charset=".length)
    .replaceAll('"', "");
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw new ApiError("charset_unsupported");
  }
}
