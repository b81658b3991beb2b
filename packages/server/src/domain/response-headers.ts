import { RESPONSE_HEADER_LENGTH_MAX } from "../limits.ts";

/**
 * What helps to understand an answer. Cookies and the rest could hold a receiver's secrets and are
 * never kept.
 */
export const RESPONSE_HEADERS_KEPT = [
  "content-type",
  "content-length",
  "retry-after",
  "server",
  "date",
  "x-request-id",
] as const;

/**
 * The headers of a receiver's answer that are kept with the attempt: lower-case names, a repeated
 * header joined with ", ", each value at most 1,024 characters.
 */
export function keptResponseHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const name of RESPONSE_HEADERS_KEPT) {
    const value = headerText(headers[name]);
    if (value !== null) kept[name] = value.slice(0, RESPONSE_HEADER_LENGTH_MAX);
  }
  return kept;
}

/** One header as text; null when it is absent. */
export function headerText(value: string | readonly string[] | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : value.join(", ");
}
