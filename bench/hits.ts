import { open } from "node:fs/promises";

/** One request that reached the receiver. */
export interface Hit {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The `webhook-id` header. */
  readonly id: string;
  readonly path: string;
}

const CHUNK_BYTES = 1024 * 1024;

/** Reads the receiver's log (`seconds id path` a line) as far as it has grown. Costs CPU: not during a load. */
export class HitLog {
  readonly #file: string;
  #offset = 0;
  #rest = "";
  #hits: Hit[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** All hits since the last `forget`. */
  async read(): Promise<readonly Hit[]> {
    const file = await open(this.#file);
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, this.#offset);
        if (bytesRead === 0) return this.#hits;
        this.#offset += bytesRead;
        this.#take(chunk.toString("latin1", 0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  /** Begins anew after what is in the log now. */
  async forget(): Promise<void> {
    await this.read();
    this.#hits = [];
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const [seconds = "", id = "", path = ""] = line.split(" ");
      this.#hits.push({ at: Number(seconds) * 1000, id, path });
    }
  }
}
