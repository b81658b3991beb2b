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
  /** One pass of the job of the dead letters, which begins with no other letter when the signal is aborted. */
  readonly runJob: (signal: AbortSignal) => Promise<unknown>;
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
  #stopping = new AbortController();
  #ticks = Promise.resolve();
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

  /** Looks for nothing more; events that are being leased in this moment are given back. */
  async stop(): Promise<void> {
    this.#isStarted = false;
    clearTimeout(this.#timer);
    this.#stopping.abort();
    this.#stopping = new AbortController();
    await this.#ticks;
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

  /** Handles all that is due, and what becomes due meanwhile, until nothing is left; then the job runs once. */
  async drain(): Promise<void> {
    const { slots, runJob } = this.#parts;
    const { signal } = this.#stopping;
    let taken: number;
    do {
      // Waited for: going round while others hold all slots would let neither their I/O nor any timer run again.
      await slots.take();
      taken = await this.#take(signal, 1);
      await slots.idle();
    } while (!signal.aborted && (taken > 0 || this.#hasMore));
    await runJob(signal);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    const timer: unknown = (this.#timer = setTimeout(() => {
      this.#ticks = this.#ticks.then(() => this.#tick());
    }, delayMs));
    // Some platforms give numbers for timers.
    if (typeof timer === "object" && timer !== null && "unref" in timer) this.#timer?.unref?.();
  }

  async #tick(): Promise<void> {
    if (!this.#isStarted) return;
    const { signal } = this.#stopping;
    this.#isTicking = true;
    try {
      await this.#take(signal);
      void this.#runJob(signal);
      await this.#prune();
      this.#failures = 0;
    } catch (error) {
      // Of an outage the first failure is told; each poll would say the same.
      if (this.#failures === 0) this.#parts.listeners.error(error, null);
      this.#failures += 1;
    } finally {
      this.#isTicking = false;
    }
    if (signal.aborted) return;
    const pause = Math.min(this.#parts.settings.pollMs * 2 ** this.#failures, PAUSE_MAX_MS);
    const isAtOnce = this.#failures === 0 && this.#hasMore && this.#parts.slots.free > 0;
    this.#schedule(isAtOnce ? 0 : pause);
  }

  /**
   * Leases as many events as there are free slots, and slots that the caller holds; the slots are taken first, so that
   * requests do not take them.
   */
  async #take(signal: AbortSignal, held = 0): Promise<number> {
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
    if (signal.aborted) return this.#giveBack(claims);
    if (claims.length === count) this.#hasMore = true;
    for (const claim of claims) void run(claim);
    return claims.length;
  }

  /** Kept, they would be handled behind the back of who has closed; another process may have them at once. */
  async #giveBack(claims: readonly Claim[]): Promise<0> {
    const { inbox, slots } = this.#parts;
    const untried = { delayMs: 0, error: null, counts: false };
    await Promise.all(claims.map((claim) => slots.hold(inbox.postpone(claim, untried))));
    return 0;
  }

  /** Beside the ticks: its handlers may take minutes, in which what waits is taken as ever. */
  async #runJob(signal: AbortSignal): Promise<void> {
    const { settings, listeners, runJob } = this.#parts;
    if (settings.job === null || this.#isJobRunning || performance.now() < this.#jobAt) return;
    this.#jobAt = performance.now() + settings.job.everyMs;
    this.#isJobRunning = true;
    try {
      await runJob(signal);
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
