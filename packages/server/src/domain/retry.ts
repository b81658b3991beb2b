import { RETRY_AFTER_MS_MAX } from "../limits.ts";
import { parseHttpDate } from "./http-date.ts";
import type { AttemptOutcome } from "./outcome.ts";

/** How a wire format retries; read live from the profile the format belongs to. */
export interface RetryPolicy {
  /**
   * One entry per attempt; the first is the wait before the first attempt, each other follows a
   * failed one.
   */
  readonly delaysSeconds: readonly number[];
  /** Share of a delay, 0 to 1, of which a random part is added; never taken off. */
  readonly jitter: number;
  /** Off: the table alone decides and a Retry-After is not looked at. */
  readonly respectRetryAfter: boolean;
}

/** One finished attempt and what the decision needs to know around it. */
export interface FinishedAttempt extends RetryPolicy {
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  /** Within this generation, from 1; it was counted when the attempt was claimed. */
  readonly attemptNumber: number;
  /** The raw header, or null when there was none. */
  readonly retryAfter: string | null;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** Wall clock at the end of the attempt: Retry-After may be a date. */
  readonly nowMs: number;
}

/**
 * What follows an attempt. `delayMs` runs from the end of this attempt. `holdMs`: for so long
 * nothing is to be sent to the endpoint at all, so that its other deliveries spend no attempts;
 * null when it asked for no such pause.
 */
export type NextStep =
  | { readonly kind: "delivered" }
  | { readonly kind: "retry"; readonly delayMs: number; readonly holdMs: number | null }
  | { readonly kind: "failed"; readonly holdMs: number | null };

/**
 * Whatever is not delivered is retried, an outcome we do not know included, until the table has no
 * entry left.
 */
export function nextStep(attempt: FinishedAttempt): NextStep {
  if (attempt.outcome === "delivered") return { kind: "delivered" };
  const holdMs = endpointHoldMs(attempt);
  const delaySeconds = attempt.delaysSeconds[attempt.attemptNumber];
  if (delaySeconds === undefined) return { kind: "failed", holdMs };
  const scheduledMs = Math.round(delaySeconds * 1000 * (1 + attempt.jitter * attempt.random));
  return { kind: "retry", delayMs: Math.max(scheduledMs, holdMs ?? 0), holdMs };
}

/**
 * RFC 9110, 10.2.3 gives Retry-After a meaning for us with 503; RFC 6585, 4 adds 429. At most 24
 * hours.
 */
function endpointHoldMs(attempt: FinishedAttempt): number | null {
  const asksForPause = attempt.status === 429 || attempt.status === 503;
  if (!asksForPause || !attempt.respectRetryAfter || attempt.retryAfter === null) return null;
  const askedMs = retryAfterMs(attempt.retryAfter, attempt.nowMs);
  return askedMs === undefined || askedMs === 0 ? null : Math.min(askedMs, RETRY_AFTER_MS_MAX);
}

/** Beyond RFC 9110, which knows whole seconds only, decimals and exponents occur in the field. */
const SECONDS = /^\d+(\.\d+)?(e\+?\d+)?$/i;

/**
 * How many milliseconds a Retry-After header asks to wait: seconds or an HTTP date (RFC 9110,
 * 10.2.3). 0 for a date that has passed, undefined for anything that is neither (negative numbers
 * too); not bounded above.
 */
export function retryAfterMs(header: string, nowMs: number): number | undefined {
  const text = header.trim();
  if (SECONDS.test(text)) return Math.ceil(Number(text) * 1000);
  const date = parseHttpDate(text, nowMs);
  return date === undefined ? undefined : Math.max(0, date - nowMs);
}
