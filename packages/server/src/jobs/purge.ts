import type { Scope } from "../domain/scope.ts";
import type { Pool, Sql } from "../db/pool.ts";
import { asId, formatId, type EventId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { JOB_LEASE_MS, LEASE_MS } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import { newUuid } from "../platform/random.ts";
import type { Audit } from "../store/audit.ts";
import { findEvent, type StoredEvent } from "../store/events.ts";
import { insertJob, type JobRow } from "../store/jobs.ts";
import { cancelDeliveriesOf, erasePayload, eraseTraces, lockDeliveriesOf } from "../store/purge.ts";
import type { JobContext, StepResult } from "./step.ts";

/** Why deliveries of a purged event are cancelled. */
const PAYLOAD_PURGED = "payload_purged";

/**
 * Removes the payload of an event and what its receivers answered, and ends what is still to be sent; again and again
 * it answers the same. A request that is under way is not called back; what it records is removed by a job, when its
 * lease has ended for certain. Throws `not_found`.
 *
 * The event is changed first: whoever makes deliveries due locks it, and either ends before us or finds it purged.
 */
export async function purgeEvent(
  { sql, audit }: { readonly sql: Pool; readonly audit: Audit },
  address: { readonly id: EventId; readonly scope: Scope },
): Promise<{ readonly event: StoredEvent; readonly cancelled: number }> {
  const { id, scope } = address;
  let cancelled = 0;
  await sql.begin(async (tx) => {
    if (!(await erasePayload(tx, id, scope))) return;
    const inFlight = await lockDeliveriesOf(tx, id);
    cancelled = await cancelDeliveriesOf(tx, id, PAYLOAD_PURGED);
    await eraseTraces(tx, id);
    const { organizationId } = await getEvent(tx, { id, scope: "all" });
    if (inFlight > 0) await eraseLater(tx, { id, organizationId });
    const object = { kind: "event", id: formatId("evt", id) };
    await audit(tx, { organizationId, action: "events.purge", object, after: { cancelled } });
  });
  return { event: await getEvent(sql, address), cancelled };
}

async function getEvent(
  sql: Sql,
  { id, scope }: { readonly id: EventId; readonly scope: Scope },
): Promise<StoredEvent> {
  const event = await findEvent(sql, id, scope);
  if (!event) throw new ApiError("not_found");
  return event;
}

async function eraseLater(
  tx: Sql,
  { id, organizationId }: Pick<StoredEvent, "id" | "organizationId">,
): Promise<void> {
  await insertJob(tx, {
    id: asId<"job">(newUuid()),
    organizationId,
    endpointId: null,
    work: { kind: "purge", eventId: id },
    intervalMs: 0,
    planned: 1,
    isPlannedExact: true,
    delayMs: LEASE_MS + JOB_LEASE_MS,
  });
}

/** The second look of a purge. */
export async function purgeStep(_context: JobContext, job: JobRow): Promise<StepResult> {
  const { work } = job;
  assert(work.kind === "purge", "only a purge erases");
  return {
    kind: "batch",
    cursor: null,
    isExhausted: true,
    done: 1,
    skipped: {},
    chosen: 1,
    result: "now",
    queues: [],
    write: async (tx) => {
      await eraseTraces(tx, work.eventId);
      return 1;
    },
  };
}
