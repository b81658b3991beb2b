import type { Sql } from "../db/pool.ts";
import type { EndpointId } from "../domain/id.ts";

/** What has become of the deliveries of an endpoint lately. */
export interface DeliveryRecord {
  readonly deliveredCount: number;
  /** Delivered and failed ones. */
  readonly settledCount: number;
  readonly lastSuccessAt: Date | null;
}

/** Newest deliveries that are looked at: a busy endpoint's rate does not need a million of them. */
const LOOKED_AT_MAX = 10_000;
const SETTLED_MIN = 100;

/**
 * Counts what was settled in the last 24 hours, or the last 100 when there was nothing; tests and
 * cancelled deliveries are left out. Bounded: only the newest ten thousand are looked at. Relies
 * on deliveries_by_endpoint.
 */
export async function readDeliveryRecord(
  sql: Sql,
  endpointId: EndpointId,
): Promise<DeliveryRecord> {
  const rows = await sql<Columns[]>`
    with newest as materialized (
      select id, state, finished_at from deliveries
      where endpoint_id = ${endpointId} and not is_test order by id desc limit ${LOOKED_AT_MAX}
    ),
    settled as materialized (
      select state, finished_at, row_number() over (order by finished_at desc) as place,
        finished_at > now() - interval '24 hours' as is_recent
      from newest where state in ('delivered', 'failed')
    ),
    counted as (
      select * from settled
      where is_recent
        or (place <= ${SETTLED_MIN} and not exists (select from settled where is_recent))
    )
    select count(*) filter (where state = 'delivered')::int as delivered,
      count(*)::int as settled,
      (select max(finished_at) from settled where state = 'delivered') as last_success_at
    from counted`;
  const [row] = rows;
  return {
    deliveredCount: row?.delivered ?? 0,
    settledCount: row?.settled ?? 0,
    lastSuccessAt: row?.last_success_at ?? null,
  };
}

interface Columns {
  delivered: number;
  settled: number;
  last_success_at: Date | null;
}
