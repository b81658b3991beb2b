import type { Sql } from "../db/pool.ts";
import { LEASE_MS, NODE_DEAD_AFTER_MS, SWEEP_BATCH_MAX, SWEEP_EVERY_MS } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import { sweepLeases } from "../store/leases.ts";

/** Takes back the leases of nodes that died or lost the database; `onTaken` is told how many became due. */
export function startTakeover(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onTaken: (count: number) => void;
}): Loop {
  const { sql, clock, log, onTaken } = options;
  async function sweep(): Promise<number | void> {
    const bounds = { deadAfterMs: NODE_DEAD_AFTER_MS, leaseMs: LEASE_MS, limit: SWEEP_BATCH_MAX };
    const count = await sweepLeases(sql, bounds);
    if (count === 0) return undefined;
    log.warn({ event: "lease.taken_over", count });
    onTaken(count);
    return count === SWEEP_BATCH_MAX ? 0 : undefined;
  }
  return startLoop({ name: "takeover", clock, log, pauseMs: SWEEP_EVERY_MS, step: sweep });
}
