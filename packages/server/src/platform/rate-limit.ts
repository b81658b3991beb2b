import type { Clock } from "./clock.ts";

/** A token bucket for each name, in the memory of this process. */
export interface RateLimit {
  /** Takes a token and answers 0, or takes none and answers the whole seconds until there will be one. */
  take(name: string): number;
}

export interface RateLimitOptions {
  readonly clock: Pick<Clock, "monotonic">;
  /** Tokens of a full bucket; so many come back in `windowMs`, evenly. */
  readonly tokens: number;
  readonly windowMs: number;
  /** Buckets in memory before those that are full again are dropped. */
  readonly namesMax: number;
}

/**
 * A bucket is one number, the moment at which it will be full again (the generic cell rate algorithm, ITU-T I.371):
 * every token taken moves it on, and it may lie no further ahead than a whole window.
 */
export function createRateLimit(options: RateLimitOptions): RateLimit {
  const { clock, tokens, windowMs, namesMax } = options;
  const tokenMs = windowMs / tokens;
  const fullAt = new Map<string, number>();

  function dropFull(now: number): void {
    for (const [name, at] of fullAt) if (at <= now) fullAt.delete(name);
  }

  return {
    take(name) {
      const now = clock.monotonic();
      const at = Math.max(fullAt.get(name) ?? now, now) + tokenMs;
      const waitMs = at - now - windowMs;
      // Sums of fractions: a hair above zero is no reason to refuse.
      if (waitMs > 1e-6) return Math.ceil(waitMs / 1000);
      if (fullAt.size >= namesMax) dropFull(now);
      fullAt.set(name, at);
      return 0;
    },
  };
}
