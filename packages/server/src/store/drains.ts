import type { Sql } from "../db/pool.ts";
import { NODE_DEAD_AFTER_MS } from "../limits.ts";
import { listNodes, type LivingNode } from "./overview.ts";

/** Asks a living node to take no more deliveries, or to take them again; it hears it with its next heartbeat. */
export async function markDraining(
  sql: Sql,
  id: number,
  isDraining: boolean,
): Promise<LivingNode | undefined> {
  await sql`
    update nodes set draining_since = ${isDraining ? sql`coalesce(draining_since, now())` : sql`null`}
    where id = ${id} and heartbeat_at > now() - ${NODE_DEAD_AFTER_MS} * interval '1 millisecond'`;
  return (await listNodes(sql)).find((node) => node.id === id);
}
