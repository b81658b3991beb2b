import type { IncomingMessage } from "node:http";
import type { Config } from "../config.ts";
import { ApiError } from "../errors.ts";

const LOOPBACK_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);
/** Asked for by balancers and scrapers, which use addresses of their own. */
const PROBE_PATHS = new Set(["/healthz", "/readyz", "/metrics"]);

/** Throws `misdirected_request` for another host than ours, and `bad_request` where HTTP/1.1 asks for one. */
export function checkHost(
  config: Pick<Config, "publicUrl">,
  { headers, httpVersion }: Pick<IncomingMessage, "headers" | "httpVersion">,
  path: string,
): void {
  if (headers.host === undefined && httpVersion !== "1.0") {
    throw new ApiError("bad_request", {
      detail: "The Host header is missing.",
      headers: { connection: "close" },
    });
  }
  if (!isAllowedHost(config, headers.host, path)) throw new ApiError("misdirected_request");
}

/**
 * Whether a request is meant for this server: the public URL's host, or loopback. Anything else may be DNS rebinding:
 * a page on another name that resolves to us, and that the browser of an operator would trust.
 */
export function isAllowedHost(
  config: Pick<Config, "publicUrl">,
  header: string | undefined,
  path: string,
): boolean {
  if (PROBE_PATHS.has(path)) return true;
  if (header === undefined) return false;
  const host = header.toLowerCase();
  const colon = host.lastIndexOf(":");
  const name = colon > host.lastIndexOf("]") ? host.slice(0, colon) : host;
  // The public URL is taken apart only for other names: this runs for every event that is published.
  if (LOOPBACK_NAMES.has(name)) return true;
  const own = new URL(config.publicUrl);
  // A default port may be spelled out.
  return host.replace(own.protocol === "https:" ? /:443$/ : /:80$/, "") === own.host;
}
