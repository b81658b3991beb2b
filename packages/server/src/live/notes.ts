import type { Pool } from "../db/pool.ts";
import type { DeliveryId, OrganizationId } from "../domain/id.ts";
import {
  LIVE_FLUSH_MS,
  LIVE_NOTES_PER_SECOND_MAX,
  LIVE_WATCH_MS,
  LIVE_WATCHES_READ_EVERY_MS,
} from "../limits/live.ts";
import type { ChangeFeed } from "../nodes/changes.ts";
import { ALL, createExactCache } from "../nodes/exact-cache.ts";
import { delay, type Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import { createRateLimit } from "../platform/rate-limit.ts";
import {
  insertChanges,
  listWatched,
  readChanges,
  renewWatch,
  type LiveNote,
  type Watch,
} from "../store/live.ts";
import { announceChange } from "../store/nodes.ts";

/**
 * What happens all the time, noted for those who look at it right now: deliveries that were accepted or settled. Where
 * nobody looks this costs one look into a map. Where somebody does, notes go out in batches and up to a rate: more
 * than that no list shows, and its reader is told to read it again.
 */
export interface LiveNotes {
  /** A delivery was accepted or settled; call it after the commit. */
  note(organizationId: OrganizationId, id: DeliveryId): void;
  /** Resolves when every node notes the changes of this organization, which they do for some minutes. */
  watch(organizationId: OrganizationId): Promise<Watch>;
  /** Writes what is left. */
  stop(): Promise<void>;
}

type Watched = ReadonlyMap<OrganizationId, number>;

/** The name of the only entry of the cache. */
const WATCHED = "watched";
const SECOND_MS = 1_000;
/** Transactions that began before a node heard of a watch note nothing; they are over within moments. */
const UNHEARD_MS_MAX = 1_000;
const UNHEARD_POLL_MS = 20;

export function createLiveNotes(options: {
  readonly sql: Pool;
  readonly clock: Clock;
  readonly log: Logger;
  readonly changes: ChangeFeed;
}): LiveNotes {
  const { sql, clock, log, changes } = options;
  const isWatched = followWatches(options);
  const rate = createRateLimit({ clock, windowMs: SECOND_MS, namesMax: 1_000 });
  const behind = createRateLimit({ clock, windowMs: SECOND_MS, namesMax: 1_000 });
  let waiting = new Map<string, LiveNote>();
  let isPlanned = false;
  let writing = Promise.resolve();

  function add(note: LiveNote): void {
    waiting.set(`${note.organizationId} ${note.objectId}`, note);
    if (isPlanned) return;
    isPlanned = true;
    clock.after(LIVE_FLUSH_MS, () => {
      isPlanned = false;
      writing = writing.then(write);
    });
  }

  async function write(): Promise<void> {
    const batch = [...waiting.values()];
    waiting = new Map();
    if (batch.length === 0) return;
    await insertChanges(sql, batch).catch((error: unknown) => {
      log.warn({ event: "live.notes_lost", count: batch.length, error });
      for (const { organizationId } of batch) addBehind(organizationId);
    });
  }

  function addBehind(organizationId: OrganizationId): void {
    if (behind.take(organizationId, 1) > 0) return;
    add({ organizationId, kind: "behind", objectId: null });
  }

  return {
    note(organizationId, id) {
      if (!isWatched.has(organizationId)) return;
      // Twice within a moment is one note.
      const isNew = !waiting.has(`${organizationId} ${id}`);
      if (isNew && rate.take(organizationId, LIVE_NOTES_PER_SECOND_MAX) > 0) {
        return addBehind(organizationId);
      }
      add({ organizationId, kind: "delivery", objectId: id });
    },
    async watch(organizationId) {
      const begun = await beginWatch(sql, organizationId);
      if (begun.number !== undefined) {
        await changes.settled({ kind: "watch", id: organizationId }, begun.number);
        await untilOthersEnded(options);
      }
      return begun.watch;
    },
    async stop() {
      await isWatched.stop();
      await writing;
      await write();
    },
  };
}

async function beginWatch(sql: Pool, organizationId: OrganizationId) {
  return sql.begin(async (tx) => {
    const watch = await renewWatch(tx, organizationId, LIVE_WATCH_MS);
    if (!watch.isNew) return { watch, number: undefined };
    return { watch, number: await announceChange(tx, { kind: "watch", id: organizationId }) };
  });
}

/** Waits for the transactions that run at this moment, but not for long ones: those are not ours. */
async function untilOthersEnded({ sql, clock }: { sql: Pool; clock: Clock }): Promise<void> {
  const until = clock.monotonic() + UNHEARD_MS_MAX;
  const nothing = { from: 0n, limit: 1 };
  const { next } = await readChanges(sql, nothing);
  while (clock.monotonic() < until) {
    const { oldestRunning } = await readChanges(sql, nothing);
    if (oldestRunning >= next) return;
    await delay(clock, UNHEARD_POLL_MS);
  }
}

/** Which organizations are watched. As long as that is not known, all of them are: a note too many does no harm. */
function followWatches({ sql, clock, log, changes }: Parameters<typeof createLiveNotes>[0]) {
  const cache = createExactCache<Watched>({
    changes,
    entriesMax: 1,
    concerns: (change) => (change.kind === "watch" ? ALL : undefined),
  });
  async function read(): Promise<Watched> {
    const now = clock.monotonic();
    const left = await listWatched(sql);
    return new Map([...left].map(([id, ms]) => [id, now + ms]));
  }
  const loop = startLoop({
    name: "live-watches",
    clock,
    log,
    pauseMs: LIVE_WATCHES_READ_EVERY_MS,
    step: async () => void (await cache.load(WATCHED, read)),
  });
  return {
    has(organizationId: OrganizationId): boolean {
      const watched = cache.get(WATCHED);
      if (!watched) {
        loop.nudge();
        return true;
      }
      const until = watched.get(organizationId);
      return until !== undefined && until > clock.monotonic();
    },
    stop: () => loop.stop(),
  };
}
