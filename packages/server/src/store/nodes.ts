import type { Sql } from "../db/pool.ts";
import { assert } from "../platform/assert.ts";

/** Where the leases are that accepting has granted to a node: no index has them. */
export interface FreshBounds {
  /** No delivery with a smaller id is leased to the node by accepting, nor will be. */
  readonly from: string;
  /** Milliseconds since the oldest of them was granted; null while there is none. */
  readonly ageMs: number | null;
}

/** What a node is doing, as it says with each heartbeat. */
export interface NodeWork {
  /** Requests to endpoints under way. */
  readonly inFlight: number;
  /** Leased deliveries that wait in memory. */
  readonly queued: number;
  /** Endpoints with fewer requests at once than one begins with. */
  readonly slowedEndpoints: number;
  readonly clockOffsetMs: number;
}

/** What the database says to a heartbeat. */
export interface Heard {
  /** Milliseconds since the epoch. */
  readonly databaseMs: number;
  /** An operator wants the node to take no more deliveries. */
  readonly isDraining: boolean;
}

/** Registers this process; its number goes into the leases it takes. `databaseMs` as at `touchNode`. */
export async function insertNode(
  sql: Sql,
  node: {
    readonly role: string;
    readonly version: string;
    readonly fresh: FreshBounds;
    /** True for a node that was forgotten while it was asked to take no more. */
    readonly isDraining?: boolean;
  },
): Promise<{ readonly id: number; readonly databaseMs: number }> {
  const { role, version, fresh, isDraining = false } = node;
  const [row] = await sql<{ id: number; database_ms: number }[]>`
    insert into nodes (role, version, fresh_from, fresh_since, draining_since)
    values (${role}, ${version}, ${fresh.from}, ${since(sql, fresh)}, ${isDraining ? sql`now()` : sql`null`})
    returning id, ${databaseMs(sql)}`;
  assert(row, "an insert that does not fail answers its row");
  return { id: row.id, databaseMs: row.database_ms };
}

/** Says that the node lives, and what it does. Undefined when the row is gone: register again. */
export async function touchNode(
  sql: Sql,
  id: number,
  { fresh, work }: { readonly fresh: FreshBounds; readonly work: NodeWork },
): Promise<Heard | undefined> {
  const [row] = await sql<{ database_ms: number; is_draining: boolean }[]>`
    update nodes set heartbeat_at = now(), fresh_from = ${fresh.from}, fresh_since = ${since(sql, fresh)},
      in_flight = ${work.inFlight}, queued = ${work.queued}, slowed_endpoints = ${work.slowedEndpoints},
      clock_offset_ms = ${work.clockOffsetMs}
    where id = ${id} returning ${databaseMs(sql)}, draining_since is not null as is_draining`;
  return row && { databaseMs: row.database_ms, isDraining: row.is_draining };
}

/** Not `now()`, which is when the statement's transaction began. */
function databaseMs(sql: Sql) {
  return sql`(extract(epoch from clock_timestamp()) * 1000)::float8 as database_ms`;
}

/** On the database's clock, like the leases. */
function since(sql: Sql, { ageMs }: FreshBounds) {
  return sql`now() - ${ageMs}::float8 * interval '1 millisecond'`;
}

/** Confirms that all changes up to `change` are applied to this node's caches. */
export async function confirmChange(sql: Sql, id: number, change: string): Promise<void> {
  await sql`update nodes set seen_change = greatest(seen_change, ${change}::bigint) where id = ${id}`;
}

/** Live listening nodes, but for `except`, that have not confirmed `change`. */
export async function countNodesBehind(
  sql: Sql,
  change: string,
  bounds: { except: number; deadAfterMs: number },
): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from nodes
    where seen_change < ${change}::bigint and id <> ${bounds.except}
      and heartbeat_at > now() - ${bounds.deadAfterMs} * interval '1 millisecond'`;
  return rows[0]?.count ?? 0;
}

/** Living nodes that deliver, without those that were asked to stop. */
export async function countDispatchers(sql: Sql, deadAfterMs: number): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from nodes
    where role <> 'api' and draining_since is null and heartbeat_at > now() - ${deadAfterMs} * interval '1 millisecond'`;
  return rows[0]?.count ?? 0;
}

/** Living nodes that answer callers. */
export async function countServers(sql: Sql, deadAfterMs: number): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    select count(*)::int as count from nodes
    where role <> 'worker' and heartbeat_at > now() - ${deadAfterMs} * interval '1 millisecond'`;
  return rows[0]?.count ?? 0;
}

/** The numbers of the nodes that live. */
export async function listLivingNodes(sql: Sql, deadAfterMs: number): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`
    select id from nodes where heartbeat_at > now() - ${deadAfterMs} * interval '1 millisecond'`;
  return new Set(rows.map(({ id }) => id));
}

/** Removes the row; a node that could not give its leases back counts as dead from now on. */
export async function deleteNode(sql: Sql, id: number): Promise<void> {
  await sql`
    with holding as (
      update nodes n set heartbeat_at = '-infinity'
      where id = ${id} and exists (select from leases l where l.lease_node = n.id) returning id
    )
    delete from nodes where id = ${id} and id not in (select id from holding)`;
}

/** Removes the rows of dead nodes that hold no lease any more: as long as they do, the row says where to look. */
export async function deleteDeadNodes(sql: Sql, deadAfterMs: number): Promise<void> {
  await sql`
    delete from nodes n where n.heartbeat_at <= now() - ${deadAfterMs} * interval '1 millisecond'
      and not exists (select from leases l where l.lease_node = n.id)`;
}

/** Only for the process that has just started the embedded server: whoever is registered there is dead for certain. */
export async function declareNodesDead(sql: Sql): Promise<void> {
  await sql`update nodes set heartbeat_at = '-infinity'`;
}

/** PostgreSQL channel on which nodes hear of changes. */
export const CHANGES_CHANNEL = "posthorn_changes";

export interface Change {
  readonly kind:
    | "organization"
    | "endpoint"
    | "operator_key"
    | "api_key"
    | "watch"
    | "profile"
    | "deliveries";
  readonly id: string;
}

/**
 * Numbers a change and announces it when the caller's transaction commits; answers its number.
 * Call it last: from here to the commit other changes wait, so that numbers grow in the order of commits. Without
 * that a node could confirm number 8 before it has heard of number 7.
 */
export async function announceChange(sql: Sql, change: Change): Promise<string> {
  await sql`select pg_advisory_xact_lock(hashtext('posthorn.changes'))`;
  const rows = await sql<{ number: string }[]>`
    with numbered as materialized (select nextval('changes')::text as number)
    select number, pg_notify(${CHANGES_CHANNEL}, json_build_object(
      'number', number, 'kind', ${change.kind}::text, 'id', ${change.id}::text)::text)
    from numbered`;
  return rows[0]?.number ?? "0";
}

/** PostgreSQL channel on which a node says that it has left deliveries due for others. */
export const DUE_CHANNEL = "posthorn_due";

/** Wakes the other nodes; the payload is the sender's number, so that it does not wake itself. */
export async function notifyDue(sql: Sql, node: number): Promise<void> {
  await sql`select pg_notify(${DUE_CHANNEL}, ${String(node)})`;
}
