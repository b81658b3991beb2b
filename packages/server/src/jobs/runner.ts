import type { Pool } from "../db/pool.ts";
import { databaseFailure } from "../db/sqlstate.ts";
import type { EndpointId, OrganizationId } from "../domain/id.ts";
import { addSkipped, type JobKind } from "../domain/job.ts";
import { itemsDue, nextItemInMs } from "../domain/pace.ts";
import { formatId } from "../domain/id.ts";
import {
  JOB_BATCH_EVERY_MS,
  JOB_BATCH_MAX,
  JOB_BURST_MS_MAX,
  JOB_FAILURE_PAUSE_MS_MAX,
  JOB_FAILURES_MAX,
  JOB_LEASE_MS,
  JOB_POLL_MS,
  JOB_WATCH_MS_MAX,
  JOB_WATCHED_MAX,
  NODE_DEAD_AFTER_MS,
} from "../limits.ts";
import { unreachable } from "../platform/assert.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/log.ts";
import { startLoop, type Loop } from "../platform/loop.ts";
import {
  claimJob,
  countResults,
  lockLeasedJob,
  postponeJob,
  recordProgress,
  type LeasedJob,
} from "../store/job-leases.ts";
import { endJob } from "../store/jobs.ts";
import { advanceQueues } from "../store/ordering.ts";
import { acrossStep } from "./across.ts";
import { cancelStep } from "./cancel.ts";
import { missingStep } from "./missing.ts";
import { purgeStep } from "./purge.ts";
import { redeliverStep } from "./redeliver.ts";
import { releaseStep } from "./release.ts";
import type { Batch, JobContext, Step } from "./step.ts";

export interface RunnerOptions extends JobContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** The number of this node. */
  readonly node: () => number;
  /** Starts an endpoint again when what it holds is prepared. */
  readonly resumeEndpoint: (address: {
    readonly id: EndpointId;
    readonly scope: OrganizationId;
  }) => Promise<unknown>;
}

const KINDS: readonly JobKind[] = ["replay", "redeliver", "cancel", "release", "purge"];

/** Endpoints that take nothing, and results that are awaited, are looked at again so often. */
const LOOK_AGAIN_MS = 200;
/** A statement that ran into its time limit must not be tried again at once. */
const DATABASE_PAUSE_MS = 5_000;

/**
 * Makes the batches of jobs, one after the other; jobs take turns by when they are due. A batch is read without a
 * transaction and written in a short one, together with the cursor: killed between any two statements, a job goes on
 * from its last batch, here or on another node.
 */
export function startJobRunner(options: RunnerOptions): Loop {
  const { clock, log } = options;
  const step = () => makeBatch(options);
  return startLoop({ name: "jobs", clock, log, pauseMs: JOB_POLL_MS, step });
}

/** One batch of the job that is due for the longest time; answers 0 when there was one: the next may be due. */
export async function makeBatch(options: RunnerOptions): Promise<number | void> {
  const job = await claimJob(options.sql, {
    node: options.node(),
    leaseMs: JOB_LEASE_MS,
    deadAfterMs: NODE_DEAD_AFTER_MS,
    kinds: KINDS,
  });
  if (!job) return undefined;
  await advance(options, job).catch((error: unknown) => recordFailure(options, job, error));
  return 0;
}

async function advance(options: RunnerOptions, job: LeasedJob): Promise<void> {
  const { sql } = options;
  const watched = await countResults(sql, job, JOB_WATCH_MS_MAX);
  if (watched === undefined) return;
  if (job.isExhausted) {
    if (watched > 0) return later(sql, job);
    return finish(options, job);
  }
  const max = Math.min(JOB_BATCH_MAX, JOB_WATCHED_MAX - watched);
  const limit = itemsDue(job.pace, { max, burstMs: JOB_BURST_MS_MAX });
  if (limit <= 0) return later(sql, job, waitMs(-job.pace.lateMs, watched));
  const batch = await stepOf(job)(options, job, limit);
  if (batch.kind === "wait") return later(sql, job);
  if (batch.kind === "over") return end(options, job, batch.reason);
  await write(options, job, batch);
}

function later(sql: Pool, job: LeasedJob, nextInMs = LOOK_AGAIN_MS): Promise<void> {
  return postponeJob(sql, job, { nextInMs, isFailure: false });
}

function stepOf({ work }: LeasedJob): Step {
  switch (work.kind) {
    case "replay":
      if (work.across) return acrossStep;
      return work.mode === "missing" ? missingStep : redeliverStep;
    case "redeliver":
      return redeliverStep;
    case "cancel":
      return cancelStep;
    case "release":
      return releaseStep;
    case "purge":
      return purgeStep;
    default:
      return unreachable(work);
  }
}

async function write(options: RunnerOptions, job: LeasedJob, batch: Batch): Promise<void> {
  let written = 0;
  await options.sql.begin(async (tx) => {
    if (!(await lockLeasedJob(tx, job))) return;
    written = batch.chosen === 0 && batch.result === "later" ? 0 : await batch.write(tx);
    const changed = batch.chosen - written;
    const skipped = addSkipped(batch.skipped, changed === 0 ? {} : { changed });
    const pacedInMs = written === 0 ? null : nextItemInMs(job.pace, written, JOB_BURST_MS_MAX);
    await recordProgress(tx, job.id, {
      cursor: batch.cursor,
      organizationCursor: batch.organizationCursor ?? null,
      isExhausted: batch.isExhausted,
      done: batch.done,
      ok: batch.result === "now" ? written : 0,
      skipped: addSkipped(job.skipped, skipped),
      nextInMs: nextInMs(job, batch, pacedInMs),
      pacedInMs,
    });
  });
  // A node that dies here leaves it to the look at all queues.
  if (batch.queues.length > 0) await advanceQueues(options.sql, batch.queues);
  if (written > 0) options.wake();
}

/** Without a pace the next batch follows at once; a batch in which nothing was to be done costs no time of the pace. */
function nextInMs(job: LeasedJob, batch: Batch, pacedInMs: number | null): number {
  if (job.pace.intervalMs === 0 || pacedInMs === null || batch.isExhausted) return 0;
  return waitMs(pacedInMs, batch.chosen);
}

/** Until the pace allows the next item; sooner when results are awaited, which people look at meanwhile. */
function waitMs(pacedInMs: number, watched: number): number {
  const ms = Math.max(JOB_BATCH_EVERY_MS, pacedInMs);
  return watched > 0 ? Math.min(ms, LOOK_AGAIN_MS) : ms;
}

async function finish(options: RunnerOptions, job: LeasedJob): Promise<void> {
  const { id, endpointId, organizationId, work } = job;
  // Before the end is written: a crash in between repeats it, and an endpoint that runs already stays as it is.
  if (work.kind === "release" && endpointId !== null && organizationId !== null) {
    await options.resumeEndpoint({ id: endpointId, scope: organizationId });
  }
  await endJob(options.sql, id, { state: "finished", reason: null });
  options.log.info({ event: "job.finished", jobId: formatId("job", id), kind: work.kind });
}

async function end({ sql, log }: RunnerOptions, job: LeasedJob, reason: string): Promise<void> {
  await endJob(sql, job.id, { state: "cancelled", reason });
  log.info({ event: "job.cancelled", jobId: formatId("job", job.id), reason });
}

/** A database that is away is nobody's failure; a job whose batches break again and again must not do so for ever. */
async function recordFailure(
  { sql, log }: RunnerOptions,
  job: LeasedJob,
  error: unknown,
): Promise<void> {
  const isFailure = databaseFailure(error) === undefined;
  const failures = job.failures + (isFailure ? 1 : 0);
  const level = isFailure ? "error" : "warn";
  log[level]({ event: "job.broken", jobId: formatId("job", job.id), failures, error });
  if (failures >= JOB_FAILURES_MAX) {
    await endJob(sql, job.id, { state: "failed", reason: "broken" });
    return;
  }
  const growing = Math.min(LOOK_AGAIN_MS * 2 ** failures, JOB_FAILURE_PAUSE_MS_MAX);
  const nextInMs = isFailure ? growing : DATABASE_PAUSE_MS;
  await postponeJob(sql, job, { nextInMs, isFailure });
}
