import * as z from "zod";
import { formatId } from "../domain/id.ts";
import { countSkipped, type JobWork } from "../domain/job.ts";
import { parseRate } from "../domain/pace.ts";
import type { JobRow } from "../store/jobs.ts";
import type { Reply } from "./route.ts";
import { timestamp } from "./schemas.ts";
import type { Services } from "./services.ts";
import { failWith } from "./validate.ts";

export const jobState = z.enum(["running", "paused", "finished", "cancelled", "failed"]);
export const jobKind = z.enum(["replay", "redeliver", "cancel", "release", "purge"]);

/** `50/min`, `10/s`, `500/h`; out comes the milliseconds from one item to the next. */
export const rate = z
  .string()
  .refine((text) => parseRate(text) !== undefined, failWith("rate_invalid"))
  .transform((text) => parseRate(text) ?? 0);

/** A job as the API shows it. */
export const jobObject = z
  .object({
    id: z.string(),
    /** Null for one over several organizations. */
    organizationId: z.string().nullable(),
    kind: jobKind,
    endpointId: z.string().nullable(),
    /** What was asked for, as its kind has it. */
    request: z.record(z.string(), z.unknown()),
    status: jobState,
    /** Why it was cancelled or failed: `person`, `endpoint_deleted`, `endpoint_resumed`, `broken`. */
    reason: z.string().nullable(),
    /** Items counted when it was made; a lower bound unless exact. */
    planned: z.int(),
    isPlannedExact: z.boolean(),
    /** Items that were looked at. */
    done: z.int(),
    /** Delivered at the first attempt; of a cancel or a release: cancelled, released. */
    ok: z.int(),
    /** Whose first attempt failed; their schedules go on by themselves. */
    failed: z.int(),
    skipped: z.int(),
    /** Reason → count, such as `payload_purged`. */
    skippedBecause: z.record(z.string(), z.int()),
    /** Made due and without a result; when the job has ended, their results are no longer counted. */
    waiting: z.int(),
    /** Items a second; null for no pace. */
    perSecond: z.number().nullable(),
    createdAt: timestamp,
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: "Job" });

export function showJob(job: JobRow): z.output<typeof jobObject> {
  const { endpointId, done, ok, failed, finishedAt } = job;
  const skipped = countSkipped(job.skipped);
  const intervalMs = job.work.kind === "release" ? job.work.intervalMs : job.intervalMs;
  return {
    id: formatId("job", job.id),
    organizationId: job.organizationId && formatId("org", job.organizationId),
    kind: job.work.kind,
    endpointId: endpointId && formatId("ep", endpointId),
    request: showRequest(job.work),
    status: job.state,
    reason: job.endReason,
    planned: job.planned,
    isPlannedExact: job.isPlannedExact,
    done,
    ok,
    failed,
    skipped,
    skippedBecause: job.skipped,
    waiting: Math.max(0, done - ok - failed - skipped),
    perSecond: perSecond(intervalMs),
    createdAt: job.createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

function perSecond(intervalMs: number): number | null {
  return intervalMs === 0 ? null : Math.round(1_000_000 / intervalMs) / 1_000;
}

function showRequest(work: JobWork): Record<string, unknown> {
  const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  switch (work.kind) {
    case "replay":
      return {
        mode: work.mode,
        since: time(work.sinceMs),
        until: time(work.untilMs),
        types: work.types,
        ...(work.across ? { profile: work.across.profile } : {}),
      };
    case "release":
      return { ...work.choice };
    case "purge":
      return { eventId: formatId("evt", work.eventId) };
    default: {
      const { eventId, fromMs, toMs, ...choice } = work.choice;
      return {
        ...choice,
        eventId: eventId && formatId("evt", eventId),
        from: time(fromMs),
        to: time(toMs),
      };
    }
  }
}

/** What a dry run answers. */
export const dryRunObject = z
  .object({
    dryRun: z.literal(true),
    count: z.int(),
    /** False: at least so many. */
    isCountExact: z.boolean(),
    /** At the pace that was asked for, if every item can be done at once; 0 without one. */
    estimatedSeconds: z.int(),
  })
  .meta({ id: "DryRun" });

export function showDryRun(
  { count, isExact }: { readonly count: number; readonly isExact: boolean },
  intervalMs: number,
): z.output<typeof dryRunObject> {
  const estimatedSeconds = Math.ceil((count * intervalMs) / 1_000);
  return { dryRun: true, count, isCountExact: isExact, estimatedSeconds };
}

/** The answer of every route that starts a job, and its line in the log. */
export function jobReply({ log }: Pick<Services, "log">, job: JobRow): Reply {
  const shown = showJob(job);
  const { id: jobId, kind, organizationId, planned } = shown;
  log.info({ event: "job.started", jobId, kind, organizationId, planned });
  return { status: 202, body: shown, headers: { location: `/api/jobs/${jobId}` } };
}
