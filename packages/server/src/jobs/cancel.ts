import { CANCELLED_BY_PERSON } from "../delivery/redeliver.ts";
import { tally } from "../domain/job.ts";
import { isFinished } from "../domain/delivery.ts";
import { listDeliveries } from "../store/deliveries.ts";
import type { JobRow } from "../store/jobs.ts";
import { cancelMany } from "../store/redeliveries.ts";
import { filterOf, idsOf } from "./redeliver.ts";
import { queuesOf, type JobContext, type StepResult } from "./step.ts";

/** Ends the next unfinished deliveries of a bulk cancel. */
export async function cancelStep(
  { sql }: JobContext,
  job: JobRow,
  limit: number,
): Promise<StepResult> {
  const bounds = { limit, after: job.cursor, isDescending: false };
  const rows = await listDeliveries(sql, filterOf(job), bounds);
  const unfinished = rows.filter(({ state }) => !isFinished(state));
  return {
    kind: "batch",
    cursor: rows.at(-1)?.id ?? job.cursor,
    isExhausted: rows.length < limit,
    done: rows.length,
    skipped: tally(rows.filter(({ state }) => isFinished(state)).map(() => "finished")),
    chosen: unfinished.length,
    result: "now",
    queues: queuesOf(unfinished),
    write: (tx) => cancelMany(tx, idsOf(unfinished), CANCELLED_BY_PERSON),
  };
}
