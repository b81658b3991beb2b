import { BODY_BYTES_MAX, type BodyFailure } from "../webhooks/body.ts";
import { constructEvent, WebhookVerificationError } from "../webhooks/construct-event.ts";
import type { WebhookEvent } from "../webhooks/event.ts";
import type { HeaderBag } from "../webhooks/headers.ts";
import { ANSWERS, type ReceiverAnswer } from "./answer.ts";
import type { Claim, Inbox, Lease } from "./inbox.ts";
import type { Listeners } from "./listeners.ts";
import type { Loop } from "./loop.ts";
import type { ReceiverOptions, ReceiverSettings } from "./options.ts";
import type { Outcome } from "./process.ts";
import type { Slots } from "./slots.ts";

/** A request, whatever platform it came from. */
export interface ReceivedRequest {
  readonly method: string;
  readonly headers: HeaderBag;
  /** The query with its question mark, or nothing. */
  readonly search: string;
  /** Reads the raw body, at most so many bytes. Must not reject. */
  readonly body: (bytesMax: number) => Promise<Uint8Array | BodyFailure>;
  /** Keeps the platform alive for work after the answer. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined;
}

export interface ReceiveParts {
  readonly options: ReceiverOptions;
  readonly settings: ReceiverSettings;
  readonly inbox: Inbox;
  readonly slots: Slots;
  readonly loop: Loop;
  readonly listeners: Listeners;
  readonly now: () => number;
  readonly newLease: () => Lease;
  /** Handles a leased event in a slot that is taken already, and gives the slot back. */
  readonly run: (claim: Claim) => Promise<Outcome>;
}

/** From a request to its answer: verify, store, answer; the work comes after that, or before where it has to. */
export class Receive {
  readonly #parts: ReceiveParts;
  /** What this process is handling, for requests that bring the same event meanwhile. */
  readonly #running = new Map<string, Promise<Outcome>>();

  constructor(parts: ReceiveParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async answer(request: ReceivedRequest): Promise<ReceiverAnswer> {
    if (request.method !== "POST") return ANSWERS.notPost;
    const body = await request.body(this.#parts.options.bodyBytesMax ?? BODY_BYTES_MAX);
    const event = typeof body === "string" ? body : this.#verify(request, body);
    if (typeof event === "string") return this.#refuse(event);
    this.#parts.loop.start();
    try {
      return await this.#accept(event, request);
    } catch (error) {
      this.#parts.listeners.error(error, event);
      return ANSWERS.notStored;
    }
  }

  #verify({ headers, search }: ReceivedRequest, body: Uint8Array): WebhookEvent | string {
    const { format, secret, toleranceSeconds, url = "" } = this.#parts.options;
    try {
      return constructEvent(body, headers, secret, {
        format,
        now: this.#parts.now(),
        url: url.includes("?") ? url : url + search,
        ...(toleranceSeconds !== undefined && { toleranceSeconds }),
      });
    } catch (error) {
      if (error instanceof WebhookVerificationError) return error.reason;
      throw error;
    }
  }

  #refuse(reason: string): ReceiverAnswer {
    this.#parts.listeners.metric("refused", { reason });
    if (reason === "body_too_large") return ANSWERS.tooLarge;
    if (reason === "malformed_body") return ANSWERS.malformed;
    if (reason !== "body_already_parsed") return ANSWERS.invalidSignature;
    this.#parts.listeners.error(new WebhookVerificationError("body_already_parsed"), null);
    return ANSWERS.alreadyParsed;
  }

  async #accept(event: WebhookEvent, request: ReceivedRequest): Promise<ReceiverAnswer> {
    const { settings } = this.#parts;
    if (settings.ack === "after-handle") return this.#handle(event);
    const work = this.#storeAndHandle(event);
    if (settings.ack === "before") {
      const guarded = work.stored.then(
        () => work.handled,
        (error: unknown) => this.#parts.listeners.error(error, event),
      );
      this.#keepAlive(guarded, request);
      return ANSWERS.received;
    }
    await work.stored;
    this.#keepAlive(work.handled, request);
    return ANSWERS.received;
  }

  /** Stores, and handles in this process at once when a slot is free; else the loop takes it when one is. */
  #storeAndHandle(event: WebhookEvent): {
    readonly stored: Promise<void>;
    readonly handled: Promise<unknown>;
  } {
    const hasSlot = this.#parts.slots.tryTake();
    const leased = this.#lease(event, hasSlot);
    const handled = leased.then((claim) => claim && this.#run(event, claim)).catch(() => undefined);
    return { stored: leased.then(() => undefined), handled };
  }

  /** In the inbox, and leased when there is a slot and nobody else has it. Gives a slot back that is not needed. */
  async #lease(event: WebhookEvent, hasSlot: boolean): Promise<Claim | undefined> {
    const { inbox, slots, loop, listeners, newLease, now } = this.#parts;
    const { id: eventId, type: eventType } = event;
    const lease = hasSlot ? newLease() : undefined;
    let claim: Claim | undefined;
    try {
      const payload = JSON.stringify(event);
      const put = await inbox.put({ eventId, eventType, payload }, lease);
      if (put === "known") listeners.metric("duplicate", { eventId, eventType });
      const receivedAt = new Date(now());
      if (lease) {
        const first = {
          eventId,
          token: lease.token,
          payload,
          receivedAt,
          attempt: 1,
          isDead: false,
        };
        claim = put === "new" ? first : await inbox.take(eventId, lease);
      }
      if (!hasSlot) loop.nudge();
      return claim;
    } finally {
      if (hasSlot && !claim) slots.give();
    }
  }

  async #handle(event: WebhookEvent): Promise<ReceiverAnswer> {
    const running = this.#running.get(event.id);
    if (running) return answerOf(await running);
    await this.#parts.slots.take();
    const claim = await this.#lease(event, true);
    if (claim) return answerOf(await this.#run(event, claim));
    const entry = await this.#parts.inbox.find(event.id);
    if (entry?.status === "done") return ANSWERS.received;
    const meanwhile = this.#running.get(event.id);
    return meanwhile ? answerOf(await meanwhile) : ANSWERS.beingHandled;
  }

  async #run(event: WebhookEvent, claim: Claim): Promise<Outcome> {
    const outcome = this.#parts.run(claim);
    this.#running.set(event.id, outcome);
    try {
      return await outcome;
    } finally {
      this.#running.delete(event.id);
    }
  }

  #keepAlive(work: Promise<unknown>, { waitUntil }: ReceivedRequest): void {
    const keep = waitUntil ?? this.#parts.options.background;
    keep?.(work);
  }
}

function answerOf({ state }: Outcome): ReceiverAnswer {
  if (state === "done") return ANSWERS.received;
  return state === "busy" ? ANSWERS.beingHandled : ANSWERS.handlerFailed;
}
