import type { Pool } from "../db/pool.ts";
import type { OrganizationId } from "../domain/id.ts";
import {
  LiveTail,
  type LiveChange,
  type LiveLook,
  type LivePosition,
} from "../domain/live-tail.ts";
import { NODE_DEAD_AFTER_MS } from "../limits.ts";
import {
  LIVE_NOTES_KEPT_MS,
  LIVE_NOTES_READ_MAX,
  LIVE_POLL_MS,
  LIVE_WATCH_RENEWED_EVERY_MS,
  STREAM_RECHECK_MS,
} from "../limits/live.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import { readChanges, type Watch } from "../store/live.ts";
import { listLivingNodes } from "../store/nodes.ts";
import type { LiveNotes } from "./notes.ts";

/** What a listener gets of one look: all of one look's listeners of an organization get the same array. */
export interface LiveBatch {
  readonly changes: readonly LiveChange[];
  /** True: more has happened than is told here. */
  readonly isBehind: boolean;
  /** Where to go on after this batch; null as long as the listener has not caught up. */
  readonly position: LivePosition | null;
}

export interface LiveListener {
  readonly organizationId: OrganizationId;
  /** Where an earlier stream ended, or undefined to begin now. */
  readonly since: LivePosition | undefined;
  take(batch: LiveBatch): void;
}

/** Tells listeners on this node what the nodes have noted. */
export interface LiveFeed {
  /**
   * Begins to tell. `isResumed`: what has happened since `since` is told, and nothing is missing. Otherwise only what
   * happens from now on. `end` ends it.
   */
  follow(listener: LiveListener): Promise<{ readonly isResumed: boolean; end(): void }>;
  /** Calls `listener` when this node stops, or when a key or an organization has changed; the answer takes it back. */
  on(event: "stop" | "access", listener: () => void): () => void;
  stop(): Promise<void>;
}

const IDLE_MS = 60_000;

export function createLiveFeed(options: {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly notes: Pick<LiveNotes, "watch">;
  readonly changes: Pick<ChangeFeed, "onChange">;
}): LiveFeed {
  const { sql, clock, log, notes } = options;
  const listeners = new Set<LiveListener>();
  const called = { stop: new Set<() => void>(), access: new Set<() => void>() };
  const hasLostNode = watchNodes(options);
  const tail = shareTail(sql);
  let renewAt = 0;

  async function step(): Promise<number> {
    if (listeners.size === 0) {
      tail.forget();
      return IDLE_MS;
    }
    await renew();
    const hasGap = await hasLostNode();
    const followed = await tail.begun();
    const seen = await readChanges(sql, { from: followed.from, limit: LIVE_NOTES_READ_MAX });
    const news = followed.take(seen);
    const position = { from: followed.from, atMs: seen.nowMs };
    hand(listeners, { ...news, isBehind: news.isBehind || hasGap, position });
    return LIVE_POLL_MS;
  }

  async function renew(): Promise<void> {
    if (clock.monotonic() < renewAt) return;
    renewAt = clock.monotonic() + LIVE_WATCH_RENEWED_EVERY_MS;
    const watched = new Set([...listeners].map(({ organizationId }) => organizationId));
    for (const organizationId of watched) await notes.watch(organizationId);
  }

  options.changes.onChange((change) => {
    if (change && !ABOUT_ACCESS.has(change.kind)) return;
    for (const listener of called.access) listener();
  });
  const loop = startLoop({ name: "live", clock, log, pauseMs: LIVE_POLL_MS, step });
  return {
    async follow(listener) {
      const { organizationId, since } = listener;
      const watch = await notes.watch(organizationId);
      // Until it has caught up it is told without positions, or it would go on behind what it has not yet been told.
      const joined = new CatchingUp(listener);
      listeners.add(joined);
      loop.nudge();
      const end = () => void listeners.delete(joined);
      const seen = await tail
        .begun()
        // In this order: what was noted after our look and before the tail's begin would be told by neither.
        .then(() => look(sql, listener))
        .catch((error: unknown) => {
          end();
          throw error;
        });
      const isResumed = since !== undefined && !seen.isFull && reaches(since, watch, seen);
      const changes = isResumed ? seen.changes : NONE;
      const position = { from: seen.oldestRunning, atMs: seen.nowMs };
      joined.catchUp({ changes, isBehind: false, position });
      return { isResumed, end };
    },
    on(event, listener) {
      called[event].add(listener);
      return () => void called[event].delete(listener);
    },
    async stop() {
      for (const listener of called.stop) listener();
      await loop.stop();
    },
  };
}

/** The tail that all listeners share; it begins with the first of them. */
function shareTail(sql: Pool) {
  let tail: Promise<LiveTail> | undefined;
  async function begin(): Promise<LiveTail> {
    try {
      const { oldestRunning } = await look(sql, undefined);
      return new LiveTail(oldestRunning);
    } catch (error) {
      tail = undefined;
      throw error;
    }
  }
  return {
    begun: (): Promise<LiveTail> => (tail ??= begin()),
    forget: () => void (tail = undefined),
  };
}

function hand(listeners: ReadonlySet<LiveListener>, batch: LiveBatch): void {
  const byOrganization = Map.groupBy(batch.changes, ({ organizationId }) => organizationId);
  for (const listener of listeners) {
    const changes = byOrganization.get(listener.organizationId) ?? NONE;
    listener.take({ ...batch, changes });
  }
}

function look(sql: Pool, listener: LiveListener | undefined): Promise<LiveLook> {
  const { organizationId = null, since } = listener ?? {};
  const from = since?.from ?? 0n;
  const limit = since ? LIVE_NOTES_READ_MAX : 1;
  return readChanges(sql, { from, organizationId, limit });
}

const ABOUT_ACCESS: ReadonlySet<string> = new Set([
  "api_key",
  "operator_key",
  "organization",
  "profile",
]);
const NONE: readonly LiveChange[] = Object.freeze([]);

/** Is everything that happened since a position still there? */
function reaches({ from, atMs }: LivePosition, { beganMs }: Watch, seen: LiveLook): boolean {
  const isKept = atMs > seen.nowMs - LIVE_NOTES_KEPT_MS && atMs >= Math.floor(beganMs);
  // Transactions of another database, for example one that was put back: theirs would be taken for ours.
  return isKept && from <= seen.next;
}

class CatchingUp implements LiveListener {
  readonly #listener: LiveListener;
  #isThere = false;

  constructor(listener: LiveListener) {
    this.#listener = listener;
  }

  get organizationId(): OrganizationId {
    return this.#listener.organizationId;
  }

  get since(): LivePosition | undefined {
    return this.#listener.since;
  }

  take(batch: LiveBatch): void {
    this.#listener.take(this.#isThere ? batch : { ...batch, position: null });
  }

  catchUp(batch: LiveBatch): void {
    this.#isThere = true;
    this.#listener.take(batch);
  }
}

/** True when a node has gone since the last question: it may have taken along what it had not yet noted. */
function watchNodes({ sql, clock }: { readonly sql: Pool; readonly clock: Clock }) {
  let known = new Set<number>();
  let askAt = 0;
  return async (): Promise<boolean> => {
    if (clock.monotonic() < askAt) return false;
    askAt = clock.monotonic() + STREAM_RECHECK_MS;
    const living = await listLivingNodes(sql, NODE_DEAD_AFTER_MS);
    const hasGone = [...known].some((id) => !living.has(id));
    known = living;
    return hasGone;
  };
}
