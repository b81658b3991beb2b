import type { Pool, Sql } from "../db/pool.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import {
  DEFAULT_ROWS_COUNTED_MAX,
  DEFAULT_ROWS_EVERY_MS,
  RETENTION_ANNOUNCED_DAYS,
  RETENTION_BATCH_MAX,
  RETENTION_EVERY_MS,
  RETENTION_LOCK_MS_MAX,
} from "../limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop } from "../platform/loop.ts";
import {
  beginAnnouncing,
  cancelOldDeliveries,
  countDefaultRows,
  deleteOldDefaultRows,
  dropPartition,
  listEndingDeliveries,
  listOldDays,
  PARTITIONED_TABLES,
  tryLockRetention,
  type DroppedPartition,
  type PartitionedTable,
} from "../store/retention.ts";

/** Why deliveries are cancelled that were still held when their day's retention ended. */
const RETENTION_OVER = "retention";

export interface RetentionOptions {
  readonly sql: Pool;
  readonly log: Logger;
  /** Whole days (UTC) that stay besides the present one; at least 1. */
  readonly keptDays: number;
  /** Told what a round has ended: deliveries that were still held, and days. */
  readonly onEnded?: (ended: { readonly cancelled?: number; readonly days?: number }) => void;
}

/** Ends what is too old, day by day, and watches that no row falls outside of the days. */
export function startRetention(options: RetentionOptions & { readonly clock: Clock }): {
  stop(): Promise<void>;
} {
  const { clock, log } = options;
  const loops = [
    startLoop({
      name: "retention",
      clock,
      log,
      pauseMs: RETENTION_EVERY_MS,
      step: () => keepRetention(options),
    }),
    startLoop({
      name: "default partitions",
      clock,
      log,
      pauseMs: DEFAULT_ROWS_EVERY_MS,
      step: watchDefaultPartitions(options),
    }),
  ];
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

/**
 * One round: cancels what has ended while it waited, announces what will, drops the days that are over. Any
 * number of nodes may run it at once; what cannot be done now is left to the next round.
 */
export async function keepRetention(options: RetentionOptions): Promise<void> {
  await cancelEnded(options);
  await announceEndings(options);
  for (const day of await listOldDays(options.sql, options.keptDays)) {
    if (!(await dropDay(options, day))) return;
  }
  const bounds = { keptDays: options.keptDays, limit: RETENTION_BATCH_MAX };
  await alone(options.sql, (tx) => deleteOldDefaultRows(tx, bounds));
}

/** Announced before the commit: a crash between the two repeats it instead of losing it. */
async function announceEndings({ sql, log, keptDays }: RetentionOptions): Promise<void> {
  await alone(sql, async (tx) => {
    if (!(await beginAnnouncing(tx))) return;
    const endings = await listEndingDeliveries(tx, { keptDays, days: RETENTION_ANNOUNCED_DAYS });
    for (const ending of endings) log.warn({ event: "retention.ending", ...ending });
  });
}

async function cancelEnded({ sql, log, keptDays, onEnded }: RetentionOptions): Promise<void> {
  const bounds = { keptDays, limit: RETENTION_BATCH_MAX, reason: RETENTION_OVER };
  let cancelled = 0;
  let last: number | undefined;
  do {
    last = await alone(sql, (tx) => cancelOldDeliveries(tx, bounds));
    cancelled += last ?? 0;
  } while (last === RETENTION_BATCH_MAX);
  if (cancelled === 0) return;
  onEnded?.({ cancelled });
  log.warn({ event: "retention.cancelled", count: cancelled });
}

/** Answers whether the round may go on: behind a table that is in use another wait would help nobody. */
async function dropDay({ sql, log, onEnded }: RetentionOptions, day: string): Promise<boolean> {
  const rows: Partial<Record<PartitionedTable, number>> = {};
  for (const table of PARTITIONED_TABLES) {
    const outcome = await tryDrop(sql, table, day);
    if (outcome === "elsewhere") return false;
    if (outcome.kind === "dropped") rows[table] = outcome.rows;
    if (outcome.kind === "dropped" || outcome.kind === "gone") continue;
    log.info({ event: "retention.postponed", day, table, reason: outcome.kind });
    return outcome.kind === "busy";
  }
  onEnded?.({ days: 1 });
  log.info({ event: "retention.dropped", day, ...rows });
  return true;
}

async function tryDrop(
  sql: Pool,
  table: PartitionedTable,
  day: string,
): Promise<DroppedPartition | { readonly kind: "locked" } | "elsewhere"> {
  try {
    const target = { table, day, lockMs: RETENTION_LOCK_MS_MAX };
    return (await alone(sql, (tx) => dropPartition(tx, target))) ?? "elsewhere";
  } catch (error) {
    if (databaseFailure(error) === undefined) throw error;
    return { kind: "locked" };
  }
}

/** Runs `work` in a transaction, unless another node is at it: then it answers undefined. */
async function alone<Result>(
  sql: Pool,
  work: (tx: Sql) => Promise<Result>,
): Promise<Result | undefined> {
  let result: Result | undefined;
  await sql.begin(async (tx) => {
    if (await tryLockRetention(tx)) result = await work(tx);
  });
  return result;
}

/** A row without a day's partition is safe and readable, but somebody has to find out why there was none. */
export function watchDefaultPartitions({
  sql,
  log,
}: Pick<RetentionOptions, "sql" | "log">): () => Promise<void> {
  let known = 0;
  return async () => {
    const counts = await countDefaultRows(sql, DEFAULT_ROWS_COUNTED_MAX);
    const sum = counts.events + counts.deliveries + counts.attempts;
    // Said again when it changes: a line every half minute would only be filtered out.
    if (sum > 0 && sum !== known) log.warn({ event: "partition.default_used", ...counts });
    known = sum;
  };
}
