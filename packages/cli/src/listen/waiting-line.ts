import type { Heard } from "./heard.ts";

/** What waits to be handed on, in the order of the server's queue; a line is closed once. */
export class WaitingLine {
  readonly #waiting: Heard[] = [];
  readonly #takers: ((heard: Heard | undefined) => void)[] = [];
  #isClosed = false;

  add(heard: Heard): void {
    const taker = this.#takers.shift();
    if (taker) return taker(heard);
    // After a cut, one that committed late may come behind a later one.
    const after = this.#waiting.findIndex(({ position }) => position > heard.position);
    this.#waiting.splice(after < 0 ? this.#waiting.length : after, 0, heard);
  }

  /** The first one, as soon as there is one; undefined when the line is closed. */
  take(): Promise<Heard | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    const first = this.#waiting.shift();
    if (first) return Promise.resolve(first);
    return new Promise((resolve) => void this.#takers.push(resolve));
  }

  close(): void {
    this.#isClosed = true;
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }
}
