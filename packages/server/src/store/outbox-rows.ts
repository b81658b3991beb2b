/** Statements on an outbox, in the operator's own database: every name is written with its schema. */
import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EventId } from "../domain/id.ts";
import type { OutboxRow } from "../domain/outbox-row.ts";

export interface WaitingRow extends OutboxRow {
  readonly sequence: number;
}

/** Why a row can never become an event. */
export interface Burial {
  readonly sequence: number;
  readonly reason: string;
  readonly detail: string;
}

export interface ReadBounds {
  readonly rows: number;
  /** Of `data`, together; the last row may lie above it. */
  readonly bytes: number;
  /** Larger `data` stays where it is: one row of a gigabyte must not end the node that looks at it. */
  readonly dataBytes: number;
}

/*
 * The rows that wait, in their order, cut by number and by bytes. There is no position to remember and so none to skip:
 * a row that commits late simply appears. Index: the primary key, from its start. Texts are cut behind their bounds,
 * where they are refused anyway.
 */
const READ = `
with head as materialized (
  select sequence, least(data_bytes, $3) as bytes from posthorn_outbox.waiting order by sequence limit $1
),
sized as materialized (
  select sequence, sum(bytes) over (order by sequence) - bytes as bytes_before from head
)
select w.sequence, w.id, left(w.type, 300) as type, case when w.data_bytes <= $3 then w.data::text end as data,
       w.data_bytes, left(w.organization, 300) as organization, left(w.resource, 300) as resource,
       left(w.ordering_key, 300) as ordering_key,
       (extract(epoch from coalesce(w.occurred_at, w.emitted_at)) * 1000)::float8 as occurred_at
from sized s join posthorn_outbox.waiting w on w.sequence = s.sequence
where s.bytes_before < $2
order by w.sequence`;

interface Columns {
  sequence: number;
  id: string;
  type: string;
  data: string | null;
  data_bytes: number;
  organization: string | null;
  resource: string | null;
  ordering_key: string | null;
  occurred_at: number;
}

export async function readWaitingRows(sql: Sql, bounds: ReadBounds): Promise<WaitingRow[]> {
  const { rows: count, bytes, dataBytes } = bounds;
  const rows = await sql.unsafe<Columns[]>(READ, [count, bytes, dataBytes], { prepare: true });
  return rows.map((row) => ({
    sequence: row.sequence,
    id: asId<"evt">(row.id),
    type: row.type,
    data: row.data,
    dataBytes: row.data_bytes,
    organization: row.organization,
    resource: row.resource,
    orderingKey: row.ordering_key,
    occurredAt: row.occurred_at,
  }));
}

/** Forgets rows whose events are committed at Posthorn. */
export async function deleteWaitingRows(sql: Sql, sequences: readonly number[]): Promise<void> {
  await sql.unsafe(
    "delete from posthorn_outbox.waiting where sequence = any($1::bigint[])",
    [plainArray(sequences)],
    { prepare: true },
  );
}

/** Puts rows among the dead ones, in one statement: each is in exactly one of the two tables at any time. */
export async function buryWaitingRows(sql: Sql, burials: readonly Burial[]): Promise<void> {
  await sql`
    with gone as (
      delete from posthorn_outbox.waiting w
      using unnest(${plainArray(burials.map(({ sequence }) => sequence))}::bigint[],
                   ${textArray(burials.map(({ reason }) => reason))}::text[],
                   ${textArray(burials.map(({ detail }) => detail))}::text[]) as b(sequence, reason, detail)
      where w.sequence = b.sequence
      returning w.*, b.reason, b.detail
    )
    insert into posthorn_outbox.dead (id, reason, detail, type, data, data_bytes, organization, resource,
                                      ordering_key, occurred_at, emitted_at)
    select id, reason, detail, type, data, data_bytes, organization, resource, ordering_key, occurred_at, emitted_at
    from gone
    on conflict (id) do nothing`;
}

/** How full an outbox is. */
export interface OutboxLoad {
  /** Rows that wait, counted up to `countMax`. */
  readonly waitingRows: number;
  readonly deadRows: number;
  /** Age of the row that waits longest, by the clock of its own database; null when none waits. */
  readonly oldestSeconds: number | null;
}

export async function measureOutbox(sql: Sql, countMax: number): Promise<OutboxLoad> {
  const rows = await sql<{ waiting: number; dead: number; oldest: number | null }[]>`
    select (select count(*)::int from (select from posthorn_outbox.waiting limit ${countMax}) as counted) as waiting,
           (select count(*)::int from (select from posthorn_outbox.dead limit ${countMax}) as counted) as dead,
           (select greatest(extract(epoch from clock_timestamp() - emitted_at), 0)::float8
            from posthorn_outbox.waiting order by sequence limit 1) as oldest`;
  const [row] = rows;
  return {
    waitingRows: row?.waiting ?? 0,
    deadRows: row?.dead ?? 0,
    oldestSeconds: row?.oldest ?? null,
  };
}

export interface DeadRow {
  readonly id: EventId;
  readonly reason: string;
  readonly detail: string;
  readonly type: string;
  readonly organization: string | null;
  readonly diedAt: Date;
}

/** The dead rows, the latest first. */
export async function listDeadRows(sql: Sql, limit: number): Promise<DeadRow[]> {
  const rows = await sql<(Omit<DeadRow, "id" | "diedAt"> & { id: string; died_at: Date })[]>`
    select id, reason, detail, left(type, 300) as type, left(organization, 300) as organization, died_at
    from posthorn_outbox.dead order by died_at desc, id desc limit ${limit}`;
  return rows.map(({ died_at, id, ...row }) => ({ ...row, id: asId<"evt">(id), diedAt: died_at }));
}

/** Lets dead rows wait again, one or all, in the order in which they were emitted; answers how many. */
export async function reviveDeadRows(sql: Sql, id: EventId | null): Promise<number> {
  const result = await sql`
    with gone as (
      delete from posthorn_outbox.dead where ${id}::uuid is null or id = ${id}::uuid returning *
    )
    insert into posthorn_outbox.waiting (id, type, data, data_bytes, organization, resource, ordering_key,
                                         occurred_at, emitted_at)
    select id, type, data, data_bytes, organization, resource, ordering_key, occurred_at, emitted_at
    from gone order by emitted_at, id`;
  return result.count;
}
