import type { Dispatcher } from "undici";
import type { AttemptError, AttemptOutcome, AttemptResult } from "../../domain/outcome.ts";
import { headerText, keptResponseHeaders } from "../../domain/response-headers.ts";
import {
  RESPONSE_BODY_KEPT_BYTES_MAX,
  RESPONSE_BODY_READ_BYTES_MAX,
  RESPONSE_BODY_READ_MS_MAX,
  RESPONSE_INTERIM_MAX,
} from "../../limits.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Channel } from "./channel.ts";
import {
  CONNECT_TIMEOUT,
  DNS_TIMEOUT,
  failureOf,
  invalid,
  ORIGIN_BUSY,
  SendFailure,
  TIMEOUT,
  type Failure,
} from "./failure.ts";
import type { Origin } from "./target.ts";
import { verdictOf } from "./verdict.ts";

/** What one attempt came to, and the address that was dialled (for the operator's log alone). */
export type SendResult = AttemptResult & { readonly address: string | null };

type Headers = Readonly<Record<string, string | string[] | undefined>>;

interface ExchangeOptions {
  readonly clock: Clock;
  readonly origin: Origin;
  readonly request: Dispatcher.DispatchOptions;
  readonly timeoutMs: number;
  /** False when bodies from this address may not be shown. */
  readonly keepsBody: (address: string, origin: Origin) => boolean;
  readonly onSettled: (result: SendResult) => void;
  /** Called once, after the result; `reusable` when the socket is clean for another exchange. */
  readonly onEnded: (exchange: Exchange, reusable: boolean) => void;
}

const NO_BODY = Buffer.alloc(0);

/**
 * One request and its answer, under one deadline from DNS to the last byte. Modes: waiting (no
 * channel), opening (channel without a socket), sent, answered (status known), settled. From
 * "answered" on the outcome is fixed: a body that stalls, breaks or never ends cannot undo what the
 * receiver decided.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly origin: Origin;
  readonly request: Dispatcher.DispatchOptions;
  channel: Channel | null = null;
  address: string | null = null;
  /** Filled while a socket is opened for this exchange. */
  phases: { dnsMs?: number; connectMs?: number; tlsMs?: number; waitMs?: number } = {};
  readonly #options: ExchangeOptions;
  readonly #startedAt: number;
  #cancelTimer: () => void;
  #sentAt: number | null = null;
  #interimCount = 0;
  #status: number | null = null;
  #outcome: AttemptOutcome = "invalid_response";
  #error: AttemptError | null = null;
  #responseHeaders: Readonly<Record<string, string>> = {};
  #retryAfter: string | null = null;
  #chunks: Buffer[] = [];
  #keptBytes = 0;
  #readBytes = 0;
  #isTruncated = false;
  #isSettled = false;

  constructor(options: ExchangeOptions) {
    this.origin = options.origin;
    this.request = options.request;
    this.#options = options;
    this.#startedAt = options.clock.monotonic();
    this.#cancelTimer = options.clock.after(options.timeoutMs, () => this.#onDeadline());
  }

  /** True once bytes of the request may have left. */
  get isSent(): boolean {
    return this.#sentAt !== null;
  }

  /** Ends an exchange that has no status yet. */
  fail({ outcome, error }: Failure): void {
    if (this.#isSettled) return;
    this.#status = null;
    this.#outcome = outcome;
    this.#error = error;
    this.#settle(false);
  }

  onRequestStart(): void {
    this.#sentAt = this.#options.clock.monotonic();
  }

  onResponseStart(_controller: unknown, status: number, headers: Headers): void {
    if (this.#isSettled) return;
    if (status < 200) return this.#onInterim(status);
    if (status > 599) return this.fail(invalid("status_invalid", `There is no status ${status}.`));
    this.#status = status;
    this.phases.waitMs = Math.round(this.#options.clock.monotonic() - (this.#sentAt ?? 0));
    const location = headerText(headers["location"]);
    const { outcome, error } = verdictOf({ status, location, origin: this.origin.url });
    this.#outcome = outcome;
    this.#error = error;
    this.#responseHeaders = keptResponseHeaders(headers);
    if (status === 429 || status === 503) this.#retryAfter = headerText(headers["retry-after"]);
    // Most answers end in the same packet, before this runs, and never pay for a second timer.
    queueMicrotask(() => this.#limitBodyTime());
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    if (this.#isSettled) return;
    this.#readBytes += chunk.length;
    const free = RESPONSE_BODY_KEPT_BYTES_MAX - this.#keptBytes;
    if (chunk.length > free) this.#isTruncated = true;
    if (free > 0) {
      // A copy: the chunk is a window on the socket's 64 KiB buffer, which it would keep alive.
      const kept = Buffer.from(chunk.subarray(0, free));
      this.#chunks.push(kept);
      this.#keptBytes += kept.length;
    }
    if (this.#readBytes > RESPONSE_BODY_READ_BYTES_MAX) this.#settle(false);
  }

  onResponseEnd(): void {
    if (!this.#isSettled) this.#settle(true);
  }

  onResponseError(_controller: unknown, error: unknown): void {
    if (this.#isSettled) return;
    if (error instanceof SendFailure) this.address = error.address;
    if (this.#status === null) return this.fail(failureOf(error));
    this.#isTruncated = true;
    this.#error ??= { code: "body_error", message: "The answer's body broke off." };
    this.#settle(false);
  }

  #onInterim(status: number): void {
    this.#interimCount += 1;
    if (status < 100 || this.#interimCount > RESPONSE_INTERIM_MAX) {
      this.fail(invalid("interim_flood", "The endpoint sent interim answers without end."));
    }
  }

  #limitBodyTime(): void {
    if (this.#isSettled) return;
    const { clock, timeoutMs } = this.#options;
    const leftMs = timeoutMs - (clock.monotonic() - this.#startedAt);
    this.#cancelTimer();
    const limitMs = Math.max(0, Math.min(leftMs, RESPONSE_BODY_READ_MS_MAX));
    this.#cancelTimer = clock.after(limitMs, () => this.#onDeadline());
  }

  #onDeadline(): void {
    if (this.#isSettled) return;
    if (this.#status === null) return this.fail(this.#lateness());
    this.#isTruncated = true;
    this.#settle(false);
  }

  /** The step that the deadline found unfinished. */
  #lateness(): Failure {
    if (this.isSent) return TIMEOUT;
    if (this.channel === null) return ORIGIN_BUSY;
    const resolving = this.origin.host.kind === "name" && this.phases.dnsMs === undefined;
    return resolving ? DNS_TIMEOUT : CONNECT_TIMEOUT;
  }

  #settle(reusable: boolean): void {
    this.#isSettled = true;
    this.#cancelTimer();
    const isKept = this.#keptBytes > 0 && this.#options.keepsBody(this.address ?? "", this.origin);
    this.#options.onSettled({
      outcome: this.#outcome,
      status: this.#status,
      error: this.#error,
      durationMs: Math.round(this.#options.clock.monotonic() - this.#startedAt),
      phases: this.phases,
      responseHeaders: this.#responseHeaders,
      responseBody: isKept ? Buffer.concat(this.#chunks) : NO_BODY,
      responseBodyTruncated: this.#isTruncated,
      retryAfter: this.#retryAfter,
      address: this.address,
    });
    this.#options.onEnded(this, reusable);
  }
}
