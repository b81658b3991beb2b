import { addressAllowed, type AddressPolicy } from "../../domain/address.ts";
import { hostProblem, urlHost, type UrlHost } from "../../domain/endpoint-url.ts";
import { URLS_PARSED_MAX } from "../../limits.ts";
import { ADDRESS_NOT_ALLOWED, LOOP_NOT_ALLOWED, URL_INVALID, type Failure } from "./failure.ts";

/** This process's own listener, dialled for test inboxes whatever the public name resolves to. */
export interface OwnOrigin {
  /** Origin of the public URL, as `URL.origin` writes it. */
  readonly origin: string;
  readonly listener: { readonly host: string; readonly port: number };
}

/** Where one origin is reached; sockets are shared by all requests with the same `key`. */
export interface Origin {
  readonly key: string;
  /** Scheme and authority for the request; plain http for our own listener, which speaks no TLS. */
  readonly url: string;
  readonly host: UrlHost;
  readonly port: number;
  readonly secure: boolean;
  /** Our own listener: reached without DNS and without the address rule. */
  readonly own: boolean;
}

/** A parsed endpoint URL, or why nothing may be sent to it. */
export type Target =
  | { readonly ok: true; readonly origin: Origin; readonly path: string }
  | { readonly ok: false; readonly failure: Failure };

/**
 * Reads endpoint URLs and judges literal addresses: the first of the three guards, because a
 * literal never passes through a look-up. The newest results are kept.
 */
export function createTargets(options: {
  readonly policy: AddressPolicy;
  readonly ownOrigin?: OwnOrigin | undefined;
}): (url: string) => Target {
  const cache = new Map<string, Target>();
  return (url) => {
    const known = cache.get(url);
    if (known) return known;
    if (cache.size >= URLS_PARSED_MAX) cache.clear();
    const target = parseTarget(url, options);
    cache.set(url, target);
    return target;
  };
}

function parseTarget(
  text: string,
  {
    policy,
    ownOrigin,
  }: { readonly policy: AddressPolicy; readonly ownOrigin?: OwnOrigin | undefined },
): Target {
  const url = URL.parse(text);
  if (url === null || !isRequestable(url)) return { ok: false, failure: URL_INVALID };
  const path = url.pathname + url.search;
  if (url.origin === ownOrigin?.origin) {
    if (!/^\/in\/./.test(url.pathname)) return { ok: false, failure: LOOP_NOT_ALLOWED };
    return { ok: true, path, origin: ownListener(url, ownOrigin) };
  }
  const host = urlHost(url);
  if (!mayBeDialled(host, policy)) return { ok: false, failure: ADDRESS_NOT_ALLOWED };
  const secure = url.protocol === "https:";
  const port = Number(url.port || (secure ? 443 : 80));
  return {
    ok: true,
    path,
    origin: { key: url.origin, url: url.origin, host, port, secure, own: false },
  };
}

function isRequestable(url: URL): boolean {
  const scheme = url.protocol === "https:" || url.protocol === "http:";
  return scheme && url.username === "" && url.password === "";
}

function mayBeDialled(host: UrlHost, policy: AddressPolicy): boolean {
  if (host.kind === "address") return addressAllowed(policy, host.ip);
  return hostProblem(host, policy) === undefined;
}

function ownListener(url: URL, { listener }: OwnOrigin): Origin {
  return {
    key: "own",
    url: `http://${url.host}`,
    host: { kind: "address", ip: dialable(listener.host) },
    port: listener.port,
    secure: false,
    own: true,
  };
}

/** A listener on every address is reached through loopback. */
function dialable(host: string): string {
  if (host === "0.0.0.0" || host === "localhost") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
