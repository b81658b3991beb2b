/**
 * Twilio signs the address as it stands in its own configuration. What a receiver knows may differ from that by the
 * standard port and by how special characters were encoded, so some spellings are tried, the same as in Twilio's own
 * library: as given without and with a port, then normalized, then with the query written in the old way.
 */
import { parse, stringify } from "node:querystring";

/** All spellings under which an absolute http(s) address may have been signed; the likeliest first. */
export function spellings(url: string): readonly string[] {
  const normalized = URL.canParse(url) ? new URL(url).toString() : url;
  const [bare, ported] = [withoutPort(normalized), withPort(normalized)];
  const all = [
    withoutPort(url),
    withPort(url),
    bare,
    ported,
    withOldQuery(bare),
    withOldQuery(ported),
  ];
  return [...new Set(all)];
}

interface Parts {
  readonly scheme: string;
  readonly userInfo: string;
  readonly host: string;
  readonly port: string;
  /** Path and query with their exact characters: `new URL()` would encode some of them. */
  readonly rest: string;
}

function split(url: string): Parts | undefined {
  const match = /^(https?:\/\/)([^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)(:[^/?#]*)?/i.exec(url);
  if (match === null) return undefined;
  const [whole, scheme = "", userInfo = "", host = "", port = ""] = match;
  return { scheme, userInfo, host, port, rest: url.slice(whole.length) };
}

function withoutPort(url: string): string {
  const parts = split(url);
  return parts ? parts.scheme + parts.userInfo + parts.host + parts.rest : url;
}

function withPort(url: string): string {
  const parts = split(url);
  if (!parts || parts.port !== "") return url;
  const port = parts.scheme.toLowerCase() === "https://" ? ":443" : ":80";
  return parts.scheme + parts.userInfo + parts.host + port + parts.rest;
}

function withOldQuery(url: string): string {
  const start = url.indexOf("?");
  if (start === -1 || start === url.length - 1) return url;
  return `${url.slice(0, start)}?${stringify(parse(url.slice(start + 1)))}`;
}
