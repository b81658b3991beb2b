import { runRows, type OutboxClient } from "../outbox/client.ts";
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
import { inboxSchema, PREFIX_DEFAULT, tableNames } from "./postgres-schema.ts";
import { statements } from "./postgres-statements.ts";

export interface PostgresInboxOptions {
  /** A pool of `pg`, a client of postgres.js, a database of Drizzle, or a function of a text with `$1 …` and values. */
  readonly client: OutboxClient;
  /**
   * Begins the names of the three tables; `posthorn_` when absent, with a schema as in `webhooks.posthorn_`. Each
   * receiver needs tables of its own: a receiver handles all that is in its inbox.
   */
  readonly prefix?: string;
  /** Milliseconds since the epoch, instead of the database's clock; for tests. */
  readonly now?: () => number;
}

/**
 * An inbox in PostgreSQL 12 or newer. Several processes may share it: each event is leased to one of them.
 *
 * ```ts
 * const receiver = createReceiver({ format: "standard", secret, inbox: postgresInbox({ client: pool }) });
 * await receiver.migrate();
 * ```
 */
export function postgresInbox(options: PostgresInboxOptions): Inbox {
  return new PostgresInbox(options);
}

type Row = Readonly<Record<string, string | null>>;
type Value = string | number | boolean | null;

class PostgresInbox implements Inbox {
  readonly isDurable = true;
  readonly #client: OutboxClient;
  readonly #schema: string;
  readonly #statements: ReturnType<typeof statements>;
  readonly #now: (() => number) | undefined;

  constructor({ client, prefix = PREFIX_DEFAULT, now }: PostgresInboxOptions) {
    this.#client = client;
    this.#schema = inboxSchema(prefix);
    this.#statements = statements(tableNames(prefix));
    this.#now = now;
  }

  async migrate(): Promise<void> {
    await runRows(this.#client, this.#schema, []);
  }

  async put(entry: NewEntry, lease: Lease | undefined): Promise<"new" | "known"> {
    const { eventId, eventType, payload } = entry;
    const lent = [lease?.token ?? null, lease?.ms ?? null];
    const rows = await this.#run("put", [eventId, eventType, payload, ...lent]);
    return rows.length === 1 ? "new" : "known";
  }

  async take(eventId: string, { token, ms }: Lease): Promise<Claim | undefined> {
    const rows = await this.#run("take", [token, ms, eventId]);
    return rows.map((row) => claimOf(row, token))[0];
  }

  async claimDue(limit: number, { token, ms }: Lease): Promise<readonly Claim[]> {
    const rows = await this.#run("claimDue", [token, ms, limit]);
    return rows.map((row) => claimOf(row, token));
  }

  async claimDead(filter: DeadFilter, { token, ms }: Lease): Promise<readonly Claim[]> {
    const { limit, olderThanMs = 0, retryCountBelow = "Infinity", except = [] } = filter;
    const which = [limit, olderThanMs, retryCountBelow, JSON.stringify(except)];
    const rows = await this.#run("claimDead", [token, ms, ...which]);
    return rows.map((row) => claimOf(row, token));
  }

  async finish({ eventId, token }: Held): Promise<boolean> {
    return (await this.#run("finish", [eventId, token])).length === 1;
  }

  async postpone({ eventId, token }: Held, how: Postponement): Promise<boolean> {
    const { delayMs, error, counts } = how;
    const rows = await this.#run("postpone", [eventId, token, delayMs, error, counts]);
    return rows.length === 1;
  }

  async bury({ eventId, token }: Held, error: string): Promise<DeadLetter | undefined> {
    const rows = await this.#run("bury", [eventId, token, error]);
    return rows.map(letterOf)[0];
  }

  async enter({ key, at, token }: Turn, leaseMs: number): Promise<"entered" | "stale" | "busy"> {
    const [row] = await this.#run("enter", [key, at, token, leaseMs]);
    const entry = row?.["entry"];
    return entry === "entered" || entry === "stale" ? entry : "busy";
  }

  async leave({ key, at, token }: Turn, wasHandled: boolean): Promise<void> {
    await this.#run("leave", [key, at, token, wasHandled]);
  }

  async find(eventId: string): Promise<InboxEntry | undefined> {
    return (await this.#run("find", [eventId])).map(entryOf)[0];
  }

  async list(filter: { status?: InboxStatus; limit: number }): Promise<readonly InboxEntry[]> {
    const { status = null, limit } = filter;
    return (await this.#run("list", [status, limit])).map(entryOf);
  }

  async listDead(limit: number): Promise<readonly DeadLetter[]> {
    return (await this.#run("listDead", [limit])).map(letterOf);
  }

  async removeDead(eventId: string): Promise<boolean> {
    return (await this.#run("removeDead", [eventId])).length === 1;
  }

  async prune(olderThanMs: number): Promise<number> {
    const [row] = await this.#run("prune", [olderThanMs]);
    return Number(row?.["count"]);
  }

  async #run(
    name: keyof ReturnType<typeof statements>,
    values: readonly Value[],
  ): Promise<readonly Row[]> {
    const texts = [this.#now?.() ?? null, ...values].map((value) =>
      value === null ? null : String(value),
    );
    // Proof: the statements cast every column to text.
    return (await runRows(this.#client, this.#statements[name], texts)) as readonly Row[];
  }
}

function claimOf(row: Row, token: string): Claim {
  return {
    eventId: textOf(row["event_id"]),
    token,
    payload: textOf(row["payload"]),
    receivedAt: dateOf(row["received_at"]),
    attempt: Number(row["attempts"]),
    isDead: row["is_dead"] === "true",
  };
}

function entryOf(row: Row): InboxEntry {
  const processedAt = row["processed_at"];
  return {
    eventId: textOf(row["event_id"]),
    eventType: textOf(row["event_type"]),
    receivedAt: dateOf(row["received_at"]),
    // Proof: the table has no others.
    status: textOf(row["status"]) as InboxStatus,
    processedAt: processedAt ? dateOf(processedAt) : null,
    error: row["error"] ?? null,
    attempts: Number(row["attempts"]),
  };
}

function letterOf(row: Row): DeadLetter {
  return {
    eventId: textOf(row["event_id"]),
    eventType: textOf(row["event_type"]),
    payload: textOf(row["payload"]),
    error: textOf(row["error"]),
    failedAt: dateOf(row["failed_at"]),
    retryCount: Number(row["retry_count"]),
  };
}

function textOf(value: string | null | undefined): string {
  return value ?? "";
}

function dateOf(value: string | null | undefined): Date {
  return new Date(Math.round(Number(value)));
}
