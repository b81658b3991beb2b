import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { EventTypeChange } from "../domain/catalogue-overlay.ts";
import { assert } from "../platform/assert.ts";

/** What operators say of one event type of a profile. */
export interface EventTypeRow {
  readonly type: string;
  readonly change: EventTypeChange;
  /** That of the profile when it was written. */
  readonly version: number;
  readonly updatedAt: Date;
  /** Since when the operator calls it deprecated; null while they do not. */
  readonly deprecatedAt: Date | null;
}

interface Columns {
  type: string;
  change: EventTypeChange;
  version: string;
  updated_at: Date;
  deprecated_at: Date | null;
}

/** Of a row that may be missing. */
type Nullable<Row> = { readonly [Name in keyof Row]: Row[Name] | null };

/** What is said of a profile, in one snapshot. */
export interface ProfileOverlay {
  readonly version: number;
  readonly eventTypes: readonly EventTypeRow[];
}

/** The profiles that operators have changed, and how often. */
export async function listProfileVersions(
  sql: Sql,
): Promise<{ readonly profile: string; readonly version: number }[]> {
  const rows = await sql<{ profile: string; version: string }[]>`
    select profile, version from profile_versions where version > 0`;
  return rows.map(({ profile, version }) => ({ profile, version: Number(version) }));
}

export async function findProfileOverlay(sql: Sql, profile: string): Promise<ProfileOverlay> {
  const rows = await sql<(Nullable<Columns> & { profile_version: string })[]>`
    select v.version as profile_version, t.type, t.change, t.version, t.updated_at, t.deprecated_at
    from profile_versions v left join event_types t on t.profile = v.profile
    where v.profile = ${profile} order by t.type`;
  return {
    version: Number(rows[0]?.profile_version ?? 0),
    eventTypes: rows.flatMap(({ type, change, version, updated_at: updatedAt, ...row }) =>
      type !== null && change && updatedAt
        ? [{ type, change, version: Number(version), updatedAt, deprecatedAt: row.deprecated_at }]
        : [],
    ),
  };
}

/** Counts a profile's version on; other changes of it wait for the end of the caller's transaction. */
export async function bumpProfileVersion(sql: Sql, profile: string): Promise<number> {
  const [row] = await sql<{ version: string }[]>`
    insert into profile_versions (profile, version) values (${profile}, 1)
    on conflict (profile) do update set version = profile_versions.version + 1
    returning version`;
  assert(row, "an upsert answers its row");
  return Number(row.version);
}

/**
 * The profile stays as it is until the end of the caller's transaction. One without a version has never been changed, and
 * its first change is a draft, which nothing goes by.
 */
export async function holdProfileVersion(sql: Sql, profile: string): Promise<void> {
  await sql`select from profile_versions where profile = ${profile} for share`;
}

/** What the operator says of a type from now on, in place of what was said before. Another text keeps `deprecatedAt`. */
export async function putEventType(
  sql: Sql,
  row: Pick<EventTypeRow, "type" | "change" | "version"> & { readonly profile: string },
): Promise<void> {
  const { profile, type, change, version } = row;
  const isDeprecated = (change.deprecated ?? null) !== null;
  await sql`
    insert into event_types (profile, type, change, version, deprecated_at)
    values (${profile}, ${type}, ${JSON.stringify(change)}::text::json, ${version},
      case when ${isDeprecated} then now() end)
    on conflict (profile, type) do update
      set change = excluded.change, version = excluded.version, updated_at = now(),
        deprecated_at = case when ${isDeprecated} then coalesce(event_types.deprecated_at, now()) end`;
}

export async function deleteEventType(sql: Sql, profile: string, type: string): Promise<void> {
  await sql`delete from event_types where profile = ${profile} and type = ${type}`;
}

/** Up to two profiles that organizations have: enough to know whether there is only one. */
export async function listTwoUsedProfiles(sql: Sql): Promise<string[]> {
  const rows = await sql<{ profile: string }[]>`
    select distinct profile from organizations where deleted_at is null order by profile limit 2`;
  return rows.map(({ profile }) => profile);
}

/**
 * What the endpoints of a profile's organizations ask for: each list of patterns once, with how many endpoints have it.
 * Deleted endpoints do not count.
 */
export async function countSubscriptions(
  sql: Sql,
  profile: string,
): Promise<{ readonly events: readonly string[]; readonly count: number }[]> {
  return sql<{ events: string[]; count: number }[]>`
    select e.events, count(*)::int as count from endpoints e
    join organizations o on o.id = e.organization_id and o.deleted_at is null
    where o.profile = ${profile} and e.deleted_at is null group by e.events`;
}

/** A type that an organization has published. */
export interface PublishedType {
  readonly type: string;
  readonly organizations: number;
  readonly lastAt: Date;
}

/**
 * The types that a profile's organizations have published since `days`, test events included. It goes to the newest event
 * of each pair of organization and type, so it costs as many look-ups as there are pairs, however many events there are;
 * after `pairsMax` pairs it stops and says so.
 */
export async function listPublishedTypes(
  sql: Sql,
  asked: { readonly profile: string; readonly days: number; readonly pairsMax: number },
): Promise<{ readonly types: readonly PublishedType[]; readonly isComplete: boolean }> {
  const rows = await sql<{ type: string; organizations: number; last_at: Date; pairs: number }[]>`
    with pairs as materialized (
      select o.id as organization_id, found.type, newest.id
      from ${typesByOrganization(sql)}
      cross join lateral (
        select e.id from events e where e.organization_id = o.id and e.type = found.type and e.id >= ${since(sql, asked.days)}
        order by e.id desc limit 1
      ) newest
      where o.profile = ${asked.profile} and o.deleted_at is null
      limit ${asked.pairsMax + 1}
    )
    select type, count(*)::int as organizations, (select count(*)::int from pairs) as pairs,
      to_timestamp(('x' || left(replace(max(id::text), '-', ''), 12))::bit(48)::bigint / 1000.0) as last_at
    from pairs group by type order by type`;
  return {
    types: rows.map(({ type, organizations, last_at: lastAt }) => ({
      type,
      organizations,
      lastAt,
    })),
    isComplete: (rows[0]?.pairs ?? 0) <= asked.pairsMax,
  };
}

/**
 * How many events of each of these types a profile's organizations have published since `days`, test events included;
 * types without any are absent. It reads index entries alone and stops at `countMax` of a type, and after `pairsMax` pairs
 * of organization and type: then counts may be too small, and it says so.
 */
export async function countPublishedEvents(
  sql: Sql,
  asked: {
    readonly profile: string;
    readonly types: readonly string[];
    readonly days: number;
    readonly pairsMax: number;
    readonly countMax: number;
  },
): Promise<{ readonly counts: ReadonlyMap<string, number>; readonly isComplete: boolean }> {
  // The inner limit says nothing new; without it the planner reads all events of all organizations at once.
  const rows = await sql<{ type: string; count: number; pairs: number }[]>`
    with pairs as materialized (
      select o.id as organization_id, found.type from ${typesByOrganization(sql)}
      where o.profile = ${asked.profile} and o.deleted_at is null
      limit ${asked.pairsMax + 1}
    ), publishers as (
      select type, array_agg(organization_id) as ids from pairs
      where type = any(${textArray(asked.types)}::text[]) group by type
    )
    select p.type, counted.count, (select count(*)::int from pairs) as pairs
    from publishers p
    cross join lateral (
      select count(*)::int as count from (
        select from unnest(p.ids) as organization(id)
        cross join lateral (
          select from events e where e.organization_id = organization.id and e.type = p.type
            and e.id >= ${since(sql, asked.days)} limit ${asked.countMax}
        ) event
        limit ${asked.countMax}
      ) events
    ) counted`;
  return {
    counts: new Map(rows.map(({ type, count }) => [type, count])),
    isComplete: (rows[0]?.pairs ?? 0) <= asked.pairsMax,
  };
}

/** `organizations o` with each type that it has events of (`found`): it jumps from type to type in events_by_type. */
function typesByOrganization(sql: Sql) {
  return sql`organizations o
    cross join lateral (
      with recursive types (type) as (
        (select e.type from events e where e.organization_id = o.id order by e.type limit 1)
        union all
        select (select e.type from events e where e.organization_id = o.id and e.type > t.type
          order by e.type limit 1)
        from types t where t.type is not null
      )
      select type from types where type is not null
    ) found`;
}

function since(sql: Sql, days: number) {
  return sql`uuid_floor(now() - ${days} * interval '1 day')`;
}
