import type { Sql } from "../db/pool.ts";
import type { DeliveryId } from "../domain/id.ts";
import { countSkipped, isReleased } from "../domain/job.ts";
import { assert } from "../platform/assert.ts";
import { findEndpoint } from "../store/endpoints.ts";
import { listHeld, spreadDeliveries } from "../store/held.ts";
import type { JobRow } from "../store/jobs.ts";
import { cancelMany } from "../store/redeliveries.ts";
import { idsOf } from "./redeliver.ts";
import { queuesOf, type JobContext, type StepResult } from "./step.ts";

/** Why a held delivery was cancelled that a person did not want released. */
const DROPPED = "dropped";

/**
 * Prepares the next held deliveries while their endpoint still holds them: drops what is not to be released, and with a
 * pace gives the others their times. When all are prepared the endpoint starts again, which is what releases them.
 */
export async function releaseStep(
  { sql }: JobContext,
  job: JobRow,
  limit: number,
): Promise<StepResult> {
  const { work, endpointId, organizationId, cursor: after } = job;
  assert(work.kind === "release" && endpointId && organizationId, "a release has an endpoint");
  const endpoint = await findEndpoint(sql, endpointId, organizationId);
  if (!endpoint) return { kind: "over", reason: "endpoint_deleted" };
  // What it held has gone out: there is nothing left to choose.
  if (endpoint.state === "active") return { kind: "over", reason: "endpoint_resumed" };
  const rows = await listHeld(sql, endpointId, { after, lastId: work.lastId, limit });
  const kept = idsOf(rows.filter(({ id }, index) => isReleased(work, id, job.done + index)));
  const dropped = rows.filter(({ id }, index) => !isReleased(work, id, job.done + index));
  return {
    kind: "batch",
    cursor: rows.at(-1)?.id ?? after,
    isExhausted: rows.length < limit,
    done: rows.length,
    skipped: dropped.length === 0 ? {} : { dropped: dropped.length },
    chosen: kept.length,
    result: "now",
    queues: queuesOf(dropped),
    write: async (tx) => {
      if (dropped.length > 0) await cancelMany(tx, idsOf(dropped), DROPPED);
      await spread(tx, job, kept);
      return kept.length;
    },
  };
}

async function spread(tx: Sql, job: JobRow, kept: readonly DeliveryId[]): Promise<void> {
  const { work, createdAt: from } = job;
  assert(work.kind === "release", "a release spreads what it keeps");
  if (work.intervalMs === 0 || kept.length === 0) return;
  const firstSlot = job.done - countSkipped(job.skipped);
  await spreadDeliveries(tx, kept, { from, firstSlot, intervalMs: work.intervalMs });
}
