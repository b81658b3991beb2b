import { scheduleLength } from "../delivery/redeliver.ts";
import { isFinished } from "../domain/delivery.ts";
import type { DeliveryId } from "../domain/id.ts";
import { tally, type DeliveryChoice, type ReplayWork } from "../domain/job.ts";
import { decideRedelivery } from "../domain/redelivery.ts";
import { DELIVERY_ATTEMPTS_MAX } from "../limits.ts";
import type { Scope } from "../domain/scope.ts";
import { assert } from "../platform/assert.ts";
import { listDeliveries, type StoredDelivery } from "../store/deliveries.ts";
import { ANY_DELIVERY, type DeliveryFilter } from "../store/delivery-conditions.ts";
import type { JobRow } from "../store/jobs.ts";
import { redeliverMany } from "../store/redeliveries.ts";
import { queuesOf, readEndpoint, type Batch, type JobContext, type StepResult } from "./step.ts";

/** Makes the next deliveries of a replay or of a bulk redelivery due. */
export async function redeliverStep(
  context: JobContext,
  job: JobRow,
  limit: number,
): Promise<StepResult> {
  const endpoint = await readEndpoint(context, job);
  if (endpoint && "kind" in endpoint) return endpoint;
  const bounds = { limit, after: job.cursor, isDescending: false };
  const rows = await listDeliveries(context.sql, filterOf(job), bounds);
  const cursor = rows.at(-1)?.id ?? job.cursor;
  return batchOf(context, job, { rows, cursor, isExhausted: rows.length < limit });
}

/** What is done to deliveries that were read: those that can be sent again become due. */
export function batchOf(
  context: JobContext,
  job: Pick<JobRow, "id">,
  read: Pick<Batch, "cursor" | "isExhausted" | "organizationCursor"> & {
    readonly rows: readonly StoredDelivery[];
  },
): Batch {
  const { rows, ...position } = read;
  const judged = rows.map((row) => ({ row, refusal: refusalOf(row) }));
  const chosen = judged.filter(({ refusal }) => refusal === undefined).map(({ row }) => row);
  const refusals = judged.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
  return {
    kind: "batch",
    ...position,
    done: rows.length,
    skipped: tally(refusals),
    chosen: chosen.length,
    result: "later",
    queues: queuesOf(chosen),
    write: (tx) =>
      redeliverMany(
        tx,
        job.id,
        chosen.map((row) => ({ ...row, maxAttempts: scheduleLength(row, context.platforms) })),
      ),
  };
}

/** Why a delivery of a bulk redelivery is left out; undefined when it goes. */
function refusalOf(row: StoredDelivery): string | undefined {
  const { state, endpoint, event, attemptsTotal, generation } = row;
  if (endpoint.isDeleted) return "endpoint_deleted";
  const isPayloadKept = event !== null && !event.isPurged;
  const isBlocked = row.blockedBy !== null;
  const decision = decideRedelivery({ state, endpoint, isPayloadKept, isBlocked });
  if (decision.kind === "refused") return decision.code;
  // One by one a person may add to what is held; a job that nobody watches must not fill it up.
  if (endpoint.state !== "active") return "endpoint_paused";
  const isUsedUp = Math.max(attemptsTotal, generation) >= DELIVERY_ATTEMPTS_MAX;
  return isFinished(state) && isUsedUp ? "attempts_used_up" : undefined;
}

/** The deliveries that a job chooses: by a filter of the list, or what failed, or all, of a time. */
export function filterOf({
  work,
  organizationId,
  endpointId,
}: Pick<JobRow, "work" | "organizationId" | "endpointId">): DeliveryFilter {
  const scope: Scope = organizationId ?? "all";
  const base = { ...ANY_DELIVERY, scope, endpointId };
  if (work.kind === "replay") return { ...base, ...replayed(work) };
  assert(work.kind === "redeliver" || work.kind === "cancel", "a job that chooses deliveries");
  const { fromMs, toMs, ...choice } = work.choice;
  return { ...base, ...choice, createdAt: timeRange(fromMs, toMs) };
}

function replayed({ mode, sinceMs, untilMs, types }: ReplayWork) {
  const time = timeRange(sinceMs, untilMs);
  return mode === "failed"
    ? { types, isTest: false, statuses: ["failed"] as const, finishedAt: time }
    : { types, isTest: false, createdAt: time };
}

function timeRange(fromMs: DeliveryChoice["fromMs"], toMs: DeliveryChoice["toMs"]) {
  const date = (ms: number | null) => (ms === null ? null : new Date(ms));
  return { from: date(fromMs), to: date(toMs) };
}

/** What belongs to the deliveries that a page has chosen. */
export function idsOf(rows: readonly { readonly id: DeliveryId }[]): DeliveryId[] {
  return rows.map(({ id }) => id);
}
