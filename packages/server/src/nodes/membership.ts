import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import type { Sql } from "../db/pool.ts";
import { FreshLeases } from "./fresh-leases.ts";
import { deleteDeadNodes, deleteNode, insertNode, touchNode } from "../store/nodes.ts";
import { HEARTBEAT_MS, NODE_DEAD_AFTER_MS, SELF_FENCE_AFTER_MS } from "../limits.ts";

/** This process among the nodes on its database. */
export interface Membership {
  /** The leases that accepting grants to this node. */
  readonly fresh: FreshLeases;
  /** The number that stands in the leases of this node. */
  id(): number;
  /**
   * False once the last successful heartbeat is too old: other nodes may already have taken the leases over,
   * so nothing may be sent any more (self-fence).
   */
  mayStart(): boolean;
  /**
   * Monotonic: leases that were claimed before may have been taken over, because there was no heartbeat for too long,
   * however well all is by now.
   */
  leasesSince(): number;
  /** Ends the heartbeat and removes the row; leases must have been given back before. */
  leave(): Promise<void>;
}

/** Registers the node and keeps its heartbeat. Rejects when the database cannot be reached at first. */
export async function joinNodes(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly role: string;
  readonly version: string;
}): Promise<Membership> {
  const { sql, clock, log, role, version } = options;
  const fresh = new FreshLeases(clock.monotonic);
  let id = await insertNode(sql, { role, version, fresh: fresh.announce() });
  let confirmedAt = clock.monotonic();
  let leasesSince = -Infinity;

  async function beat(): Promise<void> {
    const sentAt = clock.monotonic();
    // Our row is gone after a long silence: what we held is not ours any more, so we are a new node.
    const bounds = fresh.announce();
    if (!(await touchNode(sql, id, bounds)))
      id = await insertNode(sql, { role, version, fresh: bounds });
    if (clock.monotonic() - confirmedAt >= NODE_DEAD_AFTER_MS) leasesSince = sentAt;
    confirmedAt = sentAt;
    await deleteDeadNodes(sql, NODE_DEAD_AFTER_MS);
  }

  const loop = startLoop({ name: "heartbeat", clock, log, pauseMs: HEARTBEAT_MS, step: beat });
  return {
    fresh,
    id: () => id,
    leasesSince: () => leasesSince,
    mayStart: () => clock.monotonic() - confirmedAt < SELF_FENCE_AFTER_MS,
    async leave() {
      await loop.stop();
      await deleteNode(sql, id).catch((error: unknown) => {
        // The row then ages out; the other nodes need nothing from us.
        log.warn({ event: "node.leave_failed", error });
      });
    },
  };
}
