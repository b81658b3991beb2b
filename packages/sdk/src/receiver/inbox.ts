/**
 * Where a receiver keeps what it was sent. One row for each event id, in one of these states:
 *
 *   received → processing (with a lease) → done
 *                                        → failed (until its time comes) → processing …
 *                                        → dead → processing …
 *
 * A lease that runs out is taken over, so an event whose process died is handled by another. Who lets go of a lease says
 * with its token whose it was; a late result of somebody whose lease was taken over changes nothing.
 */
export interface Inbox {
  /** Whether what was stored is still there when the process has died. Decides when a receiver may answer 200. */
  readonly isDurable: boolean;
  /** Creates what the store needs; changes nothing that is there. */
  migrate(): Promise<void>;
  /** Stores an event unless its id is known, leased from the start when a lease is given. Decides duplicates. */
  put(entry: NewEntry, lease: Lease | undefined): Promise<"new" | "known">;
  /** Leases one event, also one that is dead; undefined when it is done, leased by another, or unknown. */
  take(eventId: string, lease: Lease): Promise<Claim | undefined>;
  /** Leases events whose time has come: received ones, failed ones, and those whose lease ran out. */
  claimDue(limit: number, lease: Lease): Promise<readonly Claim[]>;
  /** Leases dead ones, those that failed longest ago first. */
  claimDead(filter: DeadFilter, lease: Lease): Promise<readonly Claim[]>;
  /** Done: the payload goes, and the dead letter if there was one. False when the lease was somebody else's by then. */
  finish(held: Held): Promise<boolean>;
  /** Not now: due again after the delay. */
  postpone(held: Held, how: Postponement): Promise<boolean>;
  /** Dead: into the dead letters, or one more retry of a letter that is there. Undefined as false above. */
  bury(held: Held, error: string): Promise<DeadLetter | undefined>;
  /** Whether an event may be handled now that shares its key with others. Holds the key until `leave` when it may. */
  enter(turn: Turn, leaseMs: number): Promise<"entered" | "stale" | "busy">;
  /** Lets the key go; when the event was handled, remembers its place. */
  leave(turn: Turn, wasHandled: boolean): Promise<void>;
  find(eventId: string): Promise<InboxEntry | undefined>;
  /** The newest first. */
  list(filter: {
    readonly status?: InboxStatus;
    readonly limit: number;
  }): Promise<readonly InboxEntry[]>;
  /** Those that failed longest ago first. */
  listDead(limit: number): Promise<readonly DeadLetter[]>;
  /** Forgets a dead letter without handling it; its event counts as done. */
  removeDead(eventId: string): Promise<boolean>;
  /** Forgets events that were done longer ago than this, some at a time, and keys that had none since; answers how many events. */
  prune(olderThanMs: number): Promise<number>;
}

export type InboxStatus = "received" | "processing" | "done" | "failed" | "dead";

export interface InboxEntry {
  readonly eventId: string;
  readonly eventType: string;
  readonly receivedAt: Date;
  readonly status: InboxStatus;
  readonly processedAt: Date | null;
  /** Of the last attempt that failed. */
  readonly error: string | null;
  /** How often handling it has begun: more than 1 where a process died or a handler failed. */
  readonly attempts: number;
}

export interface DeadLetter {
  readonly eventId: string;
  readonly eventType: string;
  /** The event as JSON. */
  readonly payload: string;
  readonly error: string;
  /** When it failed last. */
  readonly failedAt: Date;
  /** How often it was retried since it is dead. */
  readonly retryCount: number;
}

export interface NewEntry {
  readonly eventId: string;
  readonly eventType: string;
  readonly payload: string;
}

export interface Lease {
  readonly token: string;
  readonly ms: number;
}

export interface Held {
  readonly eventId: string;
  readonly token: string;
}

export interface Claim extends Held {
  readonly payload: string;
  readonly receivedAt: Date;
  /** Counted from 1, this one included. */
  readonly attempt: number;
  readonly isDead: boolean;
}

export interface DeadFilter {
  readonly limit: number;
  readonly olderThanMs?: number;
  readonly retryCountBelow?: number;
  /** Not these events: who leases one after the other would else get back what has just failed again. */
  readonly except?: readonly string[];
}

export interface Postponement {
  readonly delayMs: number;
  /** Null keeps what stood there. */
  readonly error: string | null;
  /** False when nothing was tried: the attempt is taken back. */
  readonly counts: boolean;
}

export interface Turn {
  readonly key: string;
  /** The event's place among those of its key. */
  readonly at: number;
  readonly token: string;
}

const ERROR_LENGTH_MAX = 2_000;

/** An error as every store can keep it: bounded, and without the character that PostgreSQL's texts cannot hold. */
export function errorText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text || "Unknown error").replaceAll("\0", "").slice(0, ERROR_LENGTH_MAX).toWellFormed();
}
