import { open, type FileHandle } from "node:fs/promises";

/** One promise of ours: this event was answered 202. */
export interface Accepted {
  /** Public id, `evt_…`. */
  readonly id: string;
  readonly lane: number;
  /** The node that answered. */
  readonly url: string;
  /** Milliseconds of `performance.now()`. */
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** One event without a 202. */
export interface Refused {
  readonly url: string;
  /** Of the answer; 0 when there was none. */
  readonly status: number;
  /** Of the problem document. */
  readonly code: string;
  /** Whether the answer says when to come again. */
  readonly saysWhen: boolean;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** Everything that was accepted, on disk before it counts: what is in it must arrive. */
export class Ledger {
  readonly accepted: Accepted[] = [];
  readonly refused: Refused[] = [];
  readonly #file: FileHandle;
  #lines: string[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<Ledger> {
    return new Ledger(await open(path, "a"));
  }

  accept(entry: Accepted): void {
    this.accepted.push(entry);
    this.#lines.push(`${JSON.stringify(entry)}\n`);
    this.#writing ??= this.#write();
  }

  refuse(entry: Refused): void {
    this.refused.push(entry);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  /** Whatever comes during a flush shares the next one. */
  async #write(): Promise<void> {
    while (this.#lines.length > 0) {
      const text = this.#lines.join("");
      this.#lines = [];
      await this.#file.appendFile(text);
      await this.#file.sync();
    }
    this.#writing = undefined;
  }
}
