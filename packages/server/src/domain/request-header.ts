/** RFC 9110, section 5.6.2: a field name is a token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;

/**
 * What HTTP itself, our client or a proxy on the way must decide, and what opens doors at cloud metadata services:
 * whoever chooses one of these could turn a delivery into another request.
 */
const RESERVED: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "cookie",
  "date",
  "expect",
  "forwarded",
  "host",
  "http2-settings",
  "keep-alive",
  "set-cookie",
  "te",
  "trailer",
  "trailers",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "via",
  "x-real-ip",
]);

const RESERVED_PREFIXES = [
  "metadata",
  "proxy-",
  "x-amz-",
  "x-aws-",
  "x-azure-",
  "x-forwarded-",
  "x-goog-",
  "x-google",
] as const;

export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

/** Whether neither a profile nor a customer may set this header of a delivery; any case. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}
