/**
 * The header `traceparent` (W3C Trace Context, section 3.2): which trace a request belongs to. Whoever publishes an
 * event with it finds our attempts, and what the receiver does, in the same trace.
 */

const SHAPE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const LENGTH_MAX = 256;
const ALL_ZERO = /^0+$/;
const SAMPLED = 1;

/** The header as version 00; null for what the specification tells to ignore: malformed, all zeros, version ff. */
export function readTraceparent(header: unknown): string | null {
  if (typeof header !== "string" || header.length > LENGTH_MAX) return null;
  const [, version, trace = "", parent = "", flags = "", more] = SHAPE.exec(header) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more !== undefined))
    return null;
  if (ALL_ZERO.test(trace) || ALL_ZERO.test(parent)) return null;
  // The one flag that version 00 defines; the others mean nothing to whoever reads version 00.
  const sampled = Number.parseInt(flags, 16) & SAMPLED;
  return `00-${trace}-${parent}-0${sampled}`;
}

/** The same trace with another parent: a span of 16 hexadecimal digits, not all zero. */
export function withSpan(traceparent: string, spanId: string): string {
  return traceparent.slice(0, 36) + spanId + traceparent.slice(52);
}
