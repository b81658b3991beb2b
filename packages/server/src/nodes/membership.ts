import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import type { Sql } from "../db/pool.ts";
import { FreshLeases } from "./fresh-leases.ts";
import {
  countDispatchers,
  countServers,
  deleteDeadNodes,
  deleteNode,
  insertNode,
  touchNode,
  type FreshBounds,
  type NodeWork,
} from "../store/nodes.ts";
import { TrueTime } from "./true-time.ts";
import {
  HEARTBEAT_MS,
  NODE_DEAD_AFTER_MS,
  NODE_FORGOTTEN_AFTER_MS,
  SELF_FENCE_AFTER_MS,
} from "../limits.ts";

/** This process among the nodes on its database. */
export interface Membership {
  /** The leases that accepting grants to this node. */
  readonly fresh: FreshLeases;
  /** What time it is for signatures, and whether this node may sign. */
  readonly time: TrueTime;
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
  /** An operator wants this node to take no more deliveries; as of the last heartbeat. */
  isAskedToDrain(): boolean;
  /** How many living nodes deliver, this one included; as of the last heartbeat. */
  dispatchers(): number;
  /** How many living nodes answer callers, this one included if it does; at least 1. As of the last heartbeat. */
  servers(): number;
  /** Ends the heartbeat and removes the row; leases must have been given back before. */
  leave(): Promise<void>;
}

const IDLE = Object.freeze({ inFlight: 0, queued: 0, slowedEndpoints: 0 });

/** Registers the node and keeps its heartbeat. Rejects when the database cannot be reached at first. */
export async function joinNodes(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly role: string;
  readonly version: string;
  /** Told how many milliseconds each heartbeat took. */
  readonly onBeat?: (roundTripMs: number) => void;
  /** What it is doing, for operators. */
  readonly work?: () => Omit<NodeWork, "clockOffsetMs">;
}): Promise<Membership> {
  const { sql, clock, log, role, version, onBeat, work = () => IDLE } = options;
  const fresh = new FreshLeases(clock.monotonic);
  const time = new TrueTime({ clock, log });
  // Since the question, as with every heartbeat: a process that was frozen before it read the answer may be dead already.
  let confirmedAt = clock.monotonic();
  let isDraining = false;
  let id = await register(fresh.announce());
  let leasesSince = -Infinity;
  let dispatchers = 1;
  // At once and not with the first heartbeat: until then each new node would give callers all that they may.
  let servers = Math.max(1, await countServers(sql, NODE_DEAD_AFTER_MS));

  async function register(bounds: FreshBounds): Promise<number> {
    const sentAt = clock.monotonic();
    const node = await insertNode(sql, { role, version, fresh: bounds, isDraining });
    time.take({ sentAt, receivedAt: clock.monotonic(), databaseMs: node.databaseMs });
    return node.id;
  }

  async function beat(): Promise<void> {
    const sentAt = clock.monotonic();
    const bounds = fresh.announce();
    const says = { ...work(), clockOffsetMs: time.offsetMs() };
    const heard = await touchNode(sql, id, { fresh: bounds, work: says });
    const receivedAt = clock.monotonic();
    // Our row is gone after a long silence: what we held is not ours any more, so we are a new node.
    if (heard === undefined) id = await register(bounds);
    else time.take({ sentAt, receivedAt, databaseMs: heard.databaseMs });
    if (heard) isDraining = heard.isDraining;
    onBeat?.(receivedAt - sentAt);
    // Since the answer, not since the question: what was claimed between the two may have been taken over before the
    // heartbeat was heard. And whenever starting was refused: two clocks do not count the same twenty seconds.
    const answeredAt = clock.monotonic();
    const wasSilent = answeredAt - confirmedAt >= SELF_FENCE_AFTER_MS;
    if (wasSilent || heard === undefined) leasesSince = answeredAt;
    confirmedAt = sentAt;
    servers = Math.max(1, await countServers(sql, NODE_DEAD_AFTER_MS));
    dispatchers = Math.max(1, await countDispatchers(sql, NODE_DEAD_AFTER_MS));
    await deleteDeadNodes(sql, NODE_FORGOTTEN_AFTER_MS);
  }

  const loop = startLoop({ name: "heartbeat", clock, log, pauseMs: HEARTBEAT_MS, step: beat });
  return {
    fresh,
    time,
    id: () => id,
    leasesSince: () => leasesSince,
    isAskedToDrain: () => isDraining,
    dispatchers: () => dispatchers,
    servers: () => servers,
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
