/** Of positive answers: a revocation is felt everywhere within this time. */
export const CACHE_MS_MAX = 5_000;
/** Answers that are remembered at most: strangers' keys are not among them, so this is the number of busy callers. */
const ENTRIES_MAX = 10_000;

/** Remembers good answers for moments; the oldest goes when there are too many. */
export class Cache<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly untilMs: number }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  find(name: string): Value | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    if (entry.untilMs > this.#nowMs()) return entry.value;
    this.#entries.delete(name);
    return undefined;
  }

  keep(name: string, value: Value, forMs: number): void {
    if (forMs <= 0) return;
    this.#entries.delete(name);
    this.#entries.set(name, { value, untilMs: this.#nowMs() + forMs });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest);
  }
}
