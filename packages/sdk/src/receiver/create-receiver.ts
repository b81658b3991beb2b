import { randomUUID } from "node:crypto";
import { memoryInbox } from "../inboxes/memory.ts";
import { readBody } from "../webhooks/body.ts";
import type { EventOf, WebhookEvent } from "../webhooks/event.ts";
import { signTestEvent } from "../webhooks/test-event.ts";
import { findFormat } from "../webhooks/verify.ts";
import { FailureCounts } from "./alerts.ts";
import type { ReceiverAnswer } from "./answer.ts";
import { DeadLetters } from "./dead-letters.ts";
import { Handlers, runHandlers, type Handler, type HandlerContext } from "./handlers.ts";
import type { Claim, Inbox } from "./inbox.ts";
import { Listeners, type AlertListener, type ErrorListener } from "./listeners.ts";
import { Loop } from "./loop.ts";
import { settle, type ReceiverOptions } from "./options.ts";
import { Process } from "./process.ts";
import { Receive, type ReceivedRequest } from "./receive.ts";
import { Slots } from "./slots.ts";

/** Takes events in and has them handled. `Events` maps each type to its data; `posthorn types` writes such a map. */
export interface Receiver<Events extends object = Record<string, unknown>> {
  /** Handlers of one type run one after the other; all of them have to succeed. */
  on<Type extends keyof Events & string>(
    types: Type | readonly Type[],
    handler: (event: EventOf<Events, Type>, context: HandlerContext) => unknown,
  ): this;
  /** For every type, after the handlers of the type. An event that only these know is no unhandled one. */
  onAny(handler: (event: WebhookEvent, context: HandlerContext) => unknown): this;
  /** Told whatever fails: handlers, listeners, the inbox. Not told of refused requests: a stranger can send any number. */
  onError(listener: ErrorListener): this;
  /** Told when `alerts.failuresPerType` is exceeded. */
  onAlert(listener: AlertListener): this;
  /** For Next.js, Hono, Bun, Deno and workers. */
  fetchHandler(): (request: Request, context?: unknown) => Promise<Response>;
  /** For adapters: answers a request of any platform, and never rejects. */
  receive(request: ReceivedRequest): Promise<ReceiverAnswer>;
  /** Creates the tables of the inbox; changes nothing that is there. */
  migrate(): Promise<void>;
  /** Goes on with what an earlier process has left; the first event that comes does the same. */
  start(): void;
  /** Handles all that is due and runs the job of the dead letters once, for platforms that sleep between requests. */
  work(): Promise<void>;
  /** Stops looking for work and waits for the handlers that run. What is left stays in the inbox. */
  close(): Promise<void>;
  /** Runs the handlers of a type as they are, without request and inbox. Rejects with what they throw. */
  simulate<Type extends keyof Events & string>(type: Type, data: Events[Type]): Promise<void>;
  readonly deadLetters: DeadLetters;
  readonly inbox: Inbox;
}

/**
 * A receiver: verification, deduplication, retries, dead letters and ordering around your handlers. Throws a
 * `TypeError` for options that cannot work, and for such as would lose events without saying so.
 *
 * ```ts
 * const receiver = createReceiver<Events>({ format: "fanfare/guide", secret, inbox: postgresInbox({ client: pool }) });
 * receiver.on("order.paid", async (event) => ship(event.data.orderId));
 * export const POST = receiver.fetchHandler();
 * ```
 */
export function createReceiver<Events extends object = Record<string, unknown>>(
  options: ReceiverOptions,
): Receiver<Events> {
  return new EventReceiver<Events>(options);
}

class EventReceiver<Events extends object> implements Receiver<Events> {
  readonly inbox: Inbox;
  readonly deadLetters: DeadLetters;
  readonly #handlers = new Handlers();
  readonly #listeners: Listeners;
  readonly #slots: Slots;
  readonly #loop: Loop;
  readonly #receive: Receive;
  readonly #handlerTimeoutMs: number;

  constructor(options: ReceiverOptions) {
    const { now = Date.now, random = Math.random, metrics = {}, deadLetter, alerts } = options;
    demandUsable(options);
    const inbox = options.inbox ?? memoryInbox({ now });
    const settings = settle(options, inbox, signsTime(options));
    const listeners = new Listeners(metrics, deadLetter?.onDead);
    const slots = new Slots(settings.concurrency, () => this.#loop.slotFreed());
    const newLease = () => ({ token: randomUUID(), ms: settings.leaseMs });
    const failures = alerts && new FailureCounts(alerts);
    const handlers = this.#handlers;
    const parts = { options, settings, inbox, listeners, slots, now, newLease };
    const process = new Process({ ...parts, handlers, failures, random });
    const runInSlot = (claim: Claim, asked: boolean) => slots.hold(process.run(claim, asked));
    const run = (claim: Claim) => runInSlot(claim, true);
    this.inbox = inbox;
    this.deadLetters = new DeadLetters({ ...parts, run });
    this.#listeners = listeners;
    this.#slots = slots;
    this.#handlerTimeoutMs = settings.handlerTimeoutMs;
    this.#loop = new Loop({
      ...parts,
      run: (claim) => runInSlot(claim, false),
      runJob: (signal) => this.deadLetters.runJob({ signal }),
    });
    this.#receive = new Receive({ ...parts, loop: this.#loop, run });
  }

  on<Type extends keyof Events & string>(
    types: Type | readonly Type[],
    handler: (event: EventOf<Events, Type>, context: HandlerContext) => unknown,
  ): this {
    // Proof: it is called with events of these types alone.
    this.#handlers.add([types].flat(), handler as unknown as Handler);
    return this;
  }

  onAny(handler: (event: WebhookEvent, context: HandlerContext) => unknown): this {
    this.#handlers.addAny(handler);
    return this;
  }

  onError(listener: ErrorListener): this {
    this.#listeners.addError(listener);
    return this;
  }

  onAlert(listener: AlertListener): this {
    this.#listeners.addAlert(listener);
    return this;
  }

  fetchHandler(): (request: Request, context?: unknown) => Promise<Response> {
    return async (request, context) => {
      const { status, body, headers } = await this.receive({
        method: request.method,
        headers: request.headers,
        search: searchOf(request.url),
        body: (bytesMax) => readBody(request, bytesMax),
        waitUntil: waitUntilOf(context),
      });
      return new Response(JSON.stringify(body), { status, headers });
    };
  }

  receive(request: ReceivedRequest): Promise<ReceiverAnswer> {
    return this.#receive.answer(request);
  }

  async migrate(): Promise<void> {
    await this.inbox.migrate();
  }

  start(): void {
    this.#loop.start();
  }

  async work(): Promise<void> {
    await this.#loop.drain();
  }

  async close(): Promise<void> {
    await this.#loop.stop();
    await this.#slots.idle();
  }

  async simulate<Type extends keyof Events & string>(
    type: Type,
    data: Events[Type],
  ): Promise<void> {
    const handlers = this.#handlers.of(type);
    if (handlers.length === 0) throw new Error(`No handler for ${type}.`);
    const occurredAt = new Date();
    const event = { id: `test_${randomUUID()}`, type, data, occurredAt };
    const timeoutMs = this.#handlerTimeoutMs;
    await runHandlers(handlers, event, { attempt: 1, receivedAt: occurredAt, timeoutMs });
  }
}

/** A secret or an address that cannot work is found when the program starts, not at the first event. */
function demandUsable({ format, secret, url = "" }: ReceiverOptions): void {
  const secrets = [secret].flat();
  if (secrets.length === 0) throw new TypeError("A receiver needs a secret");
  for (const one of secrets) {
    if (typeof one !== "string")
      throw new TypeError("A receiver needs a secret: this one is no text");
    signTestEvent({ format, secret: one, type: "test.event", url });
  }
}

/** Where no time is signed a recorded request stays valid for ever, and the id is all that tells it from a new one. */
function signsTime({ format }: ReceiverOptions): boolean {
  if (format === "twilio") return false;
  return findFormat(format).signature.content.includes("{timestamp}");
}

function searchOf(url: string): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start).replace(/#.*$/s, "");
}

/** Cloudflare and others give it with the context; anything else that comes second is of no interest. */
function waitUntilOf(context: unknown): ((work: Promise<unknown>) => void) | undefined {
  if (typeof context !== "object" || context === null || !("waitUntil" in context))
    return undefined;
  const { waitUntil } = context;
  if (typeof waitUntil !== "function") return undefined;
  return (work) => void waitUntil.call(context, work);
}
