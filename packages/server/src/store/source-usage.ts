import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId } from "../domain/id.ts";
import type { SourceId } from "./sources.ts";

/** Requests to one source since they were last written down. */
export interface SourceUsage {
  readonly sourceId: SourceId;
  readonly verified: number;
  readonly duplicates: number;
  readonly refused: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

/**
 * Adds what a node has counted. In the order of ids, so that two nodes that write the same sources wait for each other
 * instead of deadlocking. Sources that are gone meanwhile are passed over.
 */
export async function recordSourceUsage(sql: Sql, usages: readonly SourceUsage[]): Promise<void> {
  const sorted = usages.toSorted((a, b) => (a.sourceId < b.sourceId ? -1 : 1));
  await sql`
    with counted as materialized (
      select s.id, u.verified, u.duplicates, u.refused, to_timestamp(u.at / 1000.0) as at
      from unnest(${plainArray(sorted.map(({ sourceId }) => sourceId))}::uuid[],
                  ${plainArray(sorted.map(({ verified }) => verified))}::int[],
                  ${plainArray(sorted.map(({ duplicates }) => duplicates))}::int[],
                  ${plainArray(sorted.map(({ refused }) => refused))}::int[],
                  ${plainArray(sorted.map(({ lastAt }) => lastAt))}::bigint[])
        as u(id, verified, duplicates, refused, at)
      join sources s on s.id = u.id and s.deleted_at is null order by s.id for update of s
    ),
    marked as (
      update sources s set last_request_at = greatest(s.last_request_at, counted.at)
      from counted where s.id = counted.id
    )
    insert into source_usage as known (source_id, hour, verified, duplicates, refused)
    select id, date_trunc('hour', at), verified, duplicates, refused from counted
    on conflict (source_id, hour) do update set verified = known.verified + excluded.verified,
      duplicates = known.duplicates + excluded.duplicates, refused = known.refused + excluded.refused`;
}

export interface SourceCounts {
  readonly verified: number;
  readonly duplicates: number;
  readonly refused: number;
}

/** Of the last 24 hours, whole ones and the present one. Relies on the primary key. */
export async function countSourceUsage(
  sql: Sql,
  ids: readonly SourceId[],
): Promise<Map<SourceId, SourceCounts>> {
  const rows = await sql<({ source_id: string } & SourceCounts)[]>`
    select source_id, sum(verified)::int as verified, sum(duplicates)::int as duplicates,
      sum(refused)::int as refused
    from source_usage
    where source_id = any(${plainArray(ids)}::uuid[]) and hour > now() - interval '24 hours' group by source_id`;
  return new Map(
    rows.map(({ source_id, verified, duplicates, refused }) => [
      asId<"src">(source_id),
      { verified, duplicates, refused },
    ]),
  );
}

export async function deleteOldSourceUsage(
  sql: Sql,
  bounds: { readonly days: number; readonly limit: number },
): Promise<void> {
  await sql`
    delete from source_usage where (source_id, hour) in (
      select source_id, hour from source_usage where hour < now() - ${bounds.days} * interval '1 day'
      order by hour limit ${bounds.limit})`;
}
