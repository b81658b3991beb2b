import {
  PACE_MIN_PER_SECOND,
  PACE_NONE_FROM_PER_SECOND,
  PACE_OBSERVED_MS,
  PACE_TOLERANCE_MS,
} from "../limits.ts";

/**
 * How fast requests to one endpoint may start. One request at a time is not slow where an answer takes a millisecond:
 * an endpoint that comes back after an outage, or that takes fifty requests a second and refuses the rest, would get
 * hundreds, and each refused one is an attempt spent. So while it struggles with one request at a time, the rate is
 * bounded too: lowered at most once a second, to what got through lately; grown by a twentieth each second where it
 * was too much before, and doubled each second where it was not, or where nothing got through at all.
 */
export class Pace {
  /** Requests a second; unbounded while the endpoint does well. */
  #rate = Infinity;
  /** Above it growth is slow: here it was too much before. */
  #knownGood = Infinity;
  #loweredAt = -Infinity;
  /** Successes in this stretch of time, and in the one before it. */
  #successes = 0;
  #successesBefore = 0;
  #stretchFrom = 0;
  /** When the last request started; later than that while others were brought forward. */
  #lastAt = -Infinity;
  /** Between two requests, by the rate limit of the endpoint; 0 without one. */
  limitMs = 0;

  /** Milliseconds between two requests; 0 for no bound. */
  get intervalMs(): number {
    return Math.max(this.limitMs, this.#rate === Infinity ? 0 : 1_000 / this.#rate);
  }

  /** True while it is not the rate limit that slows the endpoint down. */
  get isLowered(): boolean {
    return this.#rate !== Infinity;
  }

  /** When the next request may start; monotonic milliseconds. */
  nextAt(): number {
    const { intervalMs } = this;
    return intervalMs === 0 ? -Infinity : this.#lastAt + intervalMs;
  }

  /** How many requests may start until `until`, if the next one may start at `now`. */
  roomUntil(until: number, now: number): number {
    const { intervalMs } = this;
    if (intervalMs === 0) return Infinity;
    return Math.max(0, Math.floor((until - Math.max(this.nextAt(), now)) / intervalMs) + 1);
  }

  started(now: number): void {
    const { intervalMs } = this;
    // A timer that fires late must not cost requests; a long rest must not buy a burst.
    this.#lastAt = Math.max(this.#lastAt + intervalMs, now - PACE_TOLERANCE_MS);
  }

  succeeded(now: number): void {
    this.#observe(now);
    this.#successes += 1;
    if (this.#rate === Infinity) return;
    this.#rate += this.#rate < this.#knownGood ? Math.LN2 : 0.05;
    if (this.#rate > this.#knownGood * 2) this.#knownGood = Infinity;
    if (this.#rate > PACE_NONE_FROM_PER_SECOND) this.#rate = this.#knownGood = Infinity;
  }

  /** A request that started at `startedAt` met an endpoint that cannot take more, at one request at a time. */
  struggled({ startedAt, now }: { readonly startedAt: number; readonly now: number }): void {
    this.#observe(now);
    if (startedAt < this.#loweredAt || now - this.#loweredAt < PACE_OBSERVED_MS) return;
    this.#loweredAt = now;
    const observed = Math.max(this.#successes, this.#successesBefore);
    const lowered = Math.min(this.#rate, (observed * 1_000) / PACE_OBSERVED_MS) * 0.8;
    this.#rate = Math.max(PACE_MIN_PER_SECOND, lowered);
    this.#knownGood = observed === 0 ? Infinity : this.#rate;
  }

  #observe(now: number): void {
    const passed = Math.floor((now - this.#stretchFrom) / PACE_OBSERVED_MS);
    if (passed <= 0) return;
    this.#successesBefore = passed === 1 ? this.#successes : 0;
    this.#successes = 0;
    this.#stretchFrom += passed * PACE_OBSERVED_MS;
  }
}
