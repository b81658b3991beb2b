import type { EndpointGate } from "./delivery.ts";
import type { RateLimit } from "./rate-limit.ts";

/** What keeps the deliveries of an endpoint waiting. */
export type SlowedBy =
  | "all_paused"
  | "paused"
  | "disabled"
  | "retry_after"
  | "failures"
  | "all_limited"
  | "rate_limit";

/** What is due for less than this is only on its way. */
const DUE_FOR_MS = 1_000;

/**
 * Why the deliveries of an endpoint wait, by what all nodes can see: it takes nothing, it asked for a pause, or
 * deliveries are due and not sent because it fails or because its rate, or that of all endpoints, is limited. Null when
 * nothing waits longer than its schedule says.
 */
export function slowedBy(
  endpoint: EndpointGate & {
    readonly failingSince: Date | null;
    readonly rateLimit: RateLimit | null;
    /** Deliveries of the installation go on with a ceiling. */
    readonly isAllLimited: boolean;
  },
  waiting: { readonly count: number; readonly oldestDueAt: Date | null; readonly nowMs: number },
): SlowedBy | null {
  const { count, oldestDueAt, nowMs } = waiting;
  if (count === 0) return null;
  if (endpoint.isAllPaused) return "all_paused";
  if (endpoint.state !== "active") return endpoint.state;
  if (endpoint.holdUntil !== null && endpoint.holdUntil.getTime() > nowMs) return "retry_after";
  if (oldestDueAt === null || nowMs - oldestDueAt.getTime() < DUE_FOR_MS) return null;
  if (endpoint.failingSince !== null) return "failures";
  if (endpoint.isAllLimited) return "all_limited";
  return endpoint.rateLimit === null ? null : "rate_limit";
}
