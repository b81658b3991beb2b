import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type OrganizationId } from "../domain/id.ts";
import { COUNTED_ROWS_MAX } from "../limits.ts";

/** Deliveries that wait, by how long they have been due. */
export interface DueAges {
  /** Not due yet: their next attempt is later. */
  readonly later: number;
  readonly under10Seconds: number;
  readonly under1Minute: number;
  readonly under10Minutes: number;
  readonly under1Hour: number;
  readonly longer: number;
}

const AGES = [
  "later",
  "under10Seconds",
  "under1Minute",
  "under10Minutes",
  "under1Hour",
  "longer",
] as const satisfies readonly (keyof DueAges)[];

/** At most `COUNTED_ROWS_MAX` are looked at, those of the first endpoints by id. Relies on deliveries_due. */
export async function countDueAges(sql: Sql): Promise<DueAges> {
  const rows = await sql<{ age: number; count: number }[]>`
    select width_bucket(extract(epoch from now() - due_at)::float8, array[0, 10, 60, 600, 3600]::float8[]) as age,
      count(*)::int as count
    from (select due_at from deliveries where due_at is not null limit ${COUNTED_ROWS_MAX}) d group by 1`;
  const counts = new Map(rows.map(({ age, count }) => [AGES[age], count]));
  const [later = 0, under10Seconds = 0, under1Minute = 0, ...older] = AGES.map(
    (age) => counts.get(age) ?? 0,
  );
  const [under10Minutes = 0, under1Hour = 0, longer = 0] = older;
  return { later, under10Seconds, under1Minute, under10Minutes, under1Hour, longer };
}

/** An active endpoint that fails, or asked for time. */
export interface TroubledEndpoint {
  readonly organizationId: OrganizationId;
  readonly endpointId: EndpointId;
  readonly url: string;
  readonly failingSince: Date | null;
  /** In the future. */
  readonly holdUntil: Date | null;
}

/** The longest failing first. */
export async function listTroubledEndpoints(sql: Sql, limit: number): Promise<TroubledEndpoint[]> {
  const rows = await sql<TroubledColumns[]>`
    select e.organization_id, e.id, e.url, s.failing_since, case when s.hold_until > now() then s.hold_until end as hold_until
    from endpoint_state s join endpoints e on e.id = s.endpoint_id
    where (s.failing_since is not null or s.hold_until > now()) and e.state = 'active' and e.deleted_at is null
    order by s.failing_since nulls last, e.id limit ${limit}`;
  return rows.map((row) => ({
    organizationId: asId<"org">(row.organization_id),
    endpointId: asId<"ep">(row.id),
    url: row.url,
    failingSince: row.failing_since,
    holdUntil: row.hold_until,
  }));
}

interface TroubledColumns {
  organization_id: string;
  id: string;
  url: string;
  failing_since: Date | null;
  hold_until: Date | null;
}

/** What the server of the database says about itself. */
export interface DatabaseFacts {
  readonly serverVersion: string;
  readonly bytes: number;
  /** Of the statements of this database that run now; 0 when none does. */
  readonly longestStatementSeconds: number;
  readonly migrations: number;
  readonly lastMigration: string | null;
  readonly lastMigrationAt: Date | null;
}

export async function readDatabaseFacts(sql: Sql): Promise<DatabaseFacts> {
  const [row] = await sql<FactColumns[]>`
    select current_setting('server_version') as server_version, pg_database_size(current_database())::float8 as bytes,
      (select extract(epoch from max(clock_timestamp() - query_start))::float8 from pg_stat_activity
       where datname = current_database() and state = 'active' and pid <> pg_backend_pid()) as longest,
      m.count, m.name, m.ran_at
    from (select (count(*) over ())::int as count, name, ran_at from posthorn.migrations order by name desc limit 1) m`;
  return {
    serverVersion: row?.server_version ?? "",
    bytes: row?.bytes ?? 0,
    longestStatementSeconds: row?.longest ?? 0,
    migrations: row?.count ?? 0,
    lastMigration: row?.name ?? null,
    lastMigrationAt: row?.ran_at ?? null,
  };
}

interface FactColumns {
  server_version: string;
  bytes: number;
  longest: number | null;
  count: number;
  name: string;
  ran_at: Date;
}

/** How much there is of everything, for a support bundle: estimates where counting would be work. */
export async function countObjects(sql: Sql): Promise<Readonly<Record<string, number>>> {
  const rows = await sql<{ name: string; count: number }[]>`
    select 'organizations' as name, count(*)::float8 as count from organizations
    union all select 'users', count(*)::float8 from users
    union all select 'endpoints ' || state, count(*)::float8 from endpoints where deleted_at is null group by state
    union all select 'keys', count(*)::float8 from api_keys where revoked_at is null
    union all select 'sources', count(*)::float8 from sources
    union all select 'outboxes', count(*)::float8 from outboxes
    union all select 'inboxes', count(*)::float8 from inboxes
    union all select 'jobs ' || state, count(*)::float8 from jobs group by state`;
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}
