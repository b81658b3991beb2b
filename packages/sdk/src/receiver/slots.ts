/** The handlers that may run at once in this process. Who waits for a slot gets one in the order of asking. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<unknown>>();

  constructor(count: number) {
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
    if (next) next();
    else this.#free += 1;
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

  /** Gives the slot back when the work has ended, and knows of it until then. */
  async hold<Result>(work: Promise<Result>): Promise<Result> {
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
      this.give();
    }
  }

  /** Waits until nothing runs. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
