/** What is stored, and what the retention will do with it. */
import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type OrganizationId } from "../domain/id.ts";
import type { PartitionedTable } from "./retention.ts";

export interface StoredPartition {
  readonly table: PartitionedTable;
  /** `YYYY-MM-DD`, UTC; null for rows that no day's partition holds. */
  readonly day: string | null;
  /** As the planner or the statistics last knew: about a second behind. */
  readonly rows: number;
  /** Indexes and long values included. */
  readonly bytes: number;
}

/**
 * Every partition, the oldest day first. Reads the catalogue and the sizes of files, no rows. The planner knows nothing
 * of a partition before its first look, which on a quiet day never comes; the statistics are lost in a crash.
 */
export async function listPartitions(sql: Sql): Promise<StoredPartition[]> {
  return sql<StoredPartition[]>`
    select parent.relname as "table", to_char(to_date(substring(c.relname from '_([0-9]{8})$'), 'YYYYMMDD'), 'YYYY-MM-DD') as day,
      greatest(c.reltuples, pg_stat_get_live_tuples(c.oid), 0)::float8 as rows, pg_total_relation_size(c.oid)::float8 as bytes
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class parent on parent.oid = i.inhparent
    where i.inhparent in ('events'::regclass, 'deliveries'::regclass, 'attempts'::regclass)
    order by 2 nulls first, 1`;
}

/** Deliveries of one day that an endpoint holds. */
export interface HeldDay {
  readonly organizationId: OrganizationId;
  readonly endpointId: EndpointId;
  /** `YYYY-MM-DD`, UTC. */
  readonly day: string;
  readonly count: number;
  /** False when the endpoint holds as many as are looked at. */
  readonly isExact: boolean;
}

/**
 * What paused and disabled endpoints hold, by day, what ends first in front. `countedMax` deliveries of an endpoint are
 * looked at. Relies on deliveries_due, once per endpoint that is not active.
 */
export async function listHeldDays(
  sql: Sql,
  bounds: { readonly limit: number; readonly countedMax: number },
): Promise<HeldDay[]> {
  const rows = await sql<HeldColumns[]>`
    select e.organization_id, e.id as endpoint_id, to_char(h.day, 'YYYY-MM-DD') as day, h.count, h.total
    from endpoints e cross join lateral (
      select id_day(d.id) as day, count(*)::int as count, (sum(count(*)) over ())::int as total
      from (select id from deliveries where endpoint_id = e.id and due_at is not null
            order by due_at limit ${bounds.countedMax}) d
      group by 1
    ) h
    where e.deleted_at is null and e.state <> 'active'
    order by h.day, e.id limit ${bounds.limit}`;
  return rows.map((row) => ({
    organizationId: asId<"org">(row.organization_id),
    endpointId: asId<"ep">(row.endpoint_id),
    day: row.day,
    count: row.count,
    isExact: row.total < bounds.countedMax,
  }));
}

interface HeldColumns {
  organization_id: string;
  endpoint_id: string;
  day: string;
  count: number;
  total: number;
}
