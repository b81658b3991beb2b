import type { Pool } from "../db/pool.ts";
import { type EndpointId, formatId } from "../domain/id.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { announceChange } from "../store/nodes.ts";
import type { Settled } from "./settle.ts";

/** A struggling endpoint answers every request with Retry-After; the other nodes need to hear of it once. */
const ANNOUNCE_EVERY_MS = 1_000;

/**
 * Tells the other nodes that an endpoint asked for a pause. The claim skips it by itself; this is for deliveries that
 * a node has just accepted and would send from memory.
 */
export function createHoldAnnouncer(options: {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Logger;
}): (settled: readonly Settled[]) => void {
  const { pool, clock, log } = options;
  const announcedAt = new Map<EndpointId, number>();

  function announce(id: EndpointId): void {
    pool
      .begin((tx) => announceChange(tx, { kind: "endpoint", id }))
      .catch((error: unknown) => {
        // The others find out by asking the endpoint themselves.
        log.warn({ event: "hold.announce_failed", endpointId: formatId("ep", id), error });
      });
  }

  return (settled) => {
    const now = clock.monotonic();
    for (const [id, at] of announcedAt) if (now - at > ANNOUNCE_EVERY_MS) announcedAt.delete(id);
    for (const { attempt, next } of settled) {
      const { endpointId, isTest } = attempt.delivery;
      const isHold = next.kind !== "delivered" && next.holdMs !== null && !isTest;
      if (!isHold || announcedAt.has(endpointId)) continue;
      announcedAt.set(endpointId, now);
      announce(endpointId);
    }
  };
}
