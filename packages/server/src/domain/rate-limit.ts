export const RATE_PERIODS = ["second", "minute", "hour"] as const;

/** At most so many requests to an endpoint in a time, over all nodes and evenly spread. */
export interface RateLimit {
  /** At least 1. */
  readonly count: number;
  readonly per: (typeof RATE_PERIODS)[number];
}

const PERIOD_MS: Readonly<Record<RateLimit["per"], number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
};

/**
 * Milliseconds between two requests of one of `nodes` nodes. The nodes know nothing of each other's requests, so each
 * takes its part: together they stay within the limit, and where one of them has nothing to send less goes out.
 */
export function rateIntervalMs({ count, per }: RateLimit, nodes: number): number {
  return (PERIOD_MS[per] * nodes) / count;
}
