/** Looks on, and moves time: a database of PostgreSQL here, tables in memory in `nodes/`. */
import type { Pool } from "../../packages/server/src/db/pool.ts";
import { listBreaches } from "./invariants.ts";

export interface Snapshot {
  readonly deliveries: ReadonlyMap<string, unknown>;
  readonly eventIds: readonly string[];
  readonly breaches: readonly string[];
}

export interface Observer {
  /** For the functions of the store, with plans of its own. */
  readonly sql: Pool;
  clear(): Promise<void>;
  advance(seconds: number): Promise<void>;
  observe(): Promise<Snapshot>;
  nodeIds(): Promise<number[]>;
}

export function observePostgres(sql: Pool): Observer {
  return {
    sql,
    async clear() {
      await sql.unsafe(`
        delete from deliveries; delete from attempts; delete from events; delete from idempotency_keys;
        delete from ordering_queue; delete from ordering_keys; delete from nodes; delete from breaches;
        delete from endpoint_state; delete from signing_secrets; delete from endpoints`);
    },
    // The database's clock cannot be moved, but all that it is compared with.
    async advance(seconds) {
      await sql`
        update deliveries set due_at = due_at - ${seconds} * interval '1 second',
          lease_until = lease_until - ${seconds} * interval '1 second'`;
      await sql`update nodes set heartbeat_at = heartbeat_at - ${seconds} * interval '1 second'`;
    },
    observe: () => observe(sql),
    async nodeIds() {
      const rows = await sql<{ id: number }[]>`select id from nodes order by id`;
      return rows.map(({ id }) => id);
    },
  };
}

async function observe(sql: Pool): Promise<Snapshot> {
  const [deliveries, events, breaches] = await Promise.all([
    sql<{ id: string }[]>`
      select d.id, d.endpoint_id as "endpointId", d.state, d.attempts, d.attempts_total as "attemptsTotal",
        d.max_attempts as "maxAttempts", d.generation, coalesce(d.lost_count, 0) as "lostCount",
        d.lease_token as token, d.lease_node as node, d.trigger,
        d.state = 'pending' and d.due_at <= now() as "isDue",
        array(select a.number || ' ' || a.outcome from all_attempts a
              where a.delivery_id = d.id order by a.number) as rows
      from deliveries d`,
    sql<{ id: string }[]>`select id from events order by id`,
    listBreaches(sql),
  ]);
  return {
    deliveries: new Map(deliveries.map(({ id, ...delivery }) => [id, delivery])),
    eventIds: events.map(({ id }) => id),
    breaches,
  };
}
