import { reviveEvent, type WebhookEvent } from "../webhooks/event.ts";
import { backoffMs } from "./backoff.ts";
import type { FailureCounts } from "./alerts.ts";
import { HandlerTimeoutError, runHandlers, type Handlers } from "./handlers.ts";
import { errorText, type Claim, type Inbox, type Turn } from "./inbox.ts";
import type { Listeners } from "./listeners.ts";
import type { EventMetric, ReceiverOptions, ReceiverSettings } from "./options.ts";

/** What has become of a leased event. */
export type Outcome =
  | { readonly state: "done" }
  | { readonly state: "failed"; readonly error: string }
  /** Another event of its key is being handled; this one waits. */
  | { readonly state: "busy" };

export interface ProcessParts {
  readonly options: ReceiverOptions;
  readonly settings: ReceiverSettings;
  readonly inbox: Inbox;
  readonly handlers: Handlers;
  readonly listeners: Listeners;
  readonly failures: FailureCounts | undefined;
  readonly now: () => number;
  readonly random: () => number;
}

const BUSY_DELAY_MS = 200;
const BUSY_ASKS_MAX = 5;
const STORE_ATTEMPTS_MAX = 3;
const STORE_DELAY_MS = 100;

/** Handles events that this process has leased: one at a time for each key, and with its result in the inbox. */
export class Process {
  readonly #parts: ProcessParts;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
  }

  /**
   * Never rejects: when the inbox cannot be told, the lease runs out and the event is handled again. `asked` says that
   * a dead event is retried on purpose; one that comes by itself was being retried when its process ended.
   */
  async run(claim: Claim, asked: boolean): Promise<Outcome> {
    const lost = lossOf(claim, { asked, attemptsMax: this.#parts.settings.attemptsMax });
    try {
      if (lost !== undefined) return await this.#fail(claim, new Error(lost), null);
      return await this.#handle(claim, reviveEvent(claim.payload));
    } catch (error) {
      this.#parts.listeners.error(error, null);
      return { state: "failed", error: errorText(error) };
    }
  }

  async #handle(claim: Claim, event: WebhookEvent): Promise<Outcome> {
    const { inbox, listeners } = this.#parts;
    const startedAt = performance.now();
    const measure = (outcome: EventMetric["outcome"]) => {
      const { id: eventId, type: eventType } = event;
      const success = outcome !== "failed" && outcome !== "timed_out";
      const processingTimeMs = performance.now() - startedAt;
      const metric = {
        eventType,
        success,
        processingTimeMs,
        eventId,
        attempt: claim.attempt,
        outcome,
      };
      listeners.metric("event", metric);
    };
    let turn: Turn | undefined;
    let outcome: EventMetric["outcome"];
    try {
      turn = turnOf(event, claim.token, this.#parts.options.ordering);
      const entry = turn && (await this.#enter(turn, claim.isDead));
      if (entry === "busy" && claim.isDead) throw new Error("Another event of its key is handled.");
      if (entry === "busy") return await this.#wait(claim);
      const isStale = entry === "stale" && this.#parts.options.ordering?.onStale !== "handle";
      outcome = isStale ? "stale" : await this.#call(claim, event);
    } catch (error) {
      measure(error instanceof HandlerTimeoutError ? "timed_out" : "failed");
      if (turn) await inbox.leave(turn, false);
      return this.#fail(claim, error, event);
    }
    measure(outcome);
    // First the place among its key, then the event: the other way round a crash between would let a stale one pass.
    if (turn && outcome !== "stale") await this.#store(() => inbox.leave(turn, true));
    const wasOurs = await this.#store(() => inbox.finish(claim));
    if (!wasOurs) listeners.error(new Error("Its lease ran out: another handles it, too."), event);
    return { state: "done" };
  }

  /** A dead one has no place to wait in, so it asks again for a while. */
  async #enter(turn: Turn, isDead: boolean): Promise<"entered" | "stale" | "busy"> {
    const { inbox, settings } = this.#parts;
    for (let left = isDead ? BUSY_ASKS_MAX : 1; ; left--) {
      const entry = await inbox.enter(turn, settings.leaseMs);
      if (entry !== "busy" || left === 1) return entry;
      await new Promise((resolve) => setTimeout(resolve, BUSY_DELAY_MS));
    }
  }

  async #call(claim: Claim, event: WebhookEvent): Promise<"handled" | "unhandled"> {
    const { handlers, settings, options } = this.#parts;
    const wanted = handlers.of(event.type);
    if (wanted.length === 0) {
      if (options.onUnhandled === "fail") throw new Error(`No handler for ${event.type}.`);
      return "unhandled";
    }
    const { attempt, receivedAt } = claim;
    await runHandlers(wanted, event, { attempt, receivedAt, timeoutMs: settings.handlerTimeoutMs });
    return "handled";
  }

  async #fail(claim: Claim, error: unknown, event: WebhookEvent | null): Promise<Outcome> {
    const { inbox, settings, listeners, options, random } = this.#parts;
    listeners.error(error, event);
    if (event) this.#countFailure(event.type);
    const text = errorText(error);
    const isLast = claim.isDead || claim.attempt >= settings.attemptsMax;
    if (isLast) {
      const letter = await this.#store(() => inbox.bury(claim, text));
      if (letter?.retryCount === 0) listeners.dead(letter);
    } else {
      const delayMs = backoffMs(options.retry ?? {}, claim.attempt, random);
      await this.#store(() => inbox.postpone(claim, { delayMs, error: text, counts: true }));
    }
    return { state: "failed", error: text };
  }

  async #wait(claim: Claim): Promise<Outcome> {
    const postponement = { delayMs: BUSY_DELAY_MS, error: null, counts: false };
    await this.#store(() => this.#parts.inbox.postpone(claim, postponement));
    return { state: "busy" };
  }

  #countFailure(eventType: string): void {
    const { failures, listeners, now } = this.#parts;
    const alert = failures?.count(eventType, now());
    if (alert) listeners.alert(alert);
  }

  /** A short loss of the store must not make an event that was handled come again. */
  async #store<Result>(write: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await write();
      } catch (error) {
        if (attempt >= STORE_ATTEMPTS_MAX) throw error;
        await new Promise((resolve) => setTimeout(resolve, STORE_DELAY_MS * attempt));
      }
    }
  }
}

/** An event that ends its process must end as dead itself, not go round for ever. */
function lossOf(
  { attempt, isDead }: Claim,
  { asked, attemptsMax }: { readonly asked: boolean; readonly attemptsMax: number },
): string | undefined {
  if (isDead && !asked) return "The process ended while this was retried.";
  if (isDead || attempt <= attemptsMax) return undefined;
  return `The process ended, or lost its lease, during attempt ${attempt - 1}.`;
}

function turnOf(
  event: WebhookEvent,
  token: string,
  ordering: ReceiverOptions["ordering"],
): Turn | undefined {
  const key = ordering?.key(event);
  if (ordering === undefined || key === undefined || key === null) return undefined;
  const value = ordering.at(event);
  const at = typeof value === "string" ? Date.parse(value) : Number(value ?? Number.NaN);
  if (!Number.isFinite(at)) throw new TypeError("ordering.at must give a number or a time");
  // Events that were leased together have one token; a key is held by one event alone.
  return { key: String(key), at, token: `${token}/${event.id}` };
}
