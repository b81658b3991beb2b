import type { Pool, Sql } from "../db/pool.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { createExactCache } from "../nodes/exact-cache.ts";
import type { Audit } from "../store/audit.ts";
import {
  endDeliveriesPause,
  findDeliveriesPause,
  startDeliveriesPause,
  type DeliveriesPause,
} from "../store/deliveries-pause.ts";
import { findDeliveriesRate, putDeliveriesRate } from "../store/deliveries-rate.ts";
import { announceChange, type Change } from "../store/nodes.ts";

/**
 * Whether all deliveries of the installation wait, in memory. What starts an attempt does not ask here: that stands in
 * the endpoint, which is read together with it (delivery/endpoints.ts). Here asks who would claim or hand over.
 */
export interface AllDeliveries {
  /** Undefined while nobody can say so from memory. */
  isPaused(): boolean | undefined;
  /** From memory, or afresh. */
  pause(): Promise<DeliveriesPause | null>;
  /**
   * Whether deliveries go on with a ceiling, as it was read last: what is accepted is then left to the claim, which
   * asks how many may start. True, too, from the moment that a change is heard until somebody has read it.
   */
  isLimited(): boolean;
}

/** The change that starts or ends a pause, or the ceiling after it; there is one of it. */
const CHANGE: Change = Object.freeze({ kind: "deliveries", id: "all" });

export function createAllDeliveries(
  sql: Sql,
  changes: Pick<ChangeFeed, "isTrusted" | "onChange">,
): AllDeliveries {
  const cache = createExactCache<{
    readonly pause: DeliveriesPause | null;
    readonly perSecond: number | null;
  }>({
    changes,
    entriesMax: 1,
    concerns: ({ kind, id }) => (kind === CHANGE.kind ? id : undefined),
  });
  let isLimited = false;
  changes.onChange((change) => {
    if (change === undefined || change.kind === CHANGE.kind) isLimited = true;
  });
  const read = async () => ({
    pause: await findDeliveriesPause(sql),
    perSecond: await findDeliveriesRate(sql),
  });
  return {
    isPaused() {
      const known = cache.get(CHANGE.id);
      return known && known.pause !== null;
    },
    async pause() {
      const known = cache.get(CHANGE.id) ?? (await cache.load(CHANGE.id, read));
      isLimited = known !== undefined && known.perSecond !== null;
      return known?.pause ?? null;
    },
    isLimited: () => isLimited,
  };
}

export interface PauseContext {
  readonly sql: Pool;
  readonly changes: Pick<ChangeFeed, "settled">;
  readonly audit: Audit;
}

/**
 * Lets all deliveries wait; when it resolves no node starts one any more, and what was under way ends by itself.
 * Waiting spends no attempt, and events are accepted as ever.
 */
export async function pauseAllDeliveries(
  { sql, changes, audit }: PauseContext,
  { pausedBy, reason }: Omit<DeliveriesPause, "pausedAt">,
): Promise<DeliveriesPause | null> {
  const { pause, number } = await sql.begin(async (tx) => {
    const started = await startDeliveriesPause(tx, { pausedBy, reason });
    await putDeliveriesRate(tx, null);
    const after = { reason: started?.reason ?? null };
    await audit(tx, { organizationId: null, action: "deliveries.pause-all", object: null, after });
    return { pause: started, number: await announceChange(tx, CHANGE) };
  });
  await changes.settled(CHANGE, number);
  return pause;
}

/**
 * Lets deliveries go on, at most `perSecond` of them in a second over all nodes; null: as fast as endpoints take them,
 * which also lifts a ceiling. Every node hears it, and looks for what is due.
 */
export async function resumeAllDeliveries(
  { sql, changes, audit }: PauseContext,
  perSecond: number | null,
): Promise<void> {
  const number = await sql.begin(async (tx) => {
    const before = await findDeliveriesPause(tx);
    await endDeliveriesPause(tx);
    await putDeliveriesRate(tx, perSecond);
    await audit(tx, {
      organizationId: null,
      action: "deliveries.resume-all",
      object: null,
      before: before && { pausedAt: before.pausedAt.toISOString(), reason: before.reason },
      after: { ratePerSecond: perSecond },
    });
    return announceChange(tx, CHANGE);
  });
  await changes.settled(CHANGE, number);
}
