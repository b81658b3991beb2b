import { CLOCK_OFFSET_MS_MAX } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";

/** The database's time, asked with a heartbeat; `sentAt` and `receivedAt` are monotonic. */
export interface TimeSample {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** Milliseconds since the epoch, somewhere between the two. */
  readonly databaseMs: number;
}

/** A slower answer says too little about when it was given. */
const ROUND_TRIP_MS_MAX = 2_000;

/**
 * What time it is for signatures: the last answer of the database, carried on by the monotonic clock, so that a wall
 * clock which jumps moves no timestamp. Receivers refuse what is minutes off (Standard Webhooks: 5).
 *
 * Nobody can tell which of two clocks is wrong when they differ by much. Beyond `CLOCK_OFFSET_MS_MAX` this node stops
 * signing and leaves its deliveries to the others.
 */
export class TrueTime {
  readonly #clock: Clock;
  readonly #log: Logger;
  /** Database time at the monotonic zero; undefined before the first answer. */
  #zero: number | undefined;
  #isOff = false;

  constructor(options: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** Takes a sample, and says when the clocks part and when they meet again. */
  take({ sentAt, receivedAt, databaseMs }: TimeSample): void {
    const isUseful = receivedAt - sentAt <= ROUND_TRIP_MS_MAX || this.#zero === undefined;
    if (isUseful) this.#zero = databaseMs - (sentAt + receivedAt) / 2;
    const isOff = !this.maySign();
    if (isOff === this.#isOff) return;
    this.#isOff = isOff;
    const offsetMs = Math.round(this.offsetMs());
    if (isOff) this.#log.error({ event: "clock.off", offsetMs, maxMs: CLOCK_OFFSET_MS_MAX });
    else this.#log.info({ event: "clock.right", offsetMs });
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#zero === undefined
      ? this.#clock.now()
      : Math.round(this.#zero + this.#clock.monotonic());
  }

  /** How far the clock of this machine is ahead of the database's, this very moment. */
  offsetMs(): number {
    return this.#clock.now() - this.now();
  }

  maySign(): boolean {
    return Math.abs(this.offsetMs()) <= CLOCK_OFFSET_MS_MAX;
  }
}
