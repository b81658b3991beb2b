/** The tables of the database in memory: the one stand-in of this simulation. `statements/` says what is done to them. */
import type { EndpointSettings } from "../../../packages/server/src/store/endpoints.ts";
import { breachesOfChange, breachesOfRow } from "./row-rules.ts";

type State = "pending" | "leased" | "delivered" | "failed" | "cancelled";

/** Times are milliseconds of the database's clock. */
export interface Delivery {
  readonly id: string;
  readonly organizationId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly wireFormat: string;
  readonly state: State;
  readonly attempts: number;
  readonly attemptsTotal: number;
  readonly maxAttempts: number;
  readonly generation: number;
  readonly lostCount: number;
  readonly trigger: string;
  /** Null unless it is pending. */
  readonly dueAt: number | null;
  readonly leaseUntil: number | null;
  /** By a claim, and not by accepting. */
  readonly isClaimed: boolean;
  readonly leaseToken: number;
  readonly leaseNode: number | null;
  readonly lastOutcome: string | null;
  readonly lastStatus: number | null;
  readonly finishedAt: number | null;
  readonly cancelReason: string | null;
  readonly isTest: boolean;
  readonly bodySha256: Buffer | null;
  readonly orderingKey: string | null;
  readonly sequence: number | null;
}

export interface AttemptRow {
  readonly deliveryId: string;
  readonly number: number;
  readonly generation: number;
  readonly outcome: string;
  readonly status: number | null;
}

export interface StoredEvent {
  readonly id: string;
  readonly organizationId: string;
  readonly type: string;
  readonly resource: string | null;
  readonly orderingKey: string | null;
  readonly occurredAt: number;
  readonly data: Buffer;
}

export type StoredEndpoint = EndpointSettings & {
  readonly id: string;
  readonly organizationId: string;
  readonly deletedAt: number | null;
  readonly version: number;
};

export interface StoredSecret {
  readonly id: string;
  readonly endpointId: string;
  readonly state: "next" | "current" | "previous";
  readonly secretSealed: Buffer;
  readonly expiresAt: Date | null;
}

export interface Tables {
  readonly organizations: {
    readonly id: string;
    readonly name: string;
    readonly profile: string;
    readonly plan: string | null;
    readonly dataKeySealed: Buffer;
    readonly routingVersion: number;
  };
  readonly endpoints: StoredEndpoint;
  readonly pauses: { readonly pausedAt: number };
  readonly rates: { readonly perSecond: number; readonly nextAt: number };
  readonly endpointStates: {
    readonly holdUntil: number | null;
    readonly failingSince: number | null;
  };
  readonly secrets: StoredSecret;
  readonly events: StoredEvent;
  readonly deliveries: Delivery;
  readonly attempts: AttemptRow;
  readonly keys: {
    readonly bodySha256: Buffer;
    readonly eventId: string;
    readonly deliveryCount: number;
  };
  readonly nodes: StoredNode;
  readonly orderingKeys: { readonly lastSequence: number };
  readonly queue: Queued;
}

export interface StoredNode {
  readonly id: number;
  readonly heartbeatAt: number;
  readonly seenChange: number;
  readonly freshFrom: string;
  readonly freshSince: number | null;
}

export interface Queued {
  readonly endpointId: string;
  readonly key: string;
  readonly sequence: number;
  readonly deliveryId: string;
  readonly entries: number;
}

export type TableName = keyof Tables;
type Rows = { readonly [Name in TableName]: Map<string, Tables[Name]> };
type Writes = { readonly [Name in TableName]: Map<string, Tables[Name] | undefined> };

function emptyRows(): Rows {
  return {
    organizations: new Map(),
    endpoints: new Map(),
    pauses: new Map(),
    rates: new Map(),
    endpointStates: new Map(),
    secrets: new Map(),
    events: new Map(),
    deliveries: new Map(),
    attempts: new Map(),
    keys: new Map(),
    nodes: new Map(),
    orderingKeys: new Map(),
    queue: new Map(),
  };
}

/** A statement met a row that another transaction has locked: it is tried again when that has ended. */
export class Waits extends Error {}

/** What a statement could know of its client, and must not go by. */
export interface Client {
  readonly clock: { now(): number };
}

export interface Message {
  readonly channel: string;
  readonly payload: string;
}

export class Memory {
  readonly rows = emptyRows();
  /** Rules that a change has broken. */
  readonly breaches: string[] = [];
  readonly locks = new Map<string, Transaction>();
  readonly clock: () => number;
  /** A delivery that was under way has been ended by somebody else than its holder or a sweep. */
  onInterrupted: (id: string) => void = () => {};
  /** Sequences, which no rollback takes back. */
  nodes = 0;
  changes = 0;

  constructor(clock: () => number) {
    this.clock = clock;
  }

  clear(): void {
    for (const table of Object.values(this.rows)) table.clear();
    this.breaches.length = 0;
  }
}

/** Sees what is committed and its own writes; others see these when it commits. A statement alone is one, too. */
export class Transaction {
  readonly memory: Memory;
  /** `now()` of PostgreSQL: when the transaction began. */
  now: number;
  /** Who asks. */
  readonly client: Client | undefined;
  isOver = false;
  messages: Message[] = [];
  /** Deliveries that it has ended under their holders' hands. */
  readonly interrupted: string[] = [];
  /** When its client last said something. */
  touchedAt = 0;
  readonly #writes = new Map<TableName, Map<string, unknown>>();
  readonly #locks: string[] = [];

  constructor(memory: Memory, client?: Client) {
    this.memory = memory;
    this.client = client;
    this.now = memory.clock();
  }

  get<Name extends TableName>(table: Name, id: string): Tables[Name] | undefined {
    const written = this.#written(table);
    return written?.has(id) ? written.get(id) : this.memory.rows[table].get(id);
  }

  all<Name extends TableName>(table: Name): Tables[Name][] {
    const stored: ReadonlyMap<string, Tables[Name]> = this.memory.rows[table];
    const written = this.#written(table);
    if (!written) return [...stored.values()];
    const merged = new Map<string, Tables[Name] | undefined>([...stored, ...written]);
    return [...merged.values()].filter((row) => row !== undefined);
  }

  put<Name extends TableName>(table: Name, id: string, row: Tables[Name]): void {
    this.lock(`${table} ${id}`);
    this.#writesOf(table).set(id, row);
  }

  remove(table: TableName, id: string): void {
    this.lock(`${table} ${id}`);
    this.#writesOf(table).set(id, undefined);
  }

  /** Throws `Waits` while another transaction holds it. */
  lock(key: string): void {
    const holder = this.memory.locks.get(key);
    if (holder === this) return;
    if (holder) throw new Waits(key);
    this.memory.locks.set(key, this);
    this.#locks.push(key);
  }

  /** For `skip locked`. */
  isFree(key: string): boolean {
    const holder = this.memory.locks.get(key);
    return holder === undefined || holder === this;
  }

  commit(): void {
    for (const [table, written] of this.#writes) {
      // Proof: `put` types what it writes by its table.
      const rows = this.memory.rows[table] as Map<string, unknown>;
      for (const [id, row] of written) {
        if (table === "deliveries") this.#watch(rows.get(id), row);
        if (row === undefined) rows.delete(id);
        else rows.set(id, row);
      }
    }
    for (const id of this.interrupted) this.memory.onInterrupted(id);
    this.#end();
  }

  rollback(): void {
    this.messages = [];
    this.#end();
  }

  #end(): void {
    this.isOver = true;
    for (const key of this.#locks) this.memory.locks.delete(key);
  }

  #watch(before: unknown, after: unknown): void {
    // Proof: called for deliveries alone.
    const [old, row] = [before, after] as [Delivery | undefined, Delivery];
    this.memory.breaches.push(...breachesOfRow(row));
    if (old) this.memory.breaches.push(...breachesOfChange(old, row));
  }

  #written<Name extends TableName>(table: Name): Writes[Name] | undefined {
    // Proof: `put` types what it writes by its table.
    return this.#writes.get(table) as Writes[Name] | undefined;
  }

  #writesOf(table: TableName): Map<string, unknown> {
    const known = this.#writes.get(table);
    if (known) return known;
    const made = new Map<string, unknown>();
    this.#writes.set(table, made);
    return made;
  }
}
