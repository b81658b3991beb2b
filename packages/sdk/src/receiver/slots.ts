/** The handlers that may run at once in this process. Who waits for a slot gets one in the order of asking. */
export class Slots {
  readonly #count: number;
  #free: number;
  readonly #onFree: () => void;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];

  /** `onFree` hears of each slot that comes back and for which nobody waits. */
  constructor(count: number, onFree: () => void) {
    this.#count = count;
    this.#onFree = onFree;
    this.#free = count;
  }

  get free(): number {
    return this.#free;
  }

  /** Takes a slot when one is free. */
  tryTake(): boolean {
    if (this.#free === 0) return false;
    this.#free -= 1;
    return true;
  }

  async take(): Promise<void> {
    if (this.tryTake()) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  give(): void {
    const next = this.#waiting.shift();
    // Handed on directly: else somebody who comes now would overtake who has waited.
    if (next) return next();
    this.#free += 1;
    this.#onFree();
    if (this.#free === this.#count) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /**
   * Takes a slot and leases in it: leased before, work could lose its lease to another process while it waits for one.
   * Undefined, without a slot, when there is nothing to lease.
   */
  async lease<Work>(find: () => Promise<Work | undefined>): Promise<Work | undefined> {
    await this.take();
    let work: Work | undefined;
    try {
      work = await find();
    } finally {
      if (work === undefined) this.give();
    }
    return work;
  }

  /** Gives the slot back when the work has ended. */
  async hold<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } finally {
      this.give();
    }
  }

  /** Waits until all slots are back: those of handlers, and those taken for work that is being leased. */
  async idle(): Promise<void> {
    if (this.#free < this.#count) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}
