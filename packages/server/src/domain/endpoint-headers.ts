import {
  ENDPOINT_HEADERS_MAX,
  HEADER_NAME_LENGTH_MAX,
  HEADER_VALUE_LENGTH_MAX,
} from "../limits.ts";
import { isReservedHeader } from "./request-header.ts";

/**
 * What is wrong with one custom header of an endpoint; `name` is null when it is about all of them.
 */
export interface HeaderProblem {
  readonly code: "header_not_allowed" | "header_invalid" | "too_many_headers";
  readonly name: string | null;
  readonly message: string;
}

/** Ours, or those of formats that we speak: a receiver must be able to believe them. */
const SIGNING_PREFIXES = ["svix-", "webhook-", "x-fanfare-", "x-posthorn-"] as const;

/** RFC 9110, section 5.6.2 (token), bounded. */
const NAME = /^[A-Za-z0-9!#$%&'*+.^_|~-]+$/;

/**
 * Visible ASCII and spaces inside: RFC 9110, section 5.5, without the bytes that receivers read
 * differently.
 */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Judges an endpoint's custom headers, sent with every delivery. At most 20; names are tokens of at
 * most 64 characters, values 1 to 4,096 characters. Returns every problem; none when all may be
 * sent.
 */
export function checkEndpointHeaders(
  headers: Readonly<Record<string, string>>,
): readonly HeaderProblem[] {
  const entries = Object.entries(headers);
  if (entries.length > ENDPOINT_HEADERS_MAX) {
    const message = `An endpoint has at most ${ENDPOINT_HEADERS_MAX} custom headers.`;
    return [{ code: "too_many_headers", name: null, message }];
  }
  const seen = new Set<string>();
  return entries.flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    const isRepeated = seen.has(lower);
    seen.add(lower);
    return isRepeated
      ? [invalid(name, "This header is given twice; case makes no difference.")]
      : headerProblems(name, value);
  });
}

function headerProblems(name: string, value: string): readonly HeaderProblem[] {
  if (name.length > HEADER_NAME_LENGTH_MAX || !NAME.test(name)) {
    return [invalid(name, "This is not a valid header name.")];
  }
  if (isRefused(name.toLowerCase())) {
    const message = `The header ${name} is set by Posthorn or not allowed in deliveries.`;
    return [{ code: "header_not_allowed", name, message }];
  }
  if (value.length > HEADER_VALUE_LENGTH_MAX) {
    return [invalid(name, `The value is longer than ${HEADER_VALUE_LENGTH_MAX} characters.`)];
  }
  if (VALUE.test(value)) return [];
  return [invalid(name, "The value may hold visible ASCII characters and spaces between them.")];
}

function isRefused(name: string): boolean {
  return isReservedHeader(name) || SIGNING_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function invalid(name: string, message: string): HeaderProblem {
  return { code: "header_invalid", name, message };
}
