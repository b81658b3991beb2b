/**
 * What one attempt ended as (closed). `lost` is never made by a sender: the sweeper writes it for an attempt whose
 * node died before it could say how the request ended.
 */
export const ATTEMPT_OUTCOMES = [
  "delivered",
  "http_error",
  "redirect",
  "timeout",
  "connection_error",
  "tls_error",
  "dns_error",
  "address_not_allowed",
  "invalid_response",
  "lost",
] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** A finer cause for people and dashboards; `code` is stable, `message` is a sentence. */
export interface AttemptError {
  readonly code: string;
  readonly message: string;
}

/** Where the time of a request went, in milliseconds; a phase that was not reached is absent. */
export interface AttemptPhases {
  readonly dnsMs?: number;
  readonly connectMs?: number;
  readonly tlsMs?: number;
  readonly waitMs?: number;
}

/** The result of one HTTP request: always a value, never an exception. */
export interface AttemptResult {
  readonly outcome: AttemptOutcome;
  /** Final status, or null when no final status line was read. */
  readonly status: number | null;
  readonly error: AttemptError | null;
  /** Whole milliseconds from the start of DNS to the end of reading. */
  readonly durationMs: number;
  readonly phases: AttemptPhases;
  /** Allow-listed response headers, lower-case names. */
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** First bytes of the body, at most the limit of `limits.ts`; empty when it may not be kept. */
  readonly responseBody: Buffer;
  readonly responseBodyTruncated: boolean;
  /** The raw Retry-After header of a 429 or 503, else null; `domain/retry.ts` judges it. */
  readonly retryAfter: string | null;
}
