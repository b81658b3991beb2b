import * as crypto from "node:crypto";
import {
  altered,
  readHeader,
  readRecord,
  RECORD_BYTES_MAX,
  type Header,
  type SnapshotRecord,
} from "./format.ts";

/** Takes a snapshot's bytes apart, in order, and hashes what it has read. Every method throws `SnapshotRefusedError`. */
export class SnapshotSource {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #hash = crypto.createHash("sha256");
  #rest: Buffer = Buffer.alloc(0);

  constructor(bytes: AsyncIterable<Buffer>) {
    this.#chunks = bytes[Symbol.asyncIterator]();
  }

  async header(): Promise<Header> {
    return readHeader((await this.#line()).toString());
  }

  /** The next record; checks the one that ends the file. */
  async record(): Promise<SnapshotRecord> {
    const before = this.#hash.copy();
    const record = readRecord((await this.#line()).toString());
    if ("end" in record && record.sha256 !== before.digest("hex")) {
      throw altered("its checksum is another one");
    }
    return record;
  }

  /** The bytes that follow a record with `bytes`. */
  async take(count: number): Promise<Buffer> {
    while (this.#rest.length < count) await this.#more();
    return this.#cut(count);
  }

  async #line(): Promise<Buffer> {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) return this.#cut(end + 1);
      if (this.#rest.length > RECORD_BYTES_MAX) throw altered("a record of another form");
      await this.#more();
    }
  }

  #cut(count: number): Buffer {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    this.#hash.update(taken);
    return taken;
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done) throw altered("it ends too early");
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
  }
}
