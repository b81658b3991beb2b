import type { IncomingHttpHeaders } from "node:http";
import type { Config } from "../config.ts";

/**
 * Cookies of sessions. `__Host-` binds them to this very host, over TLS alone (RFC 6265bis, 4.1.3.2); without TLS,
 * which is loopback in development, that prefix cannot be had. A portal stands in a frame of another site: its cookie
 * is `SameSite=None` and partitioned by that site, and browsers take `Secure` ones from loopback, too.
 */
const PORTAL = "__Host-ph_portal";
const BROWSER_OVER_TLS = "__Host-ph_session";
const BROWSER = "ph_session";

function browserCookie({ publicUrl }: Pick<Config, "publicUrl">): string {
  return publicUrl.startsWith("https:") ? BROWSER_OVER_TLS : BROWSER;
}

/** The token of a session cookie; the portal's own only where no other is. */
export function readSessionCookie(
  config: Pick<Config, "publicUrl">,
  { cookie = "" }: IncomingHttpHeaders,
): string | undefined {
  const cookies = new Map(
    cookie.split(";").map((pair) => {
      const end = pair.indexOf("=");
      return [pair.slice(0, end).trim(), pair.slice(end + 1).trim()] as const;
    }),
  );
  return cookies.get(browserCookie(config)) ?? cookies.get(PORTAL);
}

/** `set-cookie` for a session that begins; the browser forgets it when the session is over at the latest. */
export function sessionCookie(
  config: Pick<Config, "publicUrl">,
  begun: { readonly kind: "browser" | "portal"; readonly token: string; readonly lifeMs: number },
): string {
  const { kind, token, lifeMs } = begun;
  const age = `Max-Age=${Math.floor(lifeMs / 1000)}`;
  if (kind === "portal") {
    return `${PORTAL}=${token}; Path=/; ${age}; HttpOnly; Secure; SameSite=None; Partitioned`;
  }
  const name = browserCookie(config);
  const secure = name === BROWSER_OVER_TLS ? " Secure;" : "";
  return `${name}=${token}; Path=/; ${age}; HttpOnly;${secure} SameSite=Lax`;
}

/** `set-cookie` that takes a session's cookie away. */
export function endedCookie(config: Pick<Config, "publicUrl">, kind: "browser" | "portal"): string {
  return sessionCookie(config, { kind, token: "", lifeMs: 0 });
}
