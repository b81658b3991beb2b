/** The state that is stored; `failing` is seen, not stored. */
export type EndpointState = "active" | "paused" | "disabled";
export type EndpointStatus = EndpointState | "failing";

/**
 * The status people see: an active endpoint is `failing` from its first failed attempt until the
 * next success.
 */
export function shownEndpointStatus(endpoint: {
  readonly state: EndpointState;
  readonly failingSince: Date | null;
}): EndpointStatus {
  const isFailing = endpoint.state === "active" && endpoint.failingSince !== null;
  return isFailing ? "failing" : endpoint.state;
}

/**
 * What health is judged by: deliveries settled in the last 24 hours, or, if there were none, the
 * last 100.
 */
export interface EndpointRecord {
  readonly state: EndpointState;
  /**
   * The adaptive concurrency limit is at its floor: after failures one request at a time is let
   * through.
   */
  readonly isLimitAtFloor: boolean;
  readonly deliveredCount: number;
  /** Delivered and failed ones. */
  readonly settledCount: number;
  readonly lastSuccessAt: Date | null;
}

/** The three values of `GET /api/webhooks/:id/health`, in this order and no others. */
export interface EndpointHealth {
  readonly healthy: boolean;
  /** ISO 8601 time of the last successful attempt. */
  readonly lastDelivery: string | null;
  /** 0 to 1 with two decimals, rounded down; null when nothing has settled yet. */
  readonly successRate: number | null;
}

const HEALTHY_RATE_MIN = 0.95;

/**
 * Healthy: enabled, not slowed down, and at least 95 of 100 settled deliveries arrived, or none has
 * settled yet.
 */
export function endpointHealth(record: EndpointRecord): EndpointHealth {
  const successRate = rateOf(record.deliveredCount, record.settledCount);
  const isGoodRate = successRate === null || successRate >= HEALTHY_RATE_MIN;
  return {
    healthy: record.state === "active" && !record.isLimitAtFloor && isGoodRate,
    lastDelivery: record.lastSuccessAt?.toISOString() ?? null,
    successRate,
  };
}

/**
 * Rounded down, so that 1 means every delivery, and a shown 0.95 is never below the bound that it
 * is compared with.
 */
function rateOf(delivered: number, settled: number): number | null {
  return settled === 0 ? null : Math.floor((delivered * 100) / settled) / 100;
}
