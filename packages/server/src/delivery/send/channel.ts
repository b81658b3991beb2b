import { Client } from "undici";
import { RESPONSE_HEADER_BYTES_MAX, SOCKET_AGE_MS_MAX, SOCKET_IDLE_MS } from "../../limits.ts";
import { assert } from "../../platform/assert.ts";
import type { Connect } from "../connect.ts";
import type { Exchange } from "./exchange.ts";
import type { Origin } from "./target.ts";

interface ChannelOptions {
  readonly connect: Connect;
  readonly monotonic: () => number;
  /** The socket of an idle channel has closed. */
  readonly onIdleClosed: (channel: Channel) => void;
}

/**
 * One keep-alive socket and at most one exchange on it. undici's `Client` writes and parses
 * HTTP/1.1; the socket is opened by `connect`, so that its address is judged and known. A channel
 * whose answer was not read to the end is closed, never used again: the rest of that answer would
 * be taken for the next one.
 */
export class Channel {
  readonly #client: Client;
  readonly #options: ChannelOptions;
  readonly #origin: Origin;
  readonly #abort = new AbortController();
  #exchange: Exchange | null = null;
  #address: string | null = null;
  #openedAt = 0;

  constructor(origin: Origin, options: ChannelOptions) {
    this.#origin = origin;
    this.#options = options;
    this.#client = new Client(origin.url, {
      pipelining: 1,
      allowH2: false,
      maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
      // The exchange has one deadline over everything; undici's would only fire beside it.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: SOCKET_IDLE_MS,
      keepAliveMaxTimeout: SOCKET_AGE_MS_MAX,
      connect: (_options, callback) => {
        this.#open().then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
    });
    // With an exchange under way undici tells the exchange; one that is not sent yet gets a new
    // socket.
    this.#client.on("disconnect", () => {
      if (this.#exchange === null) options.onIdleClosed(this);
    });
  }

  /** Milliseconds since the socket was opened; its address was judged then. */
  get ageMs(): number {
    return this.#options.monotonic() - this.#openedAt;
  }

  /** Carries one exchange; `release` must come before the next. */
  start(exchange: Exchange): void {
    assert(this.#exchange === null, "A channel carries one exchange at a time.");
    this.#exchange = exchange;
    exchange.channel = this;
    exchange.address = this.#address;
    this.#client.dispatch(exchange.request, exchange);
  }

  release(): void {
    this.#exchange = null;
  }

  /** Closes the socket at once, also while it is being opened. */
  close(): void {
    this.#abort.abort();
    void this.#client.destroy();
  }

  async #open() {
    const exchange = this.#exchange;
    assert(exchange !== null, "A socket is opened for an exchange.");
    const opened = await this.#options.connect(this.#origin, {
      signal: this.#abort.signal,
      phases: exchange.phases,
    });
    this.#address = opened.address;
    this.#openedAt = this.#options.monotonic();
    exchange.address = opened.address;
    return opened.socket;
  }
}
