import type { IncomingHttpHeaders } from "node:http";
import type { Config } from "../config.ts";
import { OIDC_LIFE_MS } from "../limits.ts";

/**
 * Cookies of sessions. `__Host-` binds them to this very host, over TLS alone (RFC 6265bis, 4.1.3.2); without TLS,
 * which is loopback in development, that prefix cannot be had. A portal stands in a frame of another site: its cookie
 * is `SameSite=None` and partitioned by that site, and browsers take `Secure` ones from loopback, too.
 */
const PORTAL = "__Host-ph_portal";
const BROWSER_OVER_TLS = "__Host-ph_session";
const BROWSER = "ph_session";

const OIDC_OVER_TLS = "__Host-ph_oidc";
const OIDC = "ph_oidc";

function browserCookie({ publicUrl }: Pick<Config, "publicUrl">): string {
  return publicUrl.startsWith("https:") ? BROWSER_OVER_TLS : BROWSER;
}

/** The token of a session cookie; the portal's own only where no other is. */
export function readSessionCookie(
  config: Pick<Config, "publicUrl">,
  { cookie = "" }: IncomingHttpHeaders,
): string | undefined {
  const cookies = readCookies(cookie);
  return cookies.get(browserCookie(config)) ?? cookies.get(PORTAL);
}

function readCookies(cookie: string): ReadonlyMap<string, string> {
  return new Map(
    cookie.split(";").map((pair) => {
      const end = pair.indexOf("=");
      return [pair.slice(0, end).trim(), pair.slice(end + 1).trim()] as const;
    }),
  );
}

function oidcName({ publicUrl }: Pick<Config, "publicUrl">): string {
  return publicUrl.startsWith("https:") ? OIDC_OVER_TLS : OIDC;
}

/** What a browser has carried to the identity provider and back. */
export function readOidcCookie(
  config: Pick<Config, "publicUrl">,
  { cookie = "" }: IncomingHttpHeaders,
): string | undefined {
  return readCookies(cookie).get(oidcName(config));
}

/** `set-cookie` for the way to the identity provider: the way back comes from another site, by a link (`Lax`). */
export function oidcCookie(
  config: Pick<Config, "publicUrl">,
  value: string,
  lifeMs = OIDC_LIFE_MS,
): string {
  const name = oidcName(config);
  const secure = name === OIDC_OVER_TLS ? " Secure;" : "";
  const age = `Max-Age=${Math.floor(lifeMs / 1000)}`;
  return `${name}=${value}; Path=/; ${age}; HttpOnly;${secure} SameSite=Lax`;
}

/** `set-cookie` that takes it away again. */
export function endedOidcCookie(config: Pick<Config, "publicUrl">): string {
  return oidcCookie(config, "", 0);
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
