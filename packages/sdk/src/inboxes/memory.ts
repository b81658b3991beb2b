import type {
  Claim,
  DeadFilter,
  DeadLetter,
  Held,
  Inbox,
  InboxEntry,
  InboxStatus,
  Lease,
  NewEntry,
  Postponement,
  Turn,
} from "../receiver/inbox.ts";

interface Row {
  readonly eventId: string;
  readonly eventType: string;
  readonly receivedAt: Date;
  payload: string;
  status: InboxStatus;
  processedAt: Date | null;
  error: string | null;
  attempts: number;
  /** When it is due, or its lease ends; nothing waits for done and dead ones. */
  dueAt: number;
  token: string | null;
}

interface Place {
  at: number;
  holder: string | null;
  until: number;
  /** When an event of the key came or went last. */
  touchedAt: number;
}

export interface MemoryInboxOptions {
  /** Milliseconds since the epoch; the clock when absent. */
  readonly now?: () => number;
  /**
   * How many events are remembered, and how many keys of `ordering`; 100,000 when absent. The oldest done events and the
   * keys that had none for longest are forgotten first.
   */
  readonly entriesMax?: number;
}

/**
 * An inbox that ends with its process: for tests, and for receivers that answer after they have handled an event, so
 * that the sender keeps what a crash would lose. It knows no duplicates that came to another process.
 */
export function memoryInbox(options: MemoryInboxOptions = {}): Inbox {
  return new MemoryInbox(options);
}

class MemoryInbox implements Inbox {
  readonly isDurable = false;
  readonly #now: () => number;
  readonly #entriesMax: number;
  readonly #rows = new Map<string, Row>();
  readonly #letters = new Map<string, DeadLetter>();
  readonly #places = new Map<string, Place>();

  constructor({ now = Date.now, entriesMax = 100_000 }: MemoryInboxOptions) {
    this.#now = now;
    this.#entriesMax = entriesMax;
  }

  async migrate(): Promise<void> {}

  async put(entry: NewEntry, lease: Lease | undefined): Promise<"new" | "known"> {
    if (this.#rows.has(entry.eventId)) return "known";
    const row: Row = {
      ...entry,
      receivedAt: new Date(this.#now()),
      status: "received",
      processedAt: null,
      error: null,
      attempts: 0,
      dueAt: this.#now(),
      token: null,
    };
    this.#rows.set(entry.eventId, row);
    if (lease) this.#lend(row, lease);
    this.#forgetOldest();
    return "new";
  }

  async take(eventId: string, lease: Lease): Promise<Claim | undefined> {
    const row = this.#rows.get(eventId);
    if (!row) return undefined;
    const isTakeable = this.#isDue(row) || row.status === "failed" || row.status === "dead";
    return isTakeable ? this.#lend(row, lease) : undefined;
  }

  async claimDue(limit: number, lease: Lease): Promise<readonly Claim[]> {
    const due = [...this.#rows.values()].filter((row) => this.#isDue(row));
    due.sort((a, b) => a.dueAt - b.dueAt);
    return due.slice(0, limit).map((row) => this.#lend(row, lease));
  }

  async claimDead(filter: DeadFilter, lease: Lease): Promise<readonly Claim[]> {
    const { limit, olderThanMs = 0, retryCountBelow = Number.POSITIVE_INFINITY } = filter;
    const { except = [] } = filter;
    const before = this.#now() - olderThanMs;
    return this.#sortedLetters()
      .filter((one) => one.failedAt.getTime() <= before && one.retryCount < retryCountBelow)
      .filter((one) => !except.includes(one.eventId))
      .map(({ eventId }) => this.#rows.get(eventId))
      .filter((row) => row?.status === "dead")
      .slice(0, limit)
      .flatMap((row) => (row ? [this.#lend(row, lease)] : []));
  }

  async finish(held: Held): Promise<boolean> {
    const row = this.#find(held);
    if (!row) return false;
    this.#settle(row, "done", null);
    this.#letters.delete(held.eventId);
    return true;
  }

  async postpone(held: Held, { delayMs, error, counts }: Postponement): Promise<boolean> {
    const row = this.#find(held);
    if (!row) return false;
    this.#settle(row, counts ? "failed" : "received", error ?? row.error);
    row.dueAt = this.#now() + delayMs;
    if (!counts) row.attempts -= 1;
    return true;
  }

  async bury(held: Held, error: string): Promise<DeadLetter | undefined> {
    const row = this.#find(held);
    if (!row) return undefined;
    const { eventId, eventType, payload } = row;
    const known = this.#letters.get(eventId);
    const letter: DeadLetter = {
      eventId,
      eventType,
      payload,
      error,
      failedAt: new Date(this.#now()),
      retryCount: known ? known.retryCount + 1 : 0,
    };
    this.#letters.set(eventId, letter);
    this.#settle(row, "dead", error);
    return letter;
  }

  async enter({ key, at, token }: Turn, leaseMs: number): Promise<"entered" | "stale" | "busy"> {
    const touchedAt = this.#now();
    const none = { at: Number.NEGATIVE_INFINITY, holder: null, until: 0, touchedAt };
    const place = this.#places.get(key) ?? none;
    if (place.at > at) return "stale";
    if (this.#isHeld(place)) return "busy";
    // Out of the map and in again: so its first ones are those that were not touched for longest.
    this.#places.delete(key);
    this.#places.set(key, { at: place.at, holder: token, until: touchedAt + leaseMs, touchedAt });
    this.#forgetPlace();
    return "entered";
  }

  async leave({ key, at, token }: Turn, wasHandled: boolean): Promise<void> {
    const place = this.#places.get(key);
    if (place?.holder !== token) return;
    Object.assign(place, { holder: null, touchedAt: this.#now() });
    if (wasHandled) place.at = at;
  }

  async find(eventId: string): Promise<InboxEntry | undefined> {
    const row = this.#rows.get(eventId);
    return row && entryOf(row);
  }

  async list(filter: { status?: InboxStatus; limit: number }): Promise<readonly InboxEntry[]> {
    const { status, limit } = filter;
    const found = [...this.#rows.values()].filter(
      (row) => status === undefined || row.status === status,
    );
    return found.toReversed().slice(0, limit).map(entryOf);
  }

  async listDead(limit: number): Promise<readonly DeadLetter[]> {
    return this.#sortedLetters().slice(0, limit);
  }

  async removeDead(eventId: string): Promise<boolean> {
    const row = this.#rows.get(eventId);
    if (row?.status !== "dead") return false;
    this.#settle(row, "done", row.error);
    return this.#letters.delete(eventId);
  }

  async prune(olderThanMs: number): Promise<number> {
    const before = this.#now() - olderThanMs;
    const old = [...this.#rows.values()].filter(
      ({ processedAt }) => processedAt !== null && processedAt.getTime() < before,
    );
    for (const { eventId } of old) this.#rows.delete(eventId);
    for (const [key, place] of this.#places) {
      if (place.touchedAt < before && !this.#isHeld(place)) this.#places.delete(key);
    }
    return old.length;
  }

  #isHeld({ holder, until }: Place): boolean {
    return holder !== null && until > this.#now();
  }

  #isDue({ status, dueAt }: Row): boolean {
    return status !== "done" && status !== "dead" && dueAt <= this.#now();
  }

  #lend(row: Row, { token, ms }: Lease): Claim {
    const { eventId, payload, receivedAt } = row;
    Object.assign(row, { status: "processing", token, dueAt: this.#now() + ms });
    row.attempts += 1;
    const isDead = this.#letters.has(eventId);
    return { eventId, token, payload, receivedAt, attempt: row.attempts, isDead };
  }

  #find({ eventId, token }: Held): Row | undefined {
    const row = this.#rows.get(eventId);
    return row?.status === "processing" && row.token === token ? row : undefined;
  }

  #settle(row: Row, status: InboxStatus, error: string | null): void {
    Object.assign(row, { status, error, token: null });
    if (status !== "done") return;
    row.processedAt = new Date(this.#now());
    row.payload = "";
  }

  #sortedLetters(): DeadLetter[] {
    const letters = [...this.#letters.values()];
    return letters.sort((a, b) => a.failedAt.getTime() - b.failedAt.getTime());
  }

  #forgetOldest(): void {
    if (this.#rows.size <= this.#entriesMax) return;
    for (const { eventId, status } of this.#rows.values()) {
      if (status !== "done") continue;
      this.#rows.delete(eventId);
      return;
    }
  }

  #forgetPlace(): void {
    if (this.#places.size <= this.#entriesMax) return;
    for (const [key, place] of this.#places) {
      if (this.#isHeld(place)) continue;
      this.#places.delete(key);
      return;
    }
  }
}

function entryOf(row: Row): InboxEntry {
  const { eventId, eventType, receivedAt, status, processedAt, error, attempts } = row;
  return { eventId, eventType, receivedAt, status, processedAt, error, attempts };
}
