import type { OrganizationId } from "./id.ts";

/** What a stream tells of; `behind`: more than was noted, so that lists have to be read again. */
export const LIVE_KINDS = Object.freeze([
  "delivery",
  "endpoint",
  "notice",
  "inbox",
  "job",
  "key",
  "source",
  "receipt",
] as const);
export type LiveKind = (typeof LIVE_KINDS)[number];

/** A row that has changed. */
export interface LiveChange {
  /** The number of the transaction that noted it. */
  readonly transaction: bigint;
  /** Tells the changes of all transactions apart. */
  readonly place: number;
  readonly organizationId: OrganizationId;
  readonly kind: LiveKind | "behind";
  readonly objectId: string | null;
}

/** What one look at the notes found. */
export interface LiveLook {
  readonly changes: readonly LiveChange[];
  /** Every transaction below has ended: what it noted is visible. */
  readonly oldestRunning: bigint;
  /** No transaction from here on has begun. */
  readonly next: bigint;
  /** By the database's clock. */
  readonly nowMs: number;
  /** There may be more than was read. */
  readonly isFull: boolean;
}

export interface LiveNews {
  readonly changes: readonly LiveChange[];
  /** True: something was passed over, so lists have to be read again. */
  readonly isBehind: boolean;
}

/** Longer than any transaction of ours lasts: what still runs after it belongs to others and notes nothing. */
const OURS_MS_MAX = 60_000;

/**
 * Follows the notes of all nodes without missing one. Notes are not committed in the order in which they are written,
 * so there is no last number that everything before it would be known of. What is known: all transactions below
 * `from` have ended, and what they noted was seen. Those above are looked at again and again, and told once.
 */
export class LiveTail {
  #from: bigint;
  #seen = new Map<number, bigint>();
  /** When which transactions had begun: those of a minute ago need not be waited for. */
  #begun: { readonly nowMs: number; readonly next: bigint }[] = [];

  constructor(from: bigint) {
    this.#from = from;
  }

  /** Whoever goes on from here misses nothing, and may be told some things twice. */
  get from(): bigint {
    return this.#from;
  }

  /** What is new in a look from `from` on. */
  take(look: LiveLook): LiveNews {
    if (look.isFull) return this.#pass(look);
    const changes = look.changes.filter(({ place }) => !this.#seen.has(place));
    for (const { place, transaction } of changes) this.#seen.set(place, transaction);
    this.#begun.push({ nowMs: look.nowMs, next: look.next });
    const old = this.#begun.findLastIndex(({ nowMs }) => nowMs <= look.nowMs - OURS_MS_MAX);
    const ended = old < 0 ? 0n : (this.#begun[old]?.next ?? 0n);
    if (old > 0) this.#begun = this.#begun.slice(old);
    this.#moveTo(look.oldestRunning > ended ? look.oldestRunning : ended);
    return { changes, isBehind: false };
  }

  /** More than one look may read: whoever listens reads the lists again, and the tail goes on from now. */
  #pass({ next }: LiveLook): LiveNews {
    this.#moveTo(next);
    return { changes: [], isBehind: true };
  }

  #moveTo(from: bigint): void {
    if (from <= this.#from) return;
    this.#from = from;
    for (const [place, transaction] of this.#seen) {
      if (transaction < from) this.#seen.delete(place);
    }
  }
}

/** Where a stream goes on: the first transaction that may be unknown to it, and when that was said. */
export interface LivePosition {
  readonly from: bigint;
  readonly atMs: number;
}

const POSITION = /^(\d{1,19})-(\d{1,15})$/;

/** The text of `id:` lines. */
export function formatPosition({ from, atMs }: LivePosition): string {
  return `${from}-${Math.floor(atMs)}`;
}

/** `undefined` for a text that is none. */
export function parsePosition(text: string): LivePosition | undefined {
  const [, from, atMs] = POSITION.exec(text) ?? [];
  if (from === undefined || atMs === undefined) return undefined;
  return { from: BigInt(from), atMs: Number(atMs) };
}
