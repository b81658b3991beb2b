import type { Sql } from "../db/pool.ts";
import { isRefusedValue } from "../db/sqlstate.ts";
import { type DeliveryId, type EndpointId, formatId } from "../domain/id.ts";
import type { AttemptResult } from "../domain/outcome.ts";
import { nextStep, type NextStep } from "../domain/retry.ts";
import {
  FAILING_TRUST_MS,
  POISON_LOST_MAX,
  SETTLE_AGAIN_MS,
  SETTLE_ATTEMPTS_MAX,
  SETTLE_RETRY_MS,
} from "../limits.ts";
import type { FreshLeases } from "../nodes/fresh-leases.ts";
import { delay, type Clock } from "../platform/clock.ts";
import { hedged } from "../platform/hedged.ts";
import type { Logger } from "../platform/log.ts";
import type { Platforms } from "../platforms.ts";
import type { LeasedDelivery } from "../store/leases.ts";
import { eraseLateTraces } from "../store/purge.ts";
import {
  settleAttempts,
  settleLateSuccess,
  type EndpointNews,
  type Settlement,
} from "../store/settle.ts";
import type { DeliveryEndpoint } from "./endpoints.ts";
import { DIED } from "./isolation.ts";

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

/** The result of an attempt that a bug of ours prevented: it is counted and retried like a lost one. */
export const BROKEN: AttemptResult = Object.freeze({
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

const FALLBACK_FORMAT = "default@1";

export interface SettlerOptions {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly platforms: Platforms;
  /** Uniform in [0, 1): jitter. */
  readonly random: () => number;
  /** The number of this node. */
  readonly node: () => number;
  readonly fresh: FreshLeases;
  /** `durationMs` is that of the whole batch, from its first try to its commit. */
  readonly onSettled: (settled: readonly Settled[], durationMs: number) => void;
  /** A result came after its lease had ended; `isCounted` when it was a success that counts all the same. */
  readonly onLate?: (isCounted: boolean) => void;
}

/** Writes results: record and decision in one transaction, micro-batched by back-pressure. */
export class Settler {
  readonly #options: SettlerOptions;
  #waiting: FinishedAttempt[] = [];
  #running: Promise<void> | undefined;
  readonly #watchers = new Map<DeliveryId, () => void>();

  constructor(options: SettlerOptions) {
    this.#options = options;
  }

  /** Results that wait; they are kept while the database is away. */
  get waiting(): number {
    return this.#waiting.length;
  }

  settle(attempt: FinishedAttempt): void {
    this.#waiting.push(attempt);
    this.#running ??= this.#run();
  }

  /** Resolves when everything handed in so far is written. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Resolves when the next result of this delivery is written; call it before the attempt, or `forget` it after. */
  written(id: DeliveryId): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.set(id, () => {
        this.#watchers.delete(id);
        resolve();
      });
    });
  }

  /** No result will come: nothing was sent. */
  forget(id: DeliveryId): void {
    this.#watchers.delete(id);
  }

  async #run(): Promise<void> {
    // Results that arrive in this turn of the event loop share the first statement.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, SETTLE_ATTEMPTS_MAX);
      this.#waiting = this.#waiting.slice(SETTLE_ATTEMPTS_MAX);
      await this.#write(batch);
    }
    this.#running = undefined;
  }

  /** Tries until it is written: while the database is away the results of sent requests must not be lost. */
  async #write(batch: readonly FinishedAttempt[]): Promise<void> {
    const { clock, log, onSettled } = this.#options;
    const settled = batch.map((attempt) => ({ attempt, next: this.#decide(attempt) }));
    const startedAt = clock.monotonic();
    const news = newsOf(settled, startedAt);
    for (let tries = 1; ; tries++) {
      try {
        await this.#writeOnce(settled, news);
        break;
      } catch (error) {
        if (isRefusedValue(error)) return this.#writeApart(batch, error);
        log.error({ event: "settle.failed", attempts: batch.length, tries, error });
        await delay(clock, SETTLE_RETRY_MS);
      }
    }
    try {
      onSettled(settled, clock.monotonic() - startedAt);
    } catch (error) {
      // What follows from a result must not keep the next results from being written.
      log.error({ event: "settled.follow_up_failed", error });
    }
    this.#tellWatchers(batch);
  }

  /**
   * A value that no try can write must not hold up the other results for ever. The lease of the one that is given up
   * runs out, and the delivery goes on as after a lost attempt.
   */
  async #writeApart(batch: readonly FinishedAttempt[], error: unknown): Promise<void> {
    const [first] = batch;
    if (first && batch.length === 1) {
      this.#options.log.error({
        event: "settle.given_up",
        deliveryId: formatId("dlv", first.delivery.id),
        error,
      });
      return this.#tellWatchers(batch);
    }
    // What the whole said of endpoints was not written: the halves must say it again.
    for (const { endpoint } of batch) if (endpoint) endpoint.failingAsOf = -Infinity;
    const middle = Math.ceil(batch.length / 2);
    await this.#write(batch.slice(0, middle));
    await this.#write(batch.slice(middle));
  }

  #tellWatchers(batch: readonly FinishedAttempt[]): void {
    if (this.#watchers.size === 0) return;
    for (const { delivery } of batch) this.#watchers.get(delivery.id)?.();
  }

  async #writeOnce(settled: readonly Settled[], news: readonly News[]): Promise<void> {
    const { sql, clock, node, fresh } = this.#options;
    // One moment for both: a delivery's own retry and the pause of its endpoint end together, to the millisecond.
    const now = clock.monotonic();
    const settlements = settled.map(({ attempt, next }) => toSettlement(attempt, next, now));
    const changes = news.map((each) => toEndpointNews(each, now));
    const batch = { settlements, news: changes };
    // Behind a connection that has gone deaf the leases of these results, and of those that wait behind them, would run
    // out, and what has been delivered would be sent again. Whichever statement comes second finds them recorded.
    const late = await hedged(() => settleAttempts(sql, batch, node()), SETTLE_AGAIN_MS, clock);
    for (const { deliveryId } of settlements) fresh.end(deliveryId);
    if (late.length === 0) return;
    await eraseLateTraces(
      sql,
      late.map(({ deliveryId }) => deliveryId),
    );
    for (const settlement of late) await this.#settleLate(settlement);
  }

  async #settleLate(settlement: Settlement): Promise<void> {
    const { sql, log, onLate } = this.#options;
    const { deliveryId, generation, result } = settlement;
    const { outcome, status } = result;
    const changed =
      outcome === "delivered" && (await settleLateSuccess(sql, { deliveryId, generation, status }));
    onLate?.(changed);
    log.warn({
      event: "attempt.late",
      deliveryId: formatId("dlv", deliveryId),
      outcome,
      changed,
    });
  }

  #decide({ delivery, result }: FinishedAttempt): NextStep {
    const { platforms, random, clock } = this.#options;
    // A format that is no longer installed cannot be sent, but its deliveries must still come to an end.
    const format = platforms.findFormat(delivery.wireFormat) ?? platforms.format(FALLBACK_FORMAT);
    const { delaysSeconds, jitter, respectRetryAfter } = format.delivery;
    const step = nextStep({
      outcome: result.outcome,
      status: result.status,
      attemptNumber: delivery.attempt,
      delaysSeconds,
      jitter,
      respectRetryAfter,
      retryAfter: result.retryAfter,
      random: random(),
      nowMs: clock.now(),
    });
    const isLost = result === DIED;
    // A test send has one attempt, whatever the table says.
    const isLast =
      delivery.attempt >= delivery.maxAttempts ||
      (isLost && delivery.lostCount + 1 >= POISON_LOST_MAX);
    // As after the end of a node: the receiver is not to blame, and whoever waits behind it neither.
    if (step.kind === "retry" && isLost && !isLast) return { ...step, delayMs: 0 };
    return step.kind === "retry" && isLast ? { kind: "failed", holdMs: step.holdMs } : step;
  }
}

function toSettlement(attempt: FinishedAttempt, next: NextStep, now: number): Settlement {
  const { delivery, result } = attempt;
  const { url, signature, secretIds, customHeaders, startedAt, bodySha256 } = attempt;
  const waitedMs = now - attempt.endedAt;
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

/** What a batch changes about an endpoint; `heldUntil` is monotonic, null where it asked for no pause. */
interface News {
  readonly endpointId: EndpointId;
  readonly isFailing: boolean;
  readonly heldUntil: number | null;
}

/**
 * The last attempt of an endpoint has the last word, and tests say nothing. Only changes count, and now and then what
 * has not changed: a run of failures that another node has begun, and whose end only this one sees, would never end.
 */
function newsOf(settled: readonly Settled[], now: number): News[] {
  const news = new Map<EndpointId, News>();
  for (const { attempt, next } of settled) {
    const { endpoint, delivery } = attempt;
    if (!endpoint || delivery.isTest) continue;
    const isFailing = next.kind !== "delivered";
    const askedMs = next.kind === "delivered" ? null : next.holdMs;
    const heldUntil = askedMs === null ? null : attempt.endedAt + askedMs;
    const isNew = isFailing !== (endpoint.failingSince !== null) || heldUntil !== null;
    if (!isNew && now - endpoint.failingAsOf < FAILING_TRUST_MS) continue;
    endpoint.failingAsOf = now;
    if (heldUntil !== null) endpoint.heldUntil = heldUntil;
    endpoint.failingSince = isFailing ? (endpoint.failingSince ?? attempt.startedAt) : null;
    // A success beside it does not take back the pause that this node already keeps.
    const keptUntil = heldUntil ?? news.get(endpoint.id)?.heldUntil ?? null;
    news.set(endpoint.id, { endpointId: endpoint.id, isFailing, heldUntil: keptUntil });
  }
  return [...news.values()];
}

function toEndpointNews({ endpointId, isFailing, heldUntil }: News, now: number): EndpointNews {
  const holdMs = heldUntil === null ? null : Math.round(heldUntil - now);
  return { endpointId, isFailing, holdMs };
}
