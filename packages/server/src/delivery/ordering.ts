import type { Sql } from "../db/pool.ts";
import { QUEUES_ADVANCED_MAX, QUEUES_PAGE_PAUSE_MS, QUEUES_REVIEW_MS } from "../limits.ts";
import { SETTLE_RETRY_MS } from "../limits.ts";
import { delay, type Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import { advanceQueues, FIRST_QUEUE, listQueues, type Queue } from "../store/ordering.ts";
import type { Settled } from "./settle.ts";

/** Lets the deliveries of a key go one after the other: makes the next one due when the one before it has ended. */
export interface Ordering {
  /** Something was queued or has ended; call it after the commit. */
  advance(queues: readonly Queue[]): void;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

/**
 * Batches by back-pressure, as settling does. What a node that died did not advance any more is found by a look at
 * all queues, page by page; so is what the retention, a sweep or the deletion of an endpoint has ended.
 */
export function createOrdering(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  /** Something has become due. */
  readonly onDue: () => void;
}): Ordering {
  const { sql, clock, log, onDue } = options;
  const waiting = new Map<string, Queue>();
  let running: Promise<void> | undefined;
  let isStopping = false;
  let after = FIRST_QUEUE;

  async function run(): Promise<void> {
    // What ends in this turn of the event loop shares the first statement.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (waiting.size > 0 && !isStopping) await advanceBatch();
    } finally {
      // In the same turn as the last look: what came between the two would wait for the next review.
      running = undefined;
    }
  }

  async function advanceBatch(): Promise<void> {
    const batch = [...waiting].slice(0, QUEUES_ADVANCED_MAX);
    for (const [name] of batch) waiting.delete(name);
    try {
      await advanceNow(batch.map(([, queue]) => queue));
    } catch (error) {
      log.warn({ event: "queues.advance_failed", count: batch.length, error });
      // Other nodes look at all queues too.
      if (isStopping) return;
      for (const [name, queue] of batch) waiting.set(name, queue);
      await delay(clock, SETTLE_RETRY_MS);
    }
  }

  async function advanceNow(queues: readonly Queue[]): Promise<void> {
    if ((await advanceQueues(sql, queues)) > 0) onDue();
  }

  async function review(): Promise<number> {
    const page = await listQueues(sql, after, QUEUES_ADVANCED_MAX);
    after = page.length === QUEUES_ADVANCED_MAX ? (page.at(-1) ?? FIRST_QUEUE) : FIRST_QUEUE;
    if (page.length > 0) await advanceNow(page);
    return after === FIRST_QUEUE ? QUEUES_REVIEW_MS : QUEUES_PAGE_PAUSE_MS;
  }

  const loop = startLoop({ name: "queues", clock, log, pauseMs: QUEUES_REVIEW_MS, step: review });
  return {
    advance(queues) {
      for (const queue of queues) waiting.set(`${queue.endpointId} ${queue.key}`, queue);
      running ??= run();
    },
    async stop() {
      isStopping = true;
      await loop.stop();
      await running;
    },
  };
}

/** The queues whose head may have ended with these results. */
export function endedQueues(settled: readonly Settled[]): Queue[] {
  const queues: Queue[] = [];
  for (const { attempt, next } of settled) {
    const { orderingKey, endpointId } = attempt.delivery;
    if (orderingKey !== null && next.kind !== "retry")
      queues.push({ endpointId, key: orderingKey });
  }
  return queues;
}
