import * as crypto from "node:crypto";

/**
 * An endpoint's URL for logs, `host#hash8`: the same for the same URL, and without its path and query, which for many
 * services are the credential.
 */
export function loggedUrl(url: string): string {
  const host = URL.parse(url)?.host ?? "";
  return `${host}#${crypto.hash("sha256", url).slice(0, 8)}`;
}
