import type { IncomingMessage } from "node:http";
import type { Config } from "../config.ts";
import { ApiError } from "../errors.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);
/** A header that no form and no link can send; another site's script would have to ask first, and is refused. */
export const CSRF_HEADER = "x-posthorn-csrf";

/**
 * Browsers send cookies along whoever asks. A request that changes something must come from our own pages: say so by
 * `Sec-Fetch-Site` or `Origin`, and carry our header. Throws `csrf_failed`. Keys need none of it.
 */
export function checkOrigin(
  { publicUrl }: Pick<Config, "publicUrl">,
  { method = "GET", headers }: Pick<IncomingMessage, "method" | "headers">,
): void {
  if (SAFE.has(method)) return;
  const site = headers["sec-fetch-site"];
  const { origin } = headers;
  const isOwnSite = site === undefined ? false : site === "same-origin" || site === "none";
  const own = new Set([publicUrl, `http://${headers.host ?? ""}`, `https://${headers.host ?? ""}`]);
  const isOwnOrigin = origin !== undefined && own.has(origin);
  const isOwn =
    site === undefined ? isOwnOrigin : isOwnSite && (origin === undefined || isOwnOrigin);
  if (!isOwn || headers[CSRF_HEADER] === undefined) throw new ApiError("csrf_failed");
}
