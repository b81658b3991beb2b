import { toMs, type Duration } from "./duration.ts";
import type { Claim, DeadLetter, Inbox, Lease } from "./inbox.ts";
import type { ReceiverSettings } from "./options.ts";
import type { Outcome } from "./process.ts";
import type { Slots } from "./slots.ts";

/** What has become of dead letters that were retried. */
export interface RetryReport {
  readonly retried: number;
  readonly succeeded: number;
  readonly failed: number;
}

export interface DeadLettersParts {
  readonly inbox: Inbox;
  readonly settings: ReceiverSettings;
  readonly now: () => number;
  readonly newLease: () => Lease;
  readonly slots: Slots;
  /** Handles a leased event in a slot that is taken already, and gives the slot back. */
  readonly run: (claim: Claim) => Promise<Outcome>;
}

const LISTED_MAX = 1_000;

/** The events that have used up their attempts. Each stays until a handler has succeeded or somebody removes it. */
export class DeadLetters {
  readonly #parts: DeadLettersParts;

  constructor(parts: DeadLettersParts) {
    this.#parts = parts;
  }

  /** Those that failed longest ago first; 100 when no limit is given, at most 1,000. */
  async list({ limit = 100 }: { readonly limit?: number } = {}): Promise<readonly DeadLetter[]> {
    return this.#parts.inbox.listDead(Math.min(limit, LISTED_MAX));
  }

  /** Handles one now. Its letter goes when the handler succeeds, else counts one more retry. */
  async retry(eventId: string): Promise<{ readonly success: boolean; readonly error?: string }> {
    const { inbox, newLease, slots, run } = this.#parts;
    const entry = await inbox.find(eventId);
    if (entry?.status !== "dead") return { success: false, error: "There is no such dead letter." };
    const claim = await slots.lease(() => inbox.take(eventId, newLease()));
    if (claim === undefined) return { success: false, error: "It is being retried already." };
    const outcome = await run(claim);
    if (outcome.state === "done") return { success: true };
    return {
      success: false,
      error: outcome.state === "failed" ? outcome.error : "Its key is busy.",
    };
  }

  /** Handles all that are listed, however often they were retried. */
  async retryAll({ olderThan = 0 }: { readonly olderThan?: Duration } = {}): Promise<RetryReport> {
    const { inbox, settings, now } = this.#parts;
    const before = now() - toMs(olderThan, "olderThan");
    const letters = await inbox.listDead(LISTED_MAX);
    const waiting = letters.filter(({ failedAt }) => failedAt.getTime() <= before);
    const successes: boolean[] = [];
    const work = async () => {
      for (let letter = waiting.shift(); letter; letter = waiting.shift()) {
        successes.push((await this.retry(letter.eventId)).success);
      }
    };
    await Promise.all(Array.from({ length: settings.concurrency }, work));
    return report(successes);
  }

  /** Gives one up: its event counts as done. False when there is none. */
  async remove(eventId: string): Promise<boolean> {
    return this.#parts.inbox.removeDead(eventId);
  }

  /**
   * One pass of the job that runs in the background, for those who have a scheduler of their own. Begins with no other
   * letter when the signal is aborted.
   */
  async runJob({ signal }: { readonly signal?: AbortSignal } = {}): Promise<RetryReport> {
    const { inbox, settings, newLease, slots, run } = this.#parts;
    if (settings.job === null) return report([]);
    const { limit, olderThanMs, retriesBelow } = settings.job;
    const except: string[] = [];
    const filter = { limit: 1, olderThanMs, retryCountBelow: retriesBelow, except };
    const retries: Promise<Outcome>[] = [];
    while (retries.length < limit) {
      const claim = await slots.lease(async () =>
        signal?.aborted ? undefined : (await inbox.claimDead(filter, newLease()))[0],
      );
      if (claim === undefined) break;
      except.push(claim.eventId);
      retries.push(run(claim));
    }
    const outcomes = await Promise.all(retries);
    return report(outcomes.map(({ state }) => state === "done"));
  }
}

function report(successes: readonly boolean[]): RetryReport {
  const succeeded = successes.filter(Boolean).length;
  return { retried: successes.length, succeeded, failed: successes.length - succeeded };
}
