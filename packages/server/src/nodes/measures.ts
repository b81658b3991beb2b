import type { Sql } from "../db/pool.ts";
import { MEASURES_KEPT_MS } from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import { readMeasures, type Measures } from "../store/measures.ts";

/**
 * Brings the numbers about the database into `metrics`: read when somebody asks, at most once in `MEASURES_KEPT_MS`,
 * however many ask. The answer never fails: without the database the numbers are absent and `databaseUp` is 0.
 */
export function createMeasures(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
}): () => Promise<void> {
  const { sql, clock, log, metrics } = options;
  let readAt = -Infinity;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    try {
      show(metrics, await readMeasures(sql));
      metrics.databaseUp.set(1);
    } catch (error) {
      log.warn({ event: "measures.failed", error });
      clear(metrics);
      metrics.databaseUp.set(0);
    }
    readAt = clock.monotonic();
  }

  return async () => {
    if (clock.monotonic() - readAt < MEASURES_KEPT_MS) return;
    reading ??= read().finally(() => (reading = undefined));
    await reading;
  };
}

function show(metrics: Metrics, measures: Measures): void {
  clear(metrics);
  metrics.oldestDue.set(measures.oldestDueSeconds);
  metrics.waiting.set(measures.waiting);
  metrics.held.set(measures.held);
  metrics.allPaused.set(measures.isAllPaused ? 1 : 0);
  metrics.deliveriesRate.set(measures.ratePerSecond ?? 0);
  metrics.receiptsWaiting.set(measures.receiptsWaiting);
  metrics.receiptsOldest.set(measures.receiptsOldestSeconds);
  metrics.oldestTransaction.set(measures.oldestTransactionSeconds);
  metrics.oldestSnapshot.set(measures.oldestSnapshotTransactions);
  metrics.partitionsAhead.set(measures.partitionsAheadDays);
  metrics.oldestDay.set(measures.oldestDayAgeDays);
  for (const [table, rows] of Object.entries(measures.deadTuples)) {
    metrics.deadTuples.set({ table }, rows);
  }
  for (const [table, rows] of Object.entries(measures.defaultRows)) {
    metrics.defaultRows.set({ table }, rows);
  }
  for (const { role, count } of measures.nodes) metrics.nodes.set({ role }, count);
  for (const { pool, state, count } of measures.sessions) {
    metrics.sessions.set({ pool, state }, count);
  }
}

/** What was true before must not be shown as if it still were: not a role that has gone, not a database that is away. */
function clear(metrics: Metrics): void {
  const { oldestDue, waiting, held, oldestTransaction, oldestSnapshot, partitionsAhead } = metrics;
  const { oldestDay, deadTuples, defaultRows, nodes, sessions } = metrics;
  for (const gauge of [oldestDue, waiting, held, oldestTransaction, oldestSnapshot]) gauge.remove();
  for (const gauge of [partitionsAhead, oldestDay]) gauge.remove();
  for (const gauge of [metrics.receiptsWaiting, metrics.receiptsOldest]) gauge.remove();
  metrics.allPaused.remove();
  metrics.deliveriesRate.remove();
  for (const gauge of [deadTuples, defaultRows, nodes, sessions]) gauge.reset();
}
