import type { Config } from "../config.ts";
import { isAllowedHost } from "./host.ts";

/** Whatever stands between us and the caller says so in one of these. */
const FORWARDING = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/**
 * Whether a request may read the metrics without a key: in development mode, straight from this machine. The host is
 * judged too, or a page in a developer's browser could read them through a name that resolves to us.
 */
export function isLocalScraper(
  config: Pick<Config, "mode" | "publicUrl">,
  request: {
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
    readonly remoteAddress: string | undefined;
  },
): boolean {
  const { headers, remoteAddress } = request;
  if (config.mode !== "development" || !LOOPBACK.test(remoteAddress ?? "")) return false;
  if (FORWARDING.some((name) => headers[name] !== undefined)) return false;
  return typeof headers["host"] === "string" && isAllowedHost(config, headers["host"], "");
}
