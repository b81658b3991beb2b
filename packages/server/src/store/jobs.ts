import type { Scope } from "../domain/scope.ts";
import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type Id, type OrganizationId } from "../domain/id.ts";
import type { JobKind, JobState, JobWork, Skipped } from "../domain/job.ts";
import { assert } from "../platform/assert.ts";
import { afterPage, inScope, type PageBounds, type ScopedColumns } from "./page.ts";

const JOB_SCOPE: ScopedColumns = { resource: { kind: "endpoint", column: "endpoint_id" } };

export type JobId = Id<"job">;

export interface JobRow {
  readonly id: JobId;
  /** Null for one over several organizations, which is the operator's. */
  readonly organizationId: OrganizationId | null;
  /** The one endpoint it is about, or null. */
  readonly endpointId: EndpointId | null;
  readonly work: JobWork;
  readonly state: JobState;
  /** Why it was cancelled or failed. */
  readonly endReason: string | null;
  /** From one item to the next; 0 for no pace. */
  readonly intervalMs: number;
  readonly planned: number;
  /** False when counting stopped at its bound. */
  readonly isPlannedExact: boolean;
  /** The last item that was looked at. */
  readonly cursor: string | null;
  /** The organization that the cursor is in, of a job over several. */
  readonly organizationCursor: OrganizationId | null;
  /** Every item was looked at; results may be awaited. */
  readonly isExhausted: boolean;
  readonly done: number;
  readonly ok: number;
  readonly failed: number;
  readonly skipped: Skipped;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

interface Columns {
  id: string;
  organization_id: string | null;
  endpoint_id: string | null;
  work: JobWork;
  state: JobState;
  end_reason: string | null;
  interval_ms: number;
  planned: number;
  is_planned_exact: boolean;
  cursor: string | null;
  organization_cursor: string | null;
  is_exhausted: boolean;
  done: number;
  ok: number;
  failed: number;
  skipped: Skipped;
  created_at: Date;
  finished_at: Date | null;
}

export type NewJob = Pick<
  JobRow,
  "id" | "organizationId" | "endpointId" | "work" | "intervalMs" | "planned" | "isPlannedExact"
> & {
  /** Until its first batch. */
  readonly delayMs: number;
};

export async function insertJob(sql: Sql, job: NewJob): Promise<JobRow> {
  const rows = await sql<Columns[]>`
    insert into jobs (id, organization_id, kind, endpoint_id, work, interval_ms, planned, is_planned_exact, next_at)
    values (${job.id}, ${job.organizationId}, ${job.work.kind}, ${job.endpointId},
      ${JSON.stringify(job.work)}::text::json, ${job.intervalMs}, ${job.planned}, ${job.isPlannedExact},
      now() + ${job.delayMs} * interval '1 millisecond')
    returning *`;
  const [row] = rows.map(toJob);
  assert(row, "an insert answers its row");
  return row;
}

/** Jobs of an organization that people have started and that have not ended. */
export async function countOpenJobs(sql: Sql, organizationId: OrganizationId): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from jobs
    where organization_id = ${organizationId} and state in ('running', 'paused') and kind <> 'purge'`;
  return rows[0]?.count ?? 0;
}

/** `undefined` for one that does not exist or belongs to somebody else. */
export async function findJob(sql: Sql, id: JobId, scope: Scope): Promise<JobRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from jobs where id = ${id} and ${inScope(sql, scope, JOB_SCOPE)}`;
  return rows.map(toJob)[0];
}

/** Those of `ids` that exist in the scope, in no particular order. */
export async function findJobs(sql: Sql, ids: readonly JobId[], scope: Scope): Promise<JobRow[]> {
  const rows = await sql<Columns[]>`
    select * from jobs where id = any(${plainArray(ids)}::uuid[]) and ${inScope(sql, scope, JOB_SCOPE)}`;
  return rows.map(toJob);
}

export interface JobFilter {
  readonly scope: Scope;
  /** Null takes all. */
  readonly states: readonly JobState[] | null;
  readonly kinds: readonly JobKind[] | null;
  readonly endpointId: EndpointId | null;
  /** Only those over several organizations, or only the others; null for all. */
  readonly isAcross: boolean | null;
}

/** A page by id, which is the time of creation. Relies on jobs_by_organization. */
export async function listJobs(sql: Sql, filter: JobFilter, page: PageBounds): Promise<JobRow[]> {
  const { scope, states, kinds, endpointId, isAcross } = filter;
  const rows = await sql<Columns[]>`
    select * from jobs where ${inScope(sql, scope, JOB_SCOPE)} and ${afterPage(sql, page)}
      and ${states === null ? sql`true` : sql`state = any(${textArray(states)}::text[])`}
      and ${kinds === null ? sql`true` : sql`kind = any(${textArray(kinds)}::text[])`}
      and ${endpointId === null ? sql`true` : sql`endpoint_id = ${endpointId}`}
      and ${isAcross === null ? sql`true` : sql`(organization_id is null) = ${isAcross}`}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toJob);
}

/**
 * Pauses or resumes; false when it is in another state than `from`. Whoever holds the lease loses it, and with it the
 * batch that it is about to write: a resumed job must not wait for the end of a lease that nobody gives back.
 */
export async function switchJob(
  sql: Sql,
  id: JobId,
  change: { readonly from: "running" | "paused"; readonly to: "running" | "paused" },
): Promise<boolean> {
  const result = await sql`
    update jobs set state = ${change.to}, next_at = now(), lease_until = null, lease_node = null
    where id = ${id} and state = ${change.from}`;
  return result.count > 0;
}

/** Ends a job that has not ended; what it has made due goes out, nobody counts its results any more. */
export async function endJob(
  sql: Sql,
  id: JobId,
  end: { readonly state: "finished" | "cancelled" | "failed"; readonly reason: string | null },
): Promise<boolean> {
  const rows = await sql`
    with ended as (
      update jobs set state = ${end.state}, end_reason = ${end.reason}, finished_at = now(),
        lease_until = null, lease_node = null
      where id = ${id} and state in ('running', 'paused') returning id
    ),
    forgotten as (delete from job_deliveries where job_id in (select id from ended))
    select from ended`;
  return rows.length > 0;
}

/** Forgets jobs that ended more than `days` ago. */
export async function deleteOldJobs(sql: Sql, days: number): Promise<void> {
  await sql`delete from jobs where finished_at < now() - ${days} * interval '1 day'`;
}

export function toJob(row: Columns): JobRow {
  return {
    id: asId<"job">(row.id),
    organizationId: row.organization_id === null ? null : asId<"org">(row.organization_id),
    endpointId: row.endpoint_id === null ? null : asId<"ep">(row.endpoint_id),
    work: row.work,
    state: row.state,
    endReason: row.end_reason,
    intervalMs: row.interval_ms,
    planned: row.planned,
    isPlannedExact: row.is_planned_exact,
    cursor: row.cursor,
    organizationCursor:
      row.organization_cursor === null ? null : asId<"org">(row.organization_cursor),
    isExhausted: row.is_exhausted,
    done: row.done,
    ok: row.ok,
    failed: row.failed,
    skipped: row.skipped,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
