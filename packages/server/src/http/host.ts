import type { Config } from "../config.ts";

const LOOPBACK_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);
/** Asked for by balancers and scrapers, which use addresses of their own. */
const PROBE_PATHS = new Set(["/healthz", "/readyz", "/metrics"]);

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
  if (host === new URL(config.publicUrl).host) return true;
  return LOOPBACK_NAMES.has(host.replace(/:\d+$/, ""));
}
