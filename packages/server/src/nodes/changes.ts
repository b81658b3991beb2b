import type { Clock } from "../platform/clock.ts";
import { delay } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { Sql } from "../db/pool.ts";
import { listen, type Listener } from "../db/notify.ts";
import {
  CHANGES_CHANNEL,
  confirmChange,
  countNodesBehind,
  DUE_CHANNEL,
  type Change,
} from "../store/nodes.ts";
import { CACHE_TRUST_MS, NODE_DEAD_AFTER_MS } from "../limits.ts";
import type { Membership } from "./membership.ts";

/**
 * Keeps the caches of all nodes exact. Every write that a cache must not outlive is numbered and announced in its own
 * transaction; each node drops what the change names and confirms the number. The writer answers its caller when all
 * live nodes have confirmed, or when the trust of those that have not has run out.
 */
export interface ChangeFeed {
  /**
   * May a cached value be used? Only while a ping on the listening session, sent less than five seconds ago, was
   * answered: everything announced before that ping has been heard. Otherwise read afresh.
   */
  isTrusted(): boolean;
  /** Calls `listener` for every change, and with `undefined` when changes may have been missed: drop everything. */
  onChange(listener: (change: Change | undefined) => void): void;
  /** Resolves when no live node acts on what was true before this change any more; at most `CACHE_TRUST_MS`. */
  settled(change: Change, number: string): Promise<void>;
  stop(): Promise<void>;
}

const SETTLED_POLL_MS = 10;

export function followChanges(options: {
  readonly sql: Sql;
  readonly connection: Parameters<typeof listen>[0]["connection"];
  readonly clock: Clock;
  readonly log: Logger;
  readonly membership: Membership;
  /** Called when another node has left something due. */
  readonly onWake: () => void;
}): ChangeFeed {
  const { sql, clock, log, membership } = options;
  const listeners: ((change: Change | undefined) => void)[] = [];
  const tell = (change: Change | undefined) => listeners.forEach((listener) => listener(change));

  function confirm(number: string): void {
    confirmChange(sql, membership.id(), number).catch((error: unknown) => {
      // The writer then waits until our trust has run out: slower, never wrong.
      log.warn({ event: "change.confirm_failed", error });
    });
  }

  const listener: Listener = listen({
    connection: options.connection,
    channels: [CHANGES_CHANNEL, DUE_CHANNEL],
    clock,
    log,
    onReady: () => tell(undefined),
    onMessage(channel, payload) {
      if (channel === DUE_CHANNEL) {
        if (payload !== String(membership.id())) options.onWake();
        return;
      }
      const { number, ...change } = readChange(payload);
      tell(change);
      confirm(number);
    },
  });

  function isTrusted(): boolean {
    const confirmedAt = listener.confirmedAt();
    return confirmedAt !== undefined && clock.monotonic() - confirmedAt < CACHE_TRUST_MS;
  }

  async function settled(change: Change, number: string): Promise<void> {
    tell(change);
    const bounds = { except: membership.id(), deadAfterMs: NODE_DEAD_AFTER_MS };
    const until = clock.monotonic() + CACHE_TRUST_MS;
    while ((await countNodesBehind(sql, number, bounds)) > 0 && clock.monotonic() < until) {
      await delay(clock, SETTLED_POLL_MS);
    }
  }

  return {
    isTrusted,
    onChange: (each) => void listeners.push(each),
    settled,
    stop: () => listener.stop(),
  };
}

function readChange(payload: string): Change & { number: string } {
  // Proof: only announceChange writes to this channel, and it writes exactly these fields.
  return JSON.parse(payload) as Change & { number: string };
}
