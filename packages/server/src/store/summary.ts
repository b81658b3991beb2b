import type { Sql } from "../db/pool.ts";
import type { Scope } from "../domain/scope.ts";
import { COUNTED_ROWS_MAX } from "../limits.ts";
import { TURNS_FROM } from "./ordering.ts";
import { inScope } from "./page.ts";

/** Active keys of a scope, and those of them that expire within `soonDays`. Relies on api_keys_by_organization. */
export async function summarizeKeys(sql: Sql, scope: Scope, soonDays: number) {
  const isSoon = sql`expires_at <= now() + ${soonDays} * interval '1 day'`;
  const inKeys = inScope(sql, scope, { resource: { kind: "resources", column: "resources" } });
  const [row] = await sql<{ active: number; expiring: number; next_at: Date | null }[]>`
    select count(*)::int as active, count(*) filter (where ${isSoon})::int as expiring,
      min(expires_at) as next_at
    from api_keys where ${inKeys} and is_enabled
      and (revoked_at is null or revoked_at > now()) and (expires_at is null or expires_at > now())`;
  const { active = 0, expiring = 0, next_at: nextExpiresAt = null } = row ?? {};
  return { active, expiring, nextExpiresAt };
}

/**
 * Endpoints of a scope by status, and what waits for those that fail. Relies on endpoints_by_organization and, of
 * deliveries_due, reads no more entries than it counts.
 */
export async function summarizeEndpoints(sql: Sql, scope: Scope) {
  const inEndpoints = inScope(sql, scope, {
    organization: "e.organization_id",
    resource: { kind: "resource", column: "e.resource" },
  });
  const [row] = await sql<SummaryColumns[]>`
    with own as materialized (
      select e.id, e.state, e.state = 'active' and s.failing_since is not null as is_failing
      from endpoints e left join endpoint_state s on s.endpoint_id = e.id
      where e.deleted_at is null and ${inEndpoints}
    )
    select count(*)::int as count, count(*) filter (where is_failing)::int as failing,
      count(*) filter (where state = 'paused')::int as paused,
      count(*) filter (where state = 'disabled')::int as disabled,
      (select count(*)::int from (
        select from own w join deliveries d on d.endpoint_id = w.id and d.due_at is not null
        where w.is_failing limit ${COUNTED_ROWS_MAX}) c) as waiting,
      (select min(f.due_at) from own w cross join lateral (
        select d.due_at from deliveries d where d.endpoint_id = w.id and d.due_at is not null
          and d.due_at < ${TURNS_FROM}::text::timestamptz order by d.due_at limit 1) f
       where w.is_failing) as next_at
    from own`;
  const { count = 0, failing = 0, paused = 0, disabled = 0, waiting = 0 } = row ?? {};
  return { count, failing, paused, disabled, waiting, nextAttemptAt: row?.next_at ?? null };
}

interface SummaryColumns {
  count: number;
  failing: number;
  paused: number;
  disabled: number;
  waiting: number;
  next_at: Date | null;
}
