import type { Sql } from "../db/pool.ts";

/** Registers this process; its number goes into the leases it takes. */
export async function insertNode(
  sql: Sql,
  node: { role: string; version: string },
): Promise<number> {
  const rows = await sql<{ id: number }[]>`
    insert into nodes (role, version) values (${node.role}, ${node.version}) returning id`;
  return rows[0]?.id ?? 0;
}

/** Says that the node lives. Answers false when its row is gone: register again. */
export async function touchNode(sql: Sql, id: number): Promise<boolean> {
  const result = await sql`update nodes set heartbeat_at = now() where id = ${id}`;
  return result.count > 0;
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

export async function deleteNode(sql: Sql, id: number): Promise<void> {
  await sql`delete from nodes where id = ${id}`;
}

/** Removes the rows of dead nodes that hold no lease any more, or of all nodes when the caller owns the database alone. */
export async function deleteDeadNodes(sql: Sql, deadAfterMs: number): Promise<void> {
  await sql`
    delete from nodes n where n.heartbeat_at <= now() - ${deadAfterMs} * interval '1 millisecond'
      and not exists (select from deliveries d where d.state = 'leased' and d.lease_node = n.id)`;
}

/** Only for the process that has just started the embedded server: whoever is registered there is dead for certain. */
export async function deleteAllNodes(sql: Sql): Promise<void> {
  await sql`delete from nodes`;
}

/** PostgreSQL channel on which nodes hear of changes. */
export const CHANGES_CHANNEL = "posthorn_changes";

export interface Change {
  readonly kind: "organization" | "endpoint" | "operator_key" | "api_key";
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
