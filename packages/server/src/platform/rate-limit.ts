import type { Clock } from "./clock.ts";

/** A token bucket for each name, in the memory of this process. */
export interface RateLimit {
  /**
   * Takes a token and answers 0, or takes none and answers the whole seconds until there will be one. `tokens` is the
   * size of this bucket: so many come back in a window, evenly.
   */
  take(name: string, tokens: number): number;
  /** What is left in a bucket of this size, and the whole seconds until it is full again. */
  left(name: string, tokens: number): { readonly tokens: number; readonly fullInSeconds: number };
}

export interface RateLimitOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** In which an emptied bucket fills again. */
  readonly windowMs: number;
  /** Buckets in memory before those that are full again are dropped. */
  readonly namesMax: number;
  /** How many processes count the same names: each gives its part, and one token at the least. */
  readonly share?: () => number;
}

/**
 * A bucket is one number, the moment at which it will be full again (the generic cell rate algorithm, ITU-T I.371):
 * every token taken moves it on, and it may lie no further ahead than a whole window.
 */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { clock, windowMs, namesMax, share = () => 1 } = options;
  const fullAt = new Map<string, number>();

  function dropFull(now: number): void {
    for (const [name, at] of fullAt) if (at <= now) fullAt.delete(name);
  }

  const part = (tokens: number) => Math.max(1, tokens / share());

  return {
    take(name, tokens) {
      const now = clock.monotonic();
      const at = Math.max(fullAt.get(name) ?? now, now) + windowMs / part(tokens);
      const waitMs = at - now - windowMs;
      // Sums of fractions: a hair above zero is no reason to refuse.
      if (waitMs > 1e-6) return Math.ceil(waitMs / 1000);
      if (fullAt.size >= namesMax) dropFull(now);
      fullAt.set(name, at);
      return 0;
    },
    left(name, tokens) {
      const now = clock.monotonic();
      const waitMs = Math.max((fullAt.get(name) ?? now) - now, 0);
      const left = Math.floor(((windowMs - waitMs) / windowMs) * part(tokens) + 1e-6);
      return { tokens: Math.max(left, 0), fullInSeconds: Math.ceil(waitMs / 1000) };
    },
  };
}
