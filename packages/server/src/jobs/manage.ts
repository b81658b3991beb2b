import type { Scope } from "../domain/scope.ts";
import type { Pool } from "../db/pool.ts";
import { formatId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import type { Audit, AuditedChange } from "../store/audit.ts";
import { endJob, findJob, switchJob, type JobId, type JobRow } from "../store/jobs.ts";

/** What a person's word about a job needs of the node. */
export interface ManageContext {
  readonly sql: Pool;
  readonly audit: Audit;
}

/** A job as a caller may name it. */
export interface JobAddress {
  readonly id: JobId;
  readonly scope: Scope;
}

/** Why a job was cancelled that somebody cancelled. */
const BY_PERSON = "person";

/** Ends a job; a second time it answers the same. Throws `not_found`, or `conflict` when it has ended otherwise. */
export async function cancelJob(context: ManageContext, address: JobAddress): Promise<JobRow> {
  const { sql, audit } = context;
  const job = await getJob(context, address);
  await sql.begin(async (tx) => {
    const isEnded = await endJob(tx, job.id, { state: "cancelled", reason: BY_PERSON });
    if (isEnded) await audit(tx, auditedJob("jobs.cancel", job));
  });
  return requireState(await getJob(context, address), "cancelled");
}

/** Lets a job wait. Throws `not_found`, or `conflict` when it has ended. */
export function pauseJob(context: ManageContext, address: JobAddress): Promise<JobRow> {
  return change(context, address, { from: "running", to: "paused", action: "jobs.pause" });
}

/** Lets a paused job go on. Throws `not_found`, or `conflict` when it has ended. */
export function resumeJob(context: ManageContext, address: JobAddress): Promise<JobRow> {
  return change(context, address, { from: "paused", to: "running", action: "jobs.resume" });
}

async function change(
  context: ManageContext,
  address: JobAddress,
  { action, ...states }: Parameters<typeof switchJob>[2] & { readonly action: string },
): Promise<JobRow> {
  const job = await getJob(context, address);
  await context.sql.begin(async (tx) => {
    const isChanged = await switchJob(tx, job.id, states);
    if (isChanged) await context.audit(tx, auditedJob(action, job));
  });
  return requireState(await getJob(context, address), states.to);
}

/** Throws `not_found`. */
export async function getJob(
  { sql }: Pick<ManageContext, "sql">,
  { id, scope }: JobAddress,
): Promise<JobRow> {
  const job = await findJob(sql, id, scope);
  if (!job) throw new ApiError("not_found");
  return job;
}

function requireState(job: JobRow, state: JobRow["state"]): JobRow {
  if (job.state === state) return job;
  throw new ApiError("conflict", { detail: `This job is ${job.state} already.` });
}

/** A person's word about a job, for the audit log: what it is about, and how many deliveries. */
export function auditedJob(
  action: string,
  { id, organizationId, endpointId, work, planned, done }: JobRow,
): AuditedChange {
  const object = { kind: "job", id: formatId("job", id) };
  const about = { kind: work.kind, endpointId: endpointId && formatId("ep", endpointId) };
  return { organizationId, action, object, after: { ...about, planned, done } };
}
