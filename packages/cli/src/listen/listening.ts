import { setTimeout as wait } from "node:timers/promises";
import { isPassingFailure } from "../client.ts";
import { createAcknowledger, type Acknowledger } from "./acknowledge.ts";
import { forward, type Forwarded, type Target } from "./forward.ts";
import { readHeard, type Heard } from "./heard.ts";
import type { FollowedEvent } from "./follow.ts";
import { WaitingLine } from "./waiting-line.ts";
import { textAt } from "../json.ts";

/** What a listening machine tells whoever watches it. */
export type Report =
  | { readonly kind: "heard"; readonly heard: Heard }
  | { readonly kind: "forwarded"; readonly heard: Heard; readonly result: Answered }
  /** While nobody answers there; after each try of each request under way. */
  | { readonly kind: "unreachable"; readonly reason: string; readonly waitingCount: number }
  /** The event's payload is gone: there is nothing left to send. */
  | { readonly kind: "gone"; readonly heard: Heard }
  | { readonly kind: "missed"; readonly count: number };

export type Answered = Exclude<Forwarded, { kind: "unreachable" }>;

export interface ListeningOptions {
  readonly target: Target;
  readonly concurrency: number;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** `ready` and `event`, over all connections, until `signal` is aborted. */
  readonly events: (signal: AbortSignal) => AsyncIterable<FollowedEvent>;
  readonly tell: (positions: readonly number[]) => Promise<void>;
  /** Signs an event once more; undefined when there is nothing left of it. */
  readonly sign: (heard: Heard) => Promise<Heard | undefined>;
  readonly report: (report: Report) => void;
}

/** Receivers refuse what was signed more than five minutes ago; a request that has waited gets a new signature. */
const SIGNATURE_MS_MAX = 60_000;
/** Pause after a refused connection. */
const UNREACHABLE_MS = 1_000;
/** What is still to be told when it ends. */
const GOODBYE_MS = 2_000;

/**
 * Hands events on to the local receiver in the order in which they arrive, each until something answers. What the
 * server sends again after a cut is recognised: what is in hand, or was handed on, is not posted twice. At most one
 * window of events is in memory, because the server sends no more before something is acknowledged.
 */
export async function listenAndForward(options: ListeningOptions): Promise<void> {
  await new Listening(options).run();
}

class Listening {
  readonly #options: ListeningOptions;
  readonly #failed = new AbortController();
  /** From outside, or because something cannot be mended. */
  readonly #ended: AbortSignal;
  readonly #acknowledger: Acknowledger;
  readonly #line = new WaitingLine();
  /** Waiting, or being handed on. */
  readonly #inHand = new Set<number>();
  /** How far the local clock is ahead of the server's. */
  #aheadMs = 0;

  constructor(options: ListeningOptions) {
    this.#options = options;
    this.#ended = AbortSignal.any([options.signal, this.#failed.signal]);
    this.#acknowledger = createAcknowledger({ tell: options.tell, onFailure: this.#fail });
  }

  async run(): Promise<void> {
    const { concurrency, signal } = this.#options;
    this.#ended.addEventListener("abort", () => this.#line.close(), { once: true });
    // Interrupted before it began: that abort is told to nobody any more.
    if (this.#ended.aborted) this.#line.close();
    const workers = Array.from({ length: concurrency }, () => this.#work().catch(this.#fail));
    await Promise.all([this.#take().catch(this.#fail), ...workers]);
    await this.#acknowledger.flush(AbortSignal.timeout(GOODBYE_MS));
    // An abort from outside is how it is meant to end.
    if (!signal.aborted) this.#failed.signal.throwIfAborted();
  }

  readonly #fail = (error: unknown): void => this.#failed.abort(error);

  async #take(): Promise<void> {
    const { events, report } = this.#options;
    for await (const { event, data } of events(this.#ended)) {
      if (event === "ready") this.#begin(data);
      const heard = event === "event" ? readHeard(data) : undefined;
      if (!heard || this.#isKnown(heard)) continue;
      this.#inHand.add(heard.position);
      this.#line.add(heard);
      report({ kind: "heard", heard });
    }
  }

  #isKnown({ position }: Heard): boolean {
    return this.#acknowledger.has(position) || this.#inHand.has(position);
  }

  #begin(ready: unknown): void {
    this.#aheadMs = Date.now() - Date.parse(textAt(ready, "now"));
    const count = Number(textAt(ready, "missedCount"));
    if (count > 0) this.#options.report({ kind: "missed", count });
  }

  async #work(): Promise<void> {
    for (;;) {
      const next = await this.#line.take();
      if (!next) return;
      await this.#hand(next);
      this.#acknowledger.add(next.position);
      this.#inHand.delete(next.position);
    }
  }

  /** Until something answers; throws when it ends before. */
  async #hand(heard: Heard): Promise<void> {
    const { target, report } = this.#options;
    let present: Heard | undefined = heard;
    for (;;) {
      present = await this.#fresh(present);
      if (!present) return report({ kind: "gone", heard });
      const result = await forward(target, present, this.#ended);
      if (result.kind !== "unreachable") {
        return report({ kind: "forwarded", heard: present, result });
      }
      const waitingCount = this.#inHand.size;
      report({ kind: "unreachable", reason: result.reason, waitingCount });
      await this.#pause();
    }
  }

  /** With a signature that the receiver will not refuse for its age. */
  async #fresh(heard: Heard): Promise<Heard | undefined> {
    const ageMs = Date.now() - this.#aheadMs - heard.signedAtMs;
    if (ageMs <= SIGNATURE_MS_MAX) return heard;
    for (;;) {
      try {
        return await this.#options.sign(heard);
      } catch (error) {
        if (!isPassingFailure(error)) throw error;
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    await wait(UNREACHABLE_MS, undefined, { signal: this.#ended });
  }
}
