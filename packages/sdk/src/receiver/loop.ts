import type { Inbox, Lease, Claim } from "./inbox.ts";
import type { Listeners } from "./listeners.ts";
import type { ReceiverSettings } from "./options.ts";
import type { Slots } from "./slots.ts";

export interface LoopParts {
  readonly inbox: Inbox;
  readonly settings: ReceiverSettings;
  readonly slots: Slots;
  readonly listeners: Listeners;
  readonly newLease: () => Lease;
  /** Handles a leased event in a slot that is taken already. */
  readonly run: (claim: Claim) => Promise<unknown>;
  readonly runJob: () => Promise<unknown>;
}

const PRUNE_EVERY_MS = 3_600_000;
const PAUSE_MAX_MS = 30_000;

/**
 * Looks for work in the background: what is due at each poll, at once when there is more than was taken, the job of the
 * dead letters, and old events to forget. Its timer keeps no process alive.
 */
export class Loop {
  readonly #parts: LoopParts;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStarted = false;
  #isTicking = false;
  #hasMore = false;
  #failures = 0;
  #jobAt = 0;
  #isJobRunning = false;
  #pruneAt = 0;

  constructor(parts: LoopParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#jobAt =
      performance.now() + (this.#parts.settings.job?.everyMs ?? Number.POSITIVE_INFINITY);
    this.#pruneAt = performance.now() + PRUNE_EVERY_MS;
    this.#schedule(0);
  }

  stop(): void {
    this.#isStarted = false;
    clearTimeout(this.#timer);
  }

  /** Something waits that no poll has seen. */
  nudge(): void {
    this.#hasMore = true;
    this.slotFreed();
  }

  /** With a backlog the next event is taken when a slot is free, not at the next poll. */
  slotFreed(): void {
    if (this.#isStarted && this.#hasMore && !this.#isTicking) this.#schedule(0);
  }

  /** Handles all that is due, and what becomes due meanwhile, until nothing is left. */
  async drain(): Promise<void> {
    const { slots } = this.#parts;
    let taken: number;
    do {
      // Waited for: going round while others hold all slots would let neither their I/O nor any timer run again.
      await slots.take();
      taken = await this.#take(1);
      await slots.idle();
    } while (taken > 0 || this.#hasMore);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    const timer: unknown = (this.#timer = setTimeout(() => void this.#tick(), delayMs));
    // Some platforms give numbers for timers.
    if (typeof timer === "object" && timer !== null && "unref" in timer) this.#timer?.unref?.();
  }

  async #tick(): Promise<void> {
    this.#isTicking = true;
    try {
      await this.#take();
      void this.#runJob();
      await this.#prune();
      this.#failures = 0;
    } catch (error) {
      // Of an outage the first failure is told; each poll would say the same.
      if (this.#failures === 0) this.#parts.listeners.error(error, null);
      this.#failures += 1;
    } finally {
      this.#isTicking = false;
    }
    if (!this.#isStarted) return;
    const pause = Math.min(this.#parts.settings.pollMs * 2 ** this.#failures, PAUSE_MAX_MS);
    const isAtOnce = this.#failures === 0 && this.#hasMore && this.#parts.slots.free > 0;
    this.#schedule(isAtOnce ? 0 : pause);
  }

  /**
   * Leases as many events as there are free slots, and slots that the caller holds; the slots are taken first, so that
   * requests do not take them.
   */
  async #take(held = 0): Promise<number> {
    const { inbox, slots, newLease, run } = this.#parts;
    let count = held;
    while (slots.tryTake()) count++;
    if (count === 0) return 0;
    let claims: readonly Claim[] = [];
    // Before the question: who nudges while it is answered must be heard.
    this.#hasMore = false;
    try {
      claims = await inbox.claimDue(count, newLease());
    } finally {
      for (let unused = claims.length; unused < count; unused++) slots.give();
    }
    if (claims.length === count) this.#hasMore = true;
    for (const claim of claims) void run(claim);
    return claims.length;
  }

  /** Beside the ticks: its handlers may take minutes, in which what waits is taken as ever. */
  async #runJob(): Promise<void> {
    const { settings, listeners, runJob } = this.#parts;
    if (settings.job === null || this.#isJobRunning || performance.now() < this.#jobAt) return;
    this.#jobAt = performance.now() + settings.job.everyMs;
    this.#isJobRunning = true;
    try {
      await runJob();
    } catch (error) {
      listeners.error(error, null);
    } finally {
      this.#isJobRunning = false;
    }
  }

  async #prune(): Promise<void> {
    const { inbox, settings } = this.#parts;
    if (!Number.isFinite(settings.keepMs) || performance.now() < this.#pruneAt) return;
    const pruned = await inbox.prune(settings.keepMs);
    // A full batch says that there is more; the next poll goes on.
    if (pruned === 0) this.#pruneAt = performance.now() + PRUNE_EVERY_MS;
  }
}
