import type { OrganizationId } from "../domain/id.ts";
import { assert } from "../platform/assert.ts";
import { listDeliveries, type StoredDelivery } from "../store/deliveries.ts";
import type { JobRow } from "../store/jobs.ts";
import { findNextOrganization } from "../store/replay-across.ts";
import { batchOf, filterOf } from "./redeliver.ts";
import type { JobContext, StepResult } from "./step.ts";

/** Of how many organizations one batch has deliveries: each costs two statements. */
const ORGANIZATIONS_PER_BATCH = 20;

/** The next deliveries of a replay over several organizations: one of them after the other, in the order of their ids. */
export async function acrossStep(
  context: JobContext,
  job: JobRow,
  limit: number,
): Promise<StepResult> {
  const rows: StoredDelivery[] = [];
  let organizationId = job.organizationCursor ?? (await findNext(context, job, null));
  let after = job.cursor;
  for (let left = ORGANIZATIONS_PER_BATCH; organizationId && left > 0; left -= 1) {
    const asked = limit - rows.length;
    const filter = filterOf({ ...job, organizationId });
    const found = await listDeliveries(context.sql, filter, {
      limit: asked,
      after,
      isDescending: false,
    });
    rows.push(...found);
    after = found.at(-1)?.id ?? after;
    if (found.length === asked) break;
    // Behind the last delivery of one the cursor stands before the first of the next.
    [organizationId, after] = [await findNext(context, job, organizationId), null];
  }
  const isExhausted = organizationId === undefined;
  const at = organizationId === undefined ? {} : { organizationCursor: organizationId };
  return batchOf(context, job, { rows, cursor: after, isExhausted, ...at });
}

function findNext({ sql }: JobContext, job: JobRow, after: OrganizationId | null) {
  const { work } = job;
  assert(work.kind === "replay" && work.across, "a replay over several organizations");
  return findNextOrganization(sql, filterOf(job), { profile: work.across.profile, after });
}
