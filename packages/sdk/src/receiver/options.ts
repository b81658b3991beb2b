import type { WebhookEvent } from "../webhooks/event.ts";
import type { WebhookFormat, WebhookFormatName } from "../webhooks/formats.ts";
import { toMs, type Duration } from "./duration.ts";
import type { DeadLetter, Inbox } from "./inbox.ts";

export interface ReceiverOptions {
  /** The name of a built-in format, or one of your own from `defineFormat`. */
  readonly format: WebhookFormatName | "twilio" | WebhookFormat;
  /** One secret, or several while one is rolled: `[next, current]`. */
  readonly secret: string | readonly string[];
  /** How far a signed time may be off; the format's own, 300, when absent. At least 1. */
  readonly toleranceSeconds?: number;
  /** Needed for `twilio`, which signs it: the address as it is configured there, without the query of a request. */
  readonly url?: string;
  /** A larger body is answered 413; 1 MiB when absent. */
  readonly bodyBytesMax?: number;
  /** `memoryInbox()` when absent. */
  readonly inbox?: Inbox;
  /**
   * When 200 is answered. `after-store`: the event is kept in a durable inbox, and handled then; the default with one.
   * `after-handle`: a handler has succeeded, else 500, and the sender tries again; the default without. `before`: at
   * once, and a crash loses the event; only with `allowLoss`.
   */
  readonly ack?: "after-store" | "after-handle" | "before";
  /** Says that losing events is fine. */
  readonly allowLoss?: boolean;
  /** Skips events that are older than one of the same key that was handled, and never handles two of a key at once. */
  readonly ordering?: OrderingOptions;
  readonly retry?: RetryOptions;
  readonly deadLetter?: DeadLetterOptions;
  /** How many handlers run at once in this process; 10 when absent. */
  readonly concurrency?: number;
  /** After this the handler's signal is aborted and the attempt has failed; 30 s when absent. */
  readonly handlerTimeout?: Duration;
  readonly metrics?: MetricOptions;
  readonly alerts?: AlertOptions;
  /** What becomes of a type without a handler: `ack`, the default, is done with it; `fail` retries it until it is dead. */
  readonly onUnhandled?: "ack" | "fail";
  /** How long ids of handled events are known; 30 days, or for ever in a format that signs no time. */
  readonly keepFor?: Duration;
  /** How often the inbox is asked for what is due; 1 s when absent. */
  readonly pollInterval?: Duration;
  /** Keeps a platform alive until work after the answer has ended: `after` of Next.js, `waitUntil` of others. */
  readonly background?: (work: Promise<unknown>) => void;
  /** Milliseconds since the epoch; the clock when absent. Tests move it. */
  readonly now?: () => number;
  /** From 0 up to 1; chance when absent. */
  readonly random?: () => number;
}

export interface OrderingOptions {
  /** What events share that must not overtake each other; undefined for an event that none concerns. */
  // oxlint-disable-next-line typescript/no-explicit-any -- data has the type that the sender's catalogue says
  readonly key: (event: WebhookEvent<string, any>) => string | undefined;
  /** The event's place among those of its key. */
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  readonly at: (event: WebhookEvent<string, any>) => number | string | Date | null | undefined;
  /** `skip`, the default: a stale event is done without a handler. `handle`: only never two at once. */
  readonly onStale?: "skip" | "handle";
}

export interface RetryOptions {
  /** In all, the first one included; 5 when absent. */
  readonly attempts?: number;
  /** `exponential`, the default, doubles the delay each time, less a random part of up to a half. */
  readonly backoff?: "exponential" | "constant" | ((attempt: number) => Duration);
  /** Before the second attempt; 1 s when absent. */
  readonly minDelay?: Duration;
  /** 10 min when absent. */
  readonly maxDelay?: Duration;
}

export interface DeadLetterOptions {
  /** Attempts after which an event is dead; those of `retry` when absent. */
  readonly after?: number;
  /** Called when an event has died, not when one fails again. */
  readonly onDead?: (item: DeadLetter) => unknown;
  /** The job that retries dead letters by itself; false for none. */
  readonly job?: DeadLetterJobOptions | false;
}

export interface DeadLetterJobOptions {
  /** Since they failed last; 1 h when absent. */
  readonly olderThan?: Duration;
  /** Retried less often than this; 3 when absent. */
  readonly retriesBelow?: number;
  /** At a time; 10 when absent. */
  readonly limit?: number;
  /** 1 min when absent. */
  readonly every?: Duration;
}

/** One attempt to handle an event. */
export interface EventMetric {
  readonly eventType: string;
  readonly success: boolean;
  readonly processingTimeMs: number;
  readonly eventId: string;
  readonly attempt: number;
  readonly outcome: "handled" | "unhandled" | "stale" | "failed" | "timed_out";
}

export interface MetricOptions {
  readonly event?: (metric: EventMetric) => unknown;
  /** An event came that is known already. */
  readonly duplicate?: (metric: {
    readonly eventId: string;
    readonly eventType: string;
  }) => unknown;
  /** A request was not taken; a stranger can cause any number of these. */
  readonly refused?: (metric: { readonly reason: string }) => unknown;
}

export interface AlertOptions {
  /** More failed attempts than this of one type within `window` call `onAlert`, once in a window. */
  readonly failuresPerType: number;
  /** 1 h when absent. */
  readonly window?: Duration;
}

/** What `onAlert` gets. */
export interface ReceiverAlert {
  readonly type: "webhook_failures_high";
  readonly eventType: string;
  readonly failureCount: number;
}

/** The options with every default filled in and every span in milliseconds. */
export interface ReceiverSettings {
  readonly ack: "after-store" | "after-handle" | "before";
  readonly attemptsMax: number;
  readonly concurrency: number;
  readonly handlerTimeoutMs: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** Infinity keeps for ever. */
  readonly keepMs: number;
  readonly job: {
    readonly olderThanMs: number;
    readonly retriesBelow: number;
    readonly limit: number;
    readonly everyMs: number;
  } | null;
}

const DAYS_KEPT = 30;

/** Fills the defaults in; throws a `TypeError` for options that cannot work or would lose events silently. */
export function settle(
  options: ReceiverOptions,
  inbox: Inbox,
  signsTime: boolean,
): ReceiverSettings {
  const { concurrency = 10, retry = {}, deadLetter = {} } = options;
  const handlerTimeoutMs = toMs(options.handlerTimeout ?? "30s", "handlerTimeout");
  const attemptsMax = deadLetter.after ?? retry.attempts ?? 5;
  demandWhole(attemptsMax, "retry.attempts and deadLetter.after");
  demandWhole(concurrency, "concurrency");
  if (options.toleranceSeconds !== undefined && !(options.toleranceSeconds >= 1)) {
    throw new TypeError(
      "toleranceSeconds must be at least 1: without it any recorded request is accepted",
    );
  }
  const keepDefault = signsTime ? DAYS_KEPT * 86_400_000 : Number.POSITIVE_INFINITY;
  return {
    ack: acknowledgement(options, inbox),
    attemptsMax,
    concurrency,
    handlerTimeoutMs,
    // Longer than a handler may take: its result has to be written while the lease is still its own.
    leaseMs: Math.ceil(handlerTimeoutMs * 1.5) + 1_000,
    pollMs: toMs(options.pollInterval ?? "1s", "pollInterval"),
    keepMs: options.keepFor === undefined ? keepDefault : toMs(options.keepFor, "keepFor"),
    job: deadLetter.job === false ? null : jobSettings(deadLetter.job ?? {}),
  };
}

function acknowledgement(
  { ack, allowLoss = false }: ReceiverOptions,
  { isDurable }: Inbox,
): ReceiverSettings["ack"] {
  const chosen = ack ?? (isDurable ? "after-store" : "after-handle");
  const loses = chosen === "before" || (chosen === "after-store" && !isDurable);
  if (loses && !allowLoss) {
    throw new TypeError(
      `ack "${chosen}" answers 200 before the event is safe: a crash loses it, and the sender never sends it again. ` +
        "Use a durable inbox with after-store, or say allowLoss: true",
    );
  }
  return chosen;
}

function jobSettings(job: DeadLetterJobOptions): NonNullable<ReceiverSettings["job"]> {
  return {
    olderThanMs: toMs(job.olderThan ?? "1h", "deadLetter.job.olderThan"),
    retriesBelow: job.retriesBelow ?? 3,
    limit: job.limit ?? 10,
    everyMs: toMs(job.every ?? "1m", "deadLetter.job.every"),
  };
}

function demandWhole(value: number, name: string): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new TypeError(`${name} must be a whole number from 1`);
  }
}
