import type { Sql } from "../db/pool.ts";
import { asId, type Id } from "../domain/id.ts";
import { assert } from "../platform/assert.ts";
import { afterPage, type PageBounds } from "./page.ts";

export type OutboxId = Id<"obx">;

export interface OutboxRecord {
  readonly id: OutboxId;
  readonly name: string;
  /** User, host, port and database; no password. */
  readonly address: string;
  readonly dataKeySealed: Buffer;
  readonly urlSealed: Buffer;
  /** The node that relays it now; null when none does. */
  readonly relayNode: number | null;
  readonly report: OutboxReport | null;
  readonly createdAt: Date;
}

/** What a relay saw when it looked last. */
export interface OutboxReport {
  readonly reportedAt: Date;
  /** Why it cannot relay; null when it can. The counts are then those of its last success. */
  readonly failure: string | null;
  readonly waitingRows: number | null;
  readonly deadRows: number | null;
  /** When the row that waits longest was emitted; null when none waits. */
  readonly oldestAt: Date | null;
}

interface Columns {
  id: string;
  name: string;
  address: string;
  data_key_sealed: Buffer;
  url_sealed: Buffer;
  relay_node: number | null;
  is_leased: boolean;
  reported_at: Date | null;
  failure: string | null;
  waiting_rows: number | null;
  dead_rows: number | null;
  oldest_at: Date | null;
  created_at: Date;
}

type NewOutbox = Pick<OutboxRecord, "id" | "name" | "address" | "dataKeySealed" | "urlSealed">;

/** One after the other to the end of the transaction, so that a limit can be counted. */
export async function lockOutboxes(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('posthorn.outboxes'))`;
}

export async function countOutboxes(sql: Sql): Promise<number> {
  const rows = await sql<{ count: number }[]>`select count(*)::int as count from outboxes`;
  return rows[0]?.count ?? 0;
}

export async function insertOutbox(sql: Sql, outbox: NewOutbox): Promise<OutboxRecord> {
  const { id, name, address, dataKeySealed, urlSealed } = outbox;
  const rows = await sql<Columns[]>`
    insert into outboxes (id, name, address, data_key_sealed, url_sealed)
    values (${id}, ${name}, ${address}, ${dataKeySealed}, ${urlSealed})
    returning *, false as is_leased`;
  const [row] = rows.map(toOutbox);
  assert(row, "an insert answers its row");
  return row;
}

const leased = (sql: Sql) => sql`coalesce(lease_until > now(), false) as is_leased`;

export async function findOutbox(sql: Sql, id: OutboxId): Promise<OutboxRecord | undefined> {
  const rows = await sql<Columns[]>`select *, ${leased(sql)} from outboxes where id = ${id}`;
  return rows.map(toOutbox)[0];
}

/** A page of outboxes by id (their age). */
export async function listOutboxes(sql: Sql, page: PageBounds): Promise<OutboxRecord[]> {
  const rows = await sql<Columns[]>`
    select *, ${leased(sql)} from outboxes where ${afterPage(sql, page)}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toOutbox);
}

/** Answers false when there is none. */
export async function deleteOutbox(sql: Sql, id: OutboxId): Promise<boolean> {
  const result = await sql`delete from outboxes where id = ${id}`;
  return result.count > 0;
}

/**
 * Takes or keeps the outboxes that nobody else relays, for `leaseMs` by the database's clock; answers those that this
 * node has now. A row that another node is just taking is left to it. At most a few dozen rows: no index.
 */
export async function leaseOutboxes(
  sql: Sql,
  lease: { readonly node: number; readonly leaseMs: number },
): Promise<OutboxRecord[]> {
  const rows = await sql<Columns[]>`
    update outboxes
    set relay_node = ${lease.node}, lease_until = now() + ${lease.leaseMs} * interval '1 millisecond'
    where id in (
      select id from outboxes o
      where relay_node is null or relay_node = ${lease.node} or lease_until <= now()
         or not exists (select from nodes n where n.id = o.relay_node)
      order by id for update skip locked)
    returning *, true as is_leased`;
  return rows.map(toOutbox);
}

/** Lets another node take what this one relayed. */
export async function releaseOutboxes(sql: Sql, node: number): Promise<void> {
  await sql`update outboxes set relay_node = null, lease_until = null where relay_node = ${node}`;
}

/** What a relay says about its outbox; counts of null leave the last ones. */
export interface NewReport {
  readonly failure: string | null;
  readonly load: {
    readonly waitingRows: number;
    readonly deadRows: number;
    readonly oldestSeconds: number | null;
  } | null;
}

export async function reportOutbox(sql: Sql, id: OutboxId, report: NewReport): Promise<void> {
  const { failure, load } = report;
  await (load
    ? sql`
        update outboxes set reported_at = now(), failure = ${failure},
          waiting_rows = ${load.waitingRows}, dead_rows = ${load.deadRows},
          oldest_at = now() - ${load.oldestSeconds}::float8 * interval '1 second'
        where id = ${id}`
    : sql`update outboxes set reported_at = now(), failure = ${failure} where id = ${id}`);
}

function toOutbox(row: Columns): OutboxRecord {
  const { reported_at: reportedAt, failure } = row;
  const counts = { waitingRows: row.waiting_rows, deadRows: row.dead_rows };
  return {
    id: asId<"obx">(row.id),
    name: row.name,
    address: row.address,
    dataKeySealed: row.data_key_sealed,
    urlSealed: row.url_sealed,
    relayNode: row.is_leased ? row.relay_node : null,
    report: reportedAt && { reportedAt, failure, ...counts, oldestAt: row.oldest_at },
    createdAt: row.created_at,
  };
}
