import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type OrganizationId } from "../domain/id.ts";
import type { LiveChange, LiveLook } from "../domain/live-tail.ts";

/** When the stretch of time began in which everything was noted for an organization. */
export interface Watch {
  readonly beganMs: number;
  /** True: nobody watched until now, and other nodes must hear of it. */
  readonly isNew: boolean;
}

/** Lets changes of an organization be noted for `forMs` from now on. */
export async function renewWatch(
  sql: Sql,
  organizationId: OrganizationId,
  forMs: number,
): Promise<Watch> {
  const rows = await sql<{ began_ms: number; is_new: boolean }[]>`
    insert into live_watches as w (organization_id, watched_until)
    values (${organizationId}, now() + ${forMs} * interval '1 millisecond')
    on conflict (organization_id) do update set
      began_at = case when w.watched_until < now() then now() else w.began_at end,
      watched_until = greatest(w.watched_until, excluded.watched_until)
    returning (extract(epoch from began_at) * 1000)::float8 as began_ms, began_at = now() as is_new`;
  return { beganMs: rows[0]?.began_ms ?? 0, isNew: rows[0]?.is_new ?? true };
}

/** Organizations that are watched, each with the milliseconds that this will last. */
export async function listWatched(sql: Sql): Promise<Map<OrganizationId, number>> {
  const rows = await sql<{ organization_id: string; left_ms: number }[]>`
    select organization_id, (extract(epoch from watched_until - now()) * 1000)::float8 as left_ms
    from live_watches where watched_until > now()`;
  return new Map(rows.map((row) => [asId<"org">(row.organization_id), row.left_ms]));
}

/** Notes a batch of changes. */
export async function insertChanges(sql: Sql, changes: readonly LiveNote[]): Promise<void> {
  await sql`
    insert into live_changes (organization_id, kind, object_id)
    select * from unnest(${plainArray(changes.map((each) => each.organizationId))}::uuid[],
      ${textArray(changes.map((each) => each.kind))}::text[],
      ${plainArray(changes.map((each) => each.objectId))}::uuid[])`;
}

export type LiveNote = Pick<LiveChange, "organizationId" | "kind" | "objectId">;

/**
 * Up to `limit` changes of transactions from `from` on, and, of the same snapshot, which transactions still run. One
 * statement, because two would have two snapshots. Relies on the primary key.
 */
export async function readChanges(
  sql: Sql,
  { from, organizationId = null, limit }: ChangesAsked,
): Promise<LiveLook> {
  const rows = await sql<ChangeColumns[]>`
    with moment as materialized (
      select pg_current_snapshot() as snapshot, extract(epoch from clock_timestamp()) * 1000 as now_ms
    )
    select pg_snapshot_xmin(snapshot)::text as xmin, pg_snapshot_xmax(snapshot)::text as xmax, now_ms::float8,
      c.xid::text, c.place, c.organization_id, c.kind, c.object_id
    from moment left join lateral (
      select * from live_changes where xid >= ${String(from)}::text::xid8
        and (${organizationId}::uuid is null or organization_id = ${organizationId}::uuid)
      order by xid, place limit ${limit}
    ) c on true`;
  const [first] = rows;
  return {
    oldestRunning: BigInt(first?.xmin ?? 0),
    next: BigInt(first?.xmax ?? 0),
    nowMs: first?.now_ms ?? 0,
    isFull: rows.length === limit,
    changes: rows.flatMap((row) => toChange(row)),
  };
}

interface ChangesAsked {
  readonly from: bigint;
  /** Null for all. */
  readonly organizationId?: OrganizationId | null;
  readonly limit: number;
}

interface ChangeColumns {
  xmin: string;
  xmax: string;
  now_ms: number;
  xid: string | null;
  place: number | null;
  organization_id: string | null;
  kind: LiveChange["kind"] | null;
  object_id: string | null;
}

function toChange({ xid, place, organization_id: organization, kind, object_id }: ChangeColumns) {
  if (xid === null || place === null || organization === null || kind === null) return [];
  const organizationId = asId<"org">(organization);
  return [{ transaction: BigInt(xid), place, organizationId, kind, objectId: object_id }];
}

/** Forgets what is older than any stream may go back to. */
export async function deleteOldChanges(sql: Sql, keptMs: number): Promise<void> {
  await sql`delete from live_changes where noted_at < now() - ${keptMs} * interval '1 millisecond'`;
  await sql`delete from live_watches where watched_until < now() - interval '1 hour'`;
}
