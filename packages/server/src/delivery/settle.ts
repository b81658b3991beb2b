import type { Sql } from "../db/pool.ts";
import type { DeliveryId, EndpointId } from "../domain/id.ts";
import type { AttemptResult } from "../domain/outcome.ts";
import { nextStep, type NextStep } from "../domain/retry.ts";
import { SETTLE_ATTEMPTS_MAX, SETTLE_RETRY_MS } from "../limits.ts";
import { delay, type Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { Platforms } from "../platforms.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import {
  settleAttempts,
  settleLateSuccess,
  type EndpointNews,
  type Settlement,
} from "../store/settle.ts";
import type { DeliveryEndpoint } from "./endpoints.ts";

/** A finished attempt on its way into the database. */
export interface FinishedAttempt {
  readonly delivery: LeasedDelivery;
  readonly endpoint: DeliveryEndpoint | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Monotonic: delays run from here, however long the result waits for its statement. */
  readonly endedAt: number;
  readonly result: AttemptResult;
  readonly url: string;
  readonly signature: string;
  readonly secretIds: readonly string[];
  readonly customHeaders: readonly string[];
  readonly bodySha256: Buffer | null;
}

/** What is decided after a settlement is written, for example that an endpoint is to be disabled. */
export interface Settled {
  readonly attempt: FinishedAttempt;
  readonly next: NextStep;
}

/** Writes results: record and decision in one transaction, micro-batched by back-pressure. */
export interface Settler {
  settle(attempt: FinishedAttempt): void;
  /** For an attempt that ended in a bug of ours: it is counted and retried like a lost one. */
  settleBroken(delivery: LeasedDelivery, startedAt: number): void;
  readonly brokenResult: AttemptResult;
  /** Resolves when everything handed in so far is written. */
  drain(): Promise<void>;
  /** Resolves when this delivery's result is written. */
  written(id: DeliveryId): Promise<void>;
  /** Results that wait; they are kept while the database is away. */
  waiting(): number;
}

const BROKEN: AttemptResult = Object.freeze({
  outcome: "lost",
  status: null,
  error: {
    code: "internal",
    message: "This attempt could not be made because of an error in Posthorn.",
  },
  durationMs: 0,
  phases: {},
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
  responseBodyTruncated: false,
  retryAfter: null,
});

export function createSettler(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly platforms: Platforms;
  readonly random: () => number;
  readonly node: () => number;
  readonly onSettled: (settled: readonly Settled[]) => void;
}): Settler {
  const { sql, clock, log, platforms } = options;
  let waiting: FinishedAttempt[] = [];
  let running: Promise<void> | undefined;
  const watchers = new Map<DeliveryId, () => void>();

  function settle(attempt: FinishedAttempt): void {
    waiting.push(attempt);
    running ??= run();
  }

  async function run(): Promise<void> {
    // Results that arrive in this turn of the event loop share the first statement.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, SETTLE_ATTEMPTS_MAX);
      waiting = waiting.slice(SETTLE_ATTEMPTS_MAX);
      await write(batch);
    }
    running = undefined;
  }

  /** Tries until it is written: while the database is away the results of sent requests must not be lost. */
  async function write(batch: readonly FinishedAttempt[]): Promise<void> {
    const settled = batch.map((attempt) => ({ attempt, next: decide(attempt) }));
    const news = newsOf(settled);
    for (let tries = 1; ; tries++) {
      try {
        await writeOnce(settled, news);
        break;
      } catch (error) {
        log.error({ event: "settle.failed", attempts: batch.length, tries, error });
        await delay(clock, SETTLE_RETRY_MS);
      }
    }
    options.onSettled(settled);
    for (const { delivery } of batch) watchers.get(delivery.id)?.();
  }

  async function writeOnce(
    settled: readonly Settled[],
    news: readonly EndpointNews[],
  ): Promise<void> {
    const settlements = settled.map(({ attempt, next }) => toSettlement(attempt, next, clock));
    const late = await settleAttempts(sql, { settlements, news }, options.node());
    if (late.length === 0) return;
    const ids = new Set(late);
    for (const settlement of settlements) {
      if (ids.has(settlement.deliveryId)) await settleLate(settlement);
    }
  }

  async function settleLate(settlement: Settlement): Promise<void> {
    const { deliveryId, generation, result } = settlement;
    const isDelivered = result.outcome === "delivered";
    const changed =
      isDelivered &&
      (await settleLateSuccess(sql, { deliveryId, generation, status: result.status }));
    log.warn({ event: "attempt.late", deliveryId, outcome: result.outcome, changed });
  }

  function decide({ delivery, result }: FinishedAttempt): NextStep {
    const { delaysSeconds, jitter, respectRetryAfter } = platforms.format(
      delivery.wireFormat,
    ).delivery;
    const step = nextStep({
      outcome: result.outcome,
      status: result.status,
      attemptNumber: delivery.attempt,
      delaysSeconds,
      jitter,
      respectRetryAfter,
      retryAfter: result.retryAfter,
      random: options.random(),
      nowMs: clock.now(),
    });
    // A test send has one attempt, whatever the table says.
    const isLast = delivery.attempt >= delivery.maxAttempts;
    return step.kind === "retry" && isLast ? { kind: "failed", holdMs: step.holdMs } : step;
  }

  return {
    settle,
    settleBroken: (delivery, startedAt) =>
      settle({
        delivery,
        endpoint: undefined,
        startedAt,
        endedAt: clock.monotonic(),
        result: BROKEN,
        url: "",
        signature: "",
        secretIds: [],
        customHeaders: [],
        bodySha256: null,
      }),
    brokenResult: BROKEN,
    async drain() {
      while (running) await running;
    },
    written: (id) =>
      new Promise((resolve) => {
        watchers.set(id, () => {
          watchers.delete(id);
          resolve();
        });
      }),
    waiting: () => waiting.length,
  };
}

function toSettlement(attempt: FinishedAttempt, next: NextStep, clock: Clock): Settlement {
  const { delivery, result } = attempt;
  const { url, signature, secretIds, customHeaders, startedAt, bodySha256 } = attempt;
  const waitedMs = clock.monotonic() - attempt.endedAt;
  return {
    deliveryId: delivery.id,
    endpointId: delivery.endpointId,
    leaseToken: delivery.leaseToken,
    generation: delivery.generation,
    number: delivery.attemptNumber,
    trigger: delivery.trigger,
    startedAt,
    result,
    url,
    signature,
    secretIds,
    customHeaders,
    bodySha256,
    next:
      next.kind === "retry"
        ? { state: "pending", dueInMs: Math.max(0, next.delayMs - waitedMs) }
        : { state: next.kind },
  };
}

/** What the batch changes about its endpoints; the last attempt of an endpoint has the last word. Tests say nothing. */
function newsOf(settled: readonly Settled[]): EndpointNews[] {
  const news = new Map<EndpointId, EndpointNews>();
  for (const { attempt, next } of settled) {
    const { endpoint, delivery } = attempt;
    if (!endpoint || delivery.isTest) continue;
    const isFailing = next.kind !== "delivered";
    const holdMs = next.kind === "delivered" ? null : next.holdMs;
    const isNew = isFailing !== (endpoint.failingSince !== null) || holdMs !== null;
    if (!isNew) continue;
    endpoint.failingSince = isFailing ? (endpoint.failingSince ?? attempt.startedAt) : null;
    news.set(endpoint.id, { endpointId: endpoint.id, isFailing, holdMs });
  }
  return [...news.values()];
}
