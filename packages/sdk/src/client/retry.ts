import { ApiConnectionError, PosthornError } from "../errors.ts";

/** Of the first pause; each further one may be twice as long. */
const PAUSE_MS = 500;
const PAUSE_MS_MAX = 8_000;
/** A server that asks for more patience than this is told to the caller instead. */
const RETRY_AFTER_SECONDS_MAX = 60;

/** What decides whether a request may be sent once more. */
export interface Repeatable {
  readonly method: string;
  /** It carries a key by which the server knows a second one for the first. */
  readonly hasIdempotencyKey: boolean;
}

/**
 * Says whether a failed request may be sent again. What changes something is repeated only when it was surely not
 * carried out: a second POST after a lost answer could make a second endpoint or roll a secret twice.
 */
export function mayRetry(error: unknown, { method, hasIdempotencyKey }: Repeatable): boolean {
  if (!(error instanceof PosthornError)) return false;
  if ((error.retryAfterSeconds ?? 0) > RETRY_AFTER_SECONDS_MAX) return false;
  if (error.status === 429) return true;
  if (error instanceof ApiConnectionError && error.isRefused) return true;
  const isIdempotent = hasIdempotencyKey || /^(GET|HEAD|PUT|DELETE)$/.test(method);
  return isIdempotent && (error instanceof ApiConnectionError || (error.status ?? 0) >= 500);
}

/**
 * Milliseconds before the next try; `attempt` counts from 0, `chance` is random in 0…1. All of the pause is random, so
 * that a thousand clients which failed together do not come back together. A Retry-After is the least.
 */
export function pauseMs(error: unknown, attempt: number, chance: number): number {
  const asked = error instanceof PosthornError ? (error.retryAfterSeconds ?? 0) : 0;
  return asked * 1_000 + chance * Math.min(PAUSE_MS * 2 ** attempt, PAUSE_MS_MAX);
}
