import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { Counts } from "../domain/statistics.ts";

/** The subject for the whole installation; it belongs to no organization, and stands in for one as well. */
export const EVERYTHING = "00000000-0000-0000-0000-000000000000";

export type StatisticsStep = "minute" | "hour";

/** What was counted of a subject in one step. */
export interface StatisticsRow {
  readonly subjectId: string;
  readonly organizationId: string;
  readonly step: StatisticsStep;
  readonly startsAtMs: number;
  readonly counts: Counts;
}

/**
 * Adds to what is there; what a node has still counted for an organization that was deleted meanwhile would outlive
 * everything else of it, and is dropped. In the order of the key: two nodes that write the same rows wait for each
 * other instead of deadlocking. Relies on the primary keys.
 */
export async function addStatistics(sql: Sql, rows: readonly StatisticsRow[]): Promise<void> {
  await sql`
    insert into delivery_statistics as s
      (subject_id, organization_id, step, starts_at, delivered, failed, outcomes, durations)
    select i.subject_id, i.organization_id, i.step, to_timestamp(i.starts_at_ms / 1000.0), i.delivered, i.failed,
      i.outcomes::int[], i.durations::int[]
    from unnest(${plainArray(rows.map((row) => row.subjectId))}::uuid[],
      ${plainArray(rows.map((row) => row.organizationId))}::uuid[],
      ${plainArray(rows.map((row) => row.step))}::text[],
      ${plainArray(rows.map((row) => row.startsAtMs))}::bigint[],
      ${plainArray(rows.map(({ counts }) => counts.delivered))}::int[],
      ${plainArray(rows.map(({ counts }) => counts.failed))}::int[],
      ${textArray(rows.map(({ counts }) => plainArray(counts.outcomes)))}::text[],
      ${textArray(rows.map(({ counts }) => plainArray(counts.durations)))}::text[])
      as i(subject_id, organization_id, step, starts_at_ms, delivered, failed, outcomes, durations)
    where i.organization_id = ${EVERYTHING}
      or exists (select from organizations o where o.id = i.organization_id and o.deleted_at is null)
    order by i.subject_id, i.step, i.starts_at_ms
    on conflict (subject_id, step, starts_at) do update set
      delivered = s.delivered + excluded.delivered, failed = s.failed + excluded.failed,
      outcomes = add_counts(s.outcomes, excluded.outcomes), durations = add_counts(s.durations, excluded.durations)`;
}

/** The steps of subjects from a moment on, the oldest first. Relies on the primary key. */
export async function listStatistics(
  sql: Sql,
  asked: {
    readonly subjectIds: readonly string[];
    readonly step: StatisticsStep;
    readonly fromMs: number;
  },
): Promise<Omit<StatisticsRow, "organizationId" | "step">[]> {
  const rows = await sql<Columns[]>`
    select subject_id, (extract(epoch from starts_at) * 1000)::float8 as starts_at_ms, delivered, failed,
      outcomes, durations
    from delivery_statistics
    where subject_id = any(${plainArray(asked.subjectIds)}::uuid[]) and step = ${asked.step}
      and starts_at >= to_timestamp(${asked.fromMs}::float8 / 1000)
    order by subject_id, starts_at`;
  return rows.map(({ subject_id: subjectId, starts_at_ms: startsAtMs, ...counts }) => ({
    subjectId,
    startsAtMs,
    counts,
  }));
}

interface Columns extends Counts {
  subject_id: string;
  starts_at_ms: number;
}

/** Forgets steps that no chart shows any more; at most `limit` of each kind a call. Relies on delivery_statistics_by_age. */
export async function deleteOldStatistics(
  sql: Sql,
  bounds: { readonly minutesHours: number; readonly hoursDays: number; readonly limit: number },
): Promise<void> {
  const { minutesHours, hoursDays, limit } = bounds;
  const kept = [
    ["minute", minutesHours],
    ["hour", hoursDays * 24],
  ] as const;
  for (const [step, hours] of kept) {
    await sql`
      delete from delivery_statistics where (subject_id, step, starts_at) in (
        select subject_id, step, starts_at from delivery_statistics
        where step = ${step} and starts_at < now() - ${hours} * interval '1 hour' limit ${limit})`;
  }
}
