/** What the holder of a job's lease reads and writes. Whoever lost the lease changes nothing. */
import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { OrganizationId } from "../domain/id.ts";
import type { JobKind, Skipped } from "../domain/job.ts";
import type { Pace } from "../domain/pace.ts";
import { toJob, type JobId, type JobRow } from "./jobs.ts";

/** A job under this node's lease. */
export interface LeasedJob extends JobRow {
  /** Grows with every claim. */
  readonly leaseToken: number;
  readonly pace: Pace;
  /** Batches in a row that broke. */
  readonly failures: number;
}

/**
 * Takes the lease of the job that is due for the longest time, among kinds that this node knows: an unknown one is left
 * to newer nodes. A lease that has run out is taken over, and so is that of a node that has not been heard of for
 * `deadAfterMs`. Relies on jobs_due; `skip locked` lets nodes claim side by side.
 */
export async function claimJob(
  sql: Sql,
  lease: {
    readonly node: number;
    readonly leaseMs: number;
    readonly deadAfterMs: number;
    readonly kinds: readonly JobKind[];
  },
): Promise<LeasedJob | undefined> {
  const rows = await sql<(Parameters<typeof toJob>[0] & LeaseColumns)[]>`
    update jobs set lease_token = lease_token + 1, lease_node = ${lease.node},
      lease_until = now() + ${lease.leaseMs} * interval '1 millisecond'
    where id = (
      select j.id from jobs j where j.state = 'running' and j.next_at <= now()
        and (j.lease_until is null or j.lease_until < now() or not exists (
          select from nodes n where n.id = j.lease_node
            and n.heartbeat_at > now() - ${lease.deadAfterMs} * interval '1 millisecond'))
        and j.kind = any(${textArray(lease.kinds)}::text[])
      order by j.next_at limit 1 for update of j skip locked)
    returning *, extract(epoch from now() - paced_until)::float8 * 1000 as late_ms`;
  return rows.map((row) => ({
    ...toJob(row),
    leaseToken: row.lease_token,
    failures: row.failures,
    pace: { intervalMs: row.interval_ms, lateMs: row.late_ms },
  }))[0];
}

interface LeaseColumns {
  lease_token: number;
  failures: number;
  late_ms: number;
}

type Lease = Pick<LeasedJob, "id" | "leaseToken">;

/**
 * Locks the job to the end of the caller's transaction; false when its lease is lost, or somebody paused or cancelled
 * it: then nothing may be written.
 */
export async function lockLeasedJob(tx: Sql, { id, leaseToken }: Lease): Promise<boolean> {
  const rows = await tx`
    select from jobs where id = ${id} and lease_token = ${leaseToken} and state = 'running' for update`;
  return rows.length > 0;
}

/** What a batch has come to; counts are added. */
export interface Progress {
  readonly cursor: string | null;
  readonly organizationCursor: OrganizationId | null;
  readonly isExhausted: boolean;
  readonly done: number;
  readonly ok: number;
  /** The new sum. */
  readonly skipped: Skipped;
  /** From now; the lease is given back. */
  readonly nextInMs: number;
  /** From now to the next item that the pace allows; null leaves it. */
  readonly pacedInMs: number | null;
}

/** In the transaction of the batch, after `lockLeasedJob`. */
export async function recordProgress(tx: Sql, id: JobId, progress: Progress): Promise<void> {
  const { cursor, organizationCursor, isExhausted, done, ok, skipped } = progress;
  const { nextInMs, pacedInMs } = progress;
  await tx`
    update jobs set cursor = ${cursor}, organization_cursor = ${organizationCursor}, is_exhausted = ${isExhausted},
      done = done + ${done}, ok = ok + ${ok},
      skipped = ${JSON.stringify(skipped)}::text::json, failures = 0, lease_until = null, lease_node = null,
      next_at = now() + ${nextInMs} * interval '1 millisecond',
      paced_until = coalesce(now() + ${pacedInMs}::float8 * interval '1 millisecond', paced_until)
    where id = ${id}`;
}

/** Gives the lease back; the next batch is due in `nextInMs`. */
export async function postponeJob(
  sql: Sql,
  { id, leaseToken }: Lease,
  pause: { readonly nextInMs: number; readonly isFailure: boolean },
): Promise<void> {
  await sql`
    update jobs set lease_until = null, lease_node = null, failures = failures + ${pause.isFailure ? 1 : 0},
      next_at = now() + ${pause.nextInMs} * interval '1 millisecond'
    where id = ${id} and lease_token = ${leaseToken}`;
}

/**
 * Counts the results that are in since the last look, and answers how many are still awaited; `undefined` when the lease
 * is lost. A result is the first attempt after the delivery was made due: `ok` when it delivered. What takes longer than
 * `watchMs` is let go uncounted. One statement, so that no result is counted twice. Relies on primary keys.
 */
export async function countResults(
  sql: Sql,
  { id, leaseToken }: Lease,
  watchMs: number,
): Promise<number | undefined> {
  const rows = await sql<{ watched: number }[]>`
    with job as materialized (
      select id from jobs where id = ${id} and lease_token = ${leaseToken} and state = 'running' for update
    ),
    watched as materialized (
      select w.delivery_id, w.made_due_at < now() - ${watchMs} * interval '1 millisecond' as is_old,
        d.id is null or d.state in ('delivered', 'failed', 'cancelled') or d.generation > w.generation
          or (d.state = 'pending' and d.attempts_total > w.attempts_total) as is_in,
        d.state = 'delivered' as is_ok
      from job j join job_deliveries w on w.job_id = j.id left join deliveries d on d.id = w.delivery_id
    ),
    resolved as (
      delete from job_deliveries w using watched r
      where w.job_id = ${id} and w.delivery_id = r.delivery_id and (r.is_in or r.is_old)
    )
    update jobs set
      ok = ok + (select count(*) from watched where is_in and is_ok),
      failed = failed + (select count(*) from watched where is_in and is_ok is not true)
    where id in (select id from job)
    returning (select count(*)::int from watched where not is_in and not is_old) as watched`;
  return rows[0]?.watched;
}
