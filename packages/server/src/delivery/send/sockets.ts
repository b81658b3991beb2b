import { SOCKET_AGE_MS_MAX, SOCKETS_PER_ORIGIN_MAX } from "../../limits.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Connect } from "../connect.ts";
import { Channel } from "./channel.ts";
import type { Exchange } from "./exchange.ts";
import { SENDER_CLOSED } from "./failure.ts";
import type { Origin } from "./target.ts";

/**
 * The channels of one origin: busy ones are in `channels` alone, idle ones in both, the newest idle
 * one last.
 */
interface Pool {
  readonly channels: Set<Channel>;
  readonly idle: Channel[];
  /** Exchanges that found every channel busy, in order of arrival. */
  readonly waiting: Set<Exchange>;
}

/**
 * All sockets to customers, shared by origin and bounded three ways: per origin, idle ones over all
 * origins, and by age. An origin without sockets and waiting exchanges is forgotten.
 */
export class Sockets {
  readonly #clock: Clock;
  readonly #connect: Connect;
  readonly #idleMax: number;
  readonly #pools = new Map<string, Pool>();
  #idleCount = 0;
  #isClosed = false;

  constructor(options: {
    readonly clock: Clock;
    readonly connect: Connect;
    /** Idle ones over all origins. */
    readonly idleMax: number;
  }) {
    this.#clock = options.clock;
    this.#connect = options.connect;
    this.#idleMax = options.idleMax;
  }

  /**
   * Sends on an idle socket, a new one, or, when the origin has its fill, the first that becomes
   * free.
   */
  start(exchange: Exchange): void {
    if (this.#isClosed) return exchange.fail(SENDER_CLOSED);
    const pool = this.#poolOf(exchange.origin);
    const channel = this.#takeIdle(pool);
    if (channel) return channel.start(exchange);
    if (pool.channels.size >= SOCKETS_PER_ORIGIN_MAX) pool.waiting.add(exchange);
    else this.#openChannel(exchange.origin, pool).start(exchange);
  }

  /** Takes back what an exchange used; a socket that is not `reusable` is closed. */
  end(exchange: Exchange, reusable: boolean): void {
    const { origin, channel } = exchange;
    const pool = this.#pools.get(origin.key);
    if (pool === undefined) return;
    pool.waiting.delete(exchange);
    if (channel !== null) this.#takeBack(pool, channel, reusable);
    this.#startWaiting(pool);
    this.#forgetIfEmpty(origin, pool);
  }

  /** Closes every socket; exchanges under way end as `sender_closed`. */
  close(): void {
    this.#isClosed = true;
    const pools = [...this.#pools.values()];
    // Forgotten first: what ends below must not start what still waits.
    this.#pools.clear();
    this.#idleCount = 0;
    for (const { waiting, channels } of pools) {
      for (const exchange of waiting) exchange.fail(SENDER_CLOSED);
      for (const channel of channels) channel.close();
    }
  }

  #poolOf({ key }: Origin): Pool {
    const known = this.#pools.get(key);
    if (known) return known;
    const pool: Pool = { channels: new Set(), idle: [], waiting: new Set() };
    this.#pools.set(key, pool);
    return pool;
  }

  #takeIdle(pool: Pool): Channel | undefined {
    for (;;) {
      const channel = pool.idle.pop();
      if (channel === undefined) return undefined;
      this.#idleCount -= 1;
      if (channel.ageMs <= SOCKET_AGE_MS_MAX) return channel;
      this.#discard(pool, channel);
    }
  }

  #openChannel(origin: Origin, pool: Pool): Channel {
    const channel = new Channel(origin, {
      connect: this.#connect,
      monotonic: this.#clock.monotonic,
      onIdleClosed: (closed) => this.#onIdleClosed(origin, closed),
    });
    pool.channels.add(channel);
    return channel;
  }

  #takeBack(pool: Pool, channel: Channel, reusable: boolean): void {
    channel.release();
    if (!reusable || this.#idleCount >= this.#idleMax) return this.#discard(pool, channel);
    pool.idle.push(channel);
    this.#idleCount += 1;
  }

  #startWaiting(pool: Pool): void {
    for (const exchange of pool.waiting) {
      pool.waiting.delete(exchange);
      return this.start(exchange);
    }
  }

  #onIdleClosed(origin: Origin, channel: Channel): void {
    const pool = this.#pools.get(origin.key);
    const index = pool?.idle.indexOf(channel) ?? -1;
    if (pool === undefined || index < 0) return;
    pool.idle.splice(index, 1);
    this.#idleCount -= 1;
    this.#discard(pool, channel);
    this.#forgetIfEmpty(origin, pool);
  }

  #discard(pool: Pool, channel: Channel): void {
    pool.channels.delete(channel);
    channel.close();
  }

  #forgetIfEmpty({ key }: Origin, pool: Pool): void {
    if (pool.channels.size === 0 && pool.waiting.size === 0) this.#pools.delete(key);
  }
}
