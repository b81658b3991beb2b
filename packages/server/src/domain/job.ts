import type { DeliveryStatus } from "./delivery.ts";
import type { EventId } from "./id.ts";
import type { Answer } from "./statistics.ts";

/*
 * A job is work that takes longer than a request: it is stored, done batch by batch by whichever node holds its lease,
 * and goes on elsewhere when that node dies. It touches its items in id order, each once: a cursor and the changes
 * commit together.
 *
 *   running     batches are made when they are due
 *   paused      by a person, until resumed
 *   finished    every item was looked at, and the results it waited for are in or were let go
 *   cancelled   by a person, or because what it was for is over (`endReason`)
 *   failed      its batches broke again and again
 */
export type JobState = "running" | "paused" | "finished" | "cancelled" | "failed";

/** A choice of deliveries, as the list of deliveries takes it. Times are milliseconds since the epoch; null takes all. */
export interface DeliveryChoice {
  readonly eventId: EventId | null;
  readonly statuses: readonly DeliveryStatus[] | null;
  readonly types: readonly string[] | null;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly isTest: boolean | null;
  /** Absent in jobs of before there was such a choice, like the next. */
  readonly responses?: readonly Answer[] | null;
  readonly minAttempts?: number | null;
}

/** What is replayed to an endpoint. */
export interface ReplayWork {
  readonly kind: "replay";
  /**
   * `failed`: what failed in this time. `all`: every delivery of events from this time. `missing`: events from this
   * time that the endpoint wants as it is now and has no delivery of.
   */
  readonly mode: "failed" | "all" | "missing";
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Null for all. */
  readonly types: readonly string[] | null;
  /** Of a replay over all organizations: those of one profile; null for all. Never `missing`. */
  readonly across?: { readonly profile: string | null };
}

/** Which held deliveries are sent when their endpoint starts again; the others are cancelled. */
export type HeldChoice =
  | { readonly take: "all" | "none" }
  /** The newest ones. */
  | { readonly take: "newest"; readonly count: number }
  /** The oldest one, and then each `step`-th. */
  | { readonly take: "every"; readonly step: number };

export interface ReleaseWork {
  readonly kind: "release";
  readonly choice: HeldChoice;
  /** The last delivery that was held when somebody chose: what came later is released in any case. */
  readonly lastId: string;
  /** Of `newest`: the first one that is kept. */
  readonly firstKeptId: string | null;
  /** From one released delivery to the next; 0: all at once. */
  readonly intervalMs: number;
}

export type JobWork =
  | ReplayWork
  | ReleaseWork
  | { readonly kind: "redeliver" | "cancel"; readonly choice: DeliveryChoice }
  /** Removes what attempts that were under way at a purge have recorded since. */
  | { readonly kind: "purge"; readonly eventId: EventId };

export type JobKind = JobWork["kind"];

/** Why an item could not be done, and how often. */
export type Skipped = Readonly<Record<string, number>>;

/** Adds up two counts by reason. */
export function addSkipped(one: Skipped, other: Skipped): Skipped {
  const sum = { ...one };
  for (const [reason, count] of Object.entries(other)) sum[reason] = (sum[reason] ?? 0) + count;
  return sum;
}

export function countSkipped(skipped: Skipped): number {
  return Object.values(skipped).reduce((sum, count) => sum + count, 0);
}

/** How often each reason stands in a list. */
export function tally(reasons: readonly string[]): Skipped {
  return reasons.reduce<Skipped>((sum, reason) => addSkipped(sum, { [reason]: 1 }), {});
}

/** Whether a held delivery is sent; `index` counts from 0 in id order. */
export function isReleased({ choice, firstKeptId }: ReleaseWork, id: string, index: number) {
  switch (choice.take) {
    case "all":
      return true;
    case "none":
      return false;
    case "newest":
      return firstKeptId !== null && id >= firstKeptId;
    case "every":
      return index % choice.step === 0;
  }
}
