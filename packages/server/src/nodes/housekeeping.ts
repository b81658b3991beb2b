import type { Sql } from "../db/pool.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import {
  HOUSEKEEPING_EVERY_MS,
  IDEMPOTENCY_KEPT_HOURS,
  JOBS_KEPT_DAYS,
  KEY_CALLS_KEPT_DAYS,
  KEY_USAGE_KEPT_DAYS,
  LISTENER_TIDIED_MAX,
  LISTENER_WAITING_MAX,
  MAILS_KEPT_DAYS,
  NOTICES_KEPT_DAYS,
  PARTITION_DAYS_AHEAD,
  REFUSED_KEPT_DAYS,
  REFUSED_KEPT_MAX,
  SESSION_IDLE_MS,
  SOURCE_USAGE_KEPT_DAYS,
} from "../limits.ts";
import { LIVE_NOTES_KEPT_MS } from "../limits/live.ts";
import { STATISTICS_HOURS_KEPT_DAYS, STATISTICS_MINUTES_KEPT_HOURS } from "../limits/statistics.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import { deleteOldIdempotencyRecords } from "../store/accept.ts";
import { deleteOldKeyUsage } from "../store/api-key-usage.ts";
import { deleteExpiredInboxes } from "../store/inboxes.ts";
import { tidyListeners } from "../store/listeners.ts";
import { clearFinishedMarks } from "../store/leases.ts";
import { deleteOldSessions } from "../store/sessions.ts";
import { deleteOldStatistics } from "../store/statistics.ts";
import { ensurePartitions } from "../store/installation.ts";
import { deleteOldJobs } from "../store/jobs.ts";
import { deleteOldChanges } from "../store/live.ts";
import { deleteOldMails } from "../store/mails.ts";
import { deleteOldNotices } from "../store/notices.ts";
import { deleteOldReceipts, deleteOldRefusedReceipts } from "../store/receipts.ts";
import { deleteExpiredSourceSecrets } from "../store/source-secrets.ts";
import { deleteOldSourceUsage } from "../store/source-usage.ts";
import { removeDeletedSources } from "../store/sources.ts";

const DELETE_BATCH_MAX = 5_000;

/** What has to be done now and then: partitions of the coming days, records, marks and inboxes whose time is over. */
export function startHousekeeping(options: {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whole days that payloads are kept. */
  readonly keptDays: number;
}): Loop {
  const { sql, clock, log, keptDays } = options;
  async function makePartitions(): Promise<void> {
    try {
      const made = await ensurePartitions(sql, PARTITION_DAYS_AHEAD);
      if (made > 0) log.info({ event: "partitions.made", count: made });
    } catch (error) {
      if (databaseFailure(error) !== "unavailable") throw error;
      // They are made a week ahead: an export that holds the tables now may take its time.
      log.warn({ event: "partitions.postponed", error });
    }
  }

  async function keepHouse(): Promise<number | void> {
    await makePartitions();
    await deleteExpiredInboxes(sql);
    await tidyListeners(sql, { waitingMax: LISTENER_WAITING_MAX, limit: LISTENER_TIDIED_MAX });
    await deleteOldJobs(sql, JOBS_KEPT_DAYS);
    await deleteOldSessions(sql, SESSION_IDLE_MS);
    await deleteOldNotices(sql, { days: NOTICES_KEPT_DAYS, limit: DELETE_BATCH_MAX });
    await deleteOldMails(sql, MAILS_KEPT_DAYS);
    await deleteOldChanges(sql, LIVE_NOTES_KEPT_MS);
    await deleteOldStatistics(sql, {
      minutesHours: STATISTICS_MINUTES_KEPT_HOURS,
      hoursDays: STATISTICS_HOURS_KEPT_DAYS,
      limit: DELETE_BATCH_MAX,
    });
    const bounds = { hours: IDEMPOTENCY_KEPT_HOURS, limit: DELETE_BATCH_MAX };
    const forgotten = await deleteOldIdempotencyRecords(sql, bounds);
    const kept = { callDays: KEY_CALLS_KEPT_DAYS, usageDays: KEY_USAGE_KEPT_DAYS };
    await deleteOldKeyUsage(sql, { ...kept, limit: DELETE_BATCH_MAX });
    const cleared = await clearFinishedMarks(sql, DELETE_BATCH_MAX);
    const received = await forgetReceipts();
    // A full batch: there is more, and the pause is for quiet times.
    return Math.max(forgotten, cleared, received) >= DELETE_BATCH_MAX ? 0 : undefined;
  }

  async function forgetReceipts(): Promise<number> {
    const limit = DELETE_BATCH_MAX;
    await deleteExpiredSourceSecrets(sql);
    await deleteOldSourceUsage(sql, { days: SOURCE_USAGE_KEPT_DAYS, limit });
    await deleteOldRefusedReceipts(sql, { days: REFUSED_KEPT_DAYS, kept: REFUSED_KEPT_MAX, limit });
    const old = await deleteOldReceipts(sql, { days: keptDays, limit });
    return Math.max(old, await removeDeletedSources(sql, limit));
  }
  return startLoop({
    name: "housekeeping",
    clock,
    log,
    pauseMs: HOUSEKEEPING_EVERY_MS,
    step: keepHouse,
  });
}
