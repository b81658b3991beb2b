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
import { script, type ScriptName } from "./redis-scripts.ts";

/** A client of `ioredis` (`call`) or of `redis` (`sendCommand`), connected. */
export type RedisClient =
  | { call(command: string, ...values: string[]): Promise<unknown> }
  | { sendCommand(values: string[]): Promise<unknown> };

export interface RedisInboxOptions {
  readonly client: RedisClient;
  /** Begins the names of all keys; `posthorn-inbox` when absent. Each receiver needs one of its own. */
  readonly prefix?: string;
  /** Milliseconds since the epoch, instead of the server's clock; for tests. */
  readonly now?: () => number;
}

/**
 * An inbox in Redis 5 or newer. It is as durable as the Redis is: with `appendonly yes` and `appendfsync always` nothing
 * that was answered is lost, with `everysec` the last second may be.
 */
export function redisInbox(options: RedisInboxOptions): Inbox {
  return new RedisInbox(options);
}

class RedisInbox implements Inbox {
  readonly isDurable = true;
  readonly #client: RedisClient;
  readonly #key: string;
  readonly #now: (() => number) | undefined;

  constructor({ client, prefix = "posthorn-inbox", now }: RedisInboxOptions) {
    this.#client = client;
    this.#key = `{${prefix}}`;
    this.#now = now;
  }

  /** Redis needs nothing made. */
  async migrate(): Promise<void> {}

  async put(entry: NewEntry, lease: Lease | undefined): Promise<"new" | "known"> {
    const { eventId, eventType, payload } = entry;
    const lent = [lease?.token ?? "", lease?.ms ?? 0];
    return (await this.#run("put", [eventId, eventType, payload, ...lent])) === 1 ? "new" : "known";
  }

  async take(eventId: string, { token, ms }: Lease): Promise<Claim | undefined> {
    const rows = await this.#rows("take", [eventId, token, ms]);
    return rows.map((row) => claimOf(row, token))[0];
  }

  async claimDue(limit: number, { token, ms }: Lease): Promise<readonly Claim[]> {
    const rows = await this.#rows("claimDue", [limit, token, ms]);
    return rows.map((row) => claimOf(row, token));
  }

  async claimDead(filter: DeadFilter, { token, ms }: Lease): Promise<readonly Claim[]> {
    const { limit, olderThanMs = 0, retryCountBelow = "inf", except = [] } = filter;
    const which = [olderThanMs, retryCountBelow, ...except];
    const rows = await this.#rows("claimDead", [limit, token, ms, ...which]);
    return rows.map((row) => claimOf(row, token));
  }

  async finish({ eventId, token }: Held): Promise<boolean> {
    return (await this.#run("finish", [eventId, token])) === 1;
  }

  async postpone({ eventId, token }: Held, how: Postponement): Promise<boolean> {
    const { delayMs, error, counts } = how;
    const done = await this.#run("postpone", [eventId, token, delayMs, counts, error ?? ""]);
    return done === 1;
  }

  async bury({ eventId, token }: Held, error: string): Promise<DeadLetter | undefined> {
    return (await this.#rows("bury", [eventId, token, error])).map(letterOf)[0];
  }

  async enter({ key, at, token }: Turn, leaseMs: number): Promise<"entered" | "stale" | "busy"> {
    const entry = await this.#run("enter", [key, at, token, leaseMs]);
    return entry === "entered" || entry === "stale" ? entry : "busy";
  }

  async leave({ key, at, token }: Turn, wasHandled: boolean): Promise<void> {
    await this.#run("leave", [key, at, token, wasHandled]);
  }

  async find(eventId: string): Promise<InboxEntry | undefined> {
    return (await this.#rows("find", [eventId])).map(entryOf)[0];
  }

  async list(filter: { status?: InboxStatus; limit: number }): Promise<readonly InboxEntry[]> {
    const { status = "", limit } = filter;
    return (await this.#rows("list", [status, limit])).map(entryOf);
  }

  async listDead(limit: number): Promise<readonly DeadLetter[]> {
    return (await this.#rows("listDead", [limit])).map(letterOf);
  }

  async removeDead(eventId: string): Promise<boolean> {
    return (await this.#run("removeDead", [eventId])) === 1;
  }

  async prune(olderThanMs: number): Promise<number> {
    return Number(await this.#run("prune", [olderThanMs]));
  }

  async #rows(
    name: ScriptName,
    values: readonly (string | number | boolean)[],
  ): Promise<readonly (readonly string[])[]> {
    const answer = await this.#run(name, values);
    if (!Array.isArray(answer)) return [];
    return answer.map((row: unknown) => (Array.isArray(row) ? row.map(String) : []));
  }

  #run(name: ScriptName, values: readonly (string | number | boolean)[]): Promise<unknown> {
    const texts = [this.#now?.() ?? "", ...values].map(String);
    const command = ["EVAL", script(name), "1", this.#key, ...texts];
    if ("call" in this.#client) {
      const [first = "", ...rest] = command;
      return this.#client.call(first, ...rest);
    }
    return this.#client.sendCommand(command);
  }
}

function claimOf(
  [eventId = "", payload = "", receivedAt, attempt, isDead]: readonly string[],
  token: string,
): Claim {
  return {
    eventId,
    token,
    payload,
    receivedAt: new Date(Number(receivedAt)),
    attempt: Number(attempt),
    isDead: isDead === "1",
  };
}

function entryOf(row: readonly string[]): InboxEntry {
  const [eventId = "", eventType = "", receivedAt, status, processedAt, error, attempts] = row;
  return {
    eventId,
    eventType,
    receivedAt: new Date(Number(receivedAt)),
    // Proof: the scripts write no others.
    status: status as InboxStatus,
    processedAt: processedAt ? new Date(Number(processedAt)) : null,
    error: error || null,
    attempts: Number(attempts),
  };
}

function letterOf(row: readonly string[]): DeadLetter {
  const [eventId = "", eventType = "", payload = "", error = "", failedAt, retryCount] = row;
  return {
    eventId,
    eventType,
    payload,
    error,
    failedAt: new Date(Number(failedAt)),
    retryCount: Number(retryCount),
  };
}
