import type { Sql } from "../db/pool.ts";
import type { PlanRules } from "../domain/plan-rules.ts";
import type { Actor } from "./audit.ts";

/** Plans that were published. */
export interface PlanVersion {
  /** That of the profile when they were published. */
  readonly version: number;
  /** Null: as the profile's files say. */
  readonly rules: PlanRules | null;
  readonly publishedBy: Actor;
  readonly publishedAt: Date;
}

/** Plans that are being written. */
export interface PlanDraft {
  readonly rules: PlanRules;
  readonly version: number;
  readonly writtenBy: Actor;
  readonly writtenAt: Date;
}

interface VersionColumns {
  version: string;
  rules: PlanRules | null;
  published_by: Actor;
  published_at: Date;
}

/** The newest ones first; the first is in force. */
export async function listPlanVersions(
  sql: Sql,
  profile: string,
  limit: number,
): Promise<PlanVersion[]> {
  const rows = await sql<VersionColumns[]>`
    select version, rules, published_by, published_at from plan_versions
    where profile = ${profile} order by version desc limit ${limit}`;
  return rows.map(toVersion);
}

export async function findPlanVersion(
  sql: Sql,
  profile: string,
  version: number,
): Promise<PlanVersion | undefined> {
  const rows = await sql<VersionColumns[]>`
    select version, rules, published_by, published_at from plan_versions
    where profile = ${profile} and version = ${version}`;
  return rows.map(toVersion)[0];
}

export async function insertPlanVersion(
  sql: Sql,
  row: Omit<PlanVersion, "publishedAt"> & { readonly profile: string },
): Promise<void> {
  const { profile, version, rules, publishedBy } = row;
  await sql`
    insert into plan_versions (profile, version, rules, published_by)
    values (${profile}, ${version}, ${rules && JSON.stringify(rules)}::text::json,
      ${JSON.stringify(publishedBy)}::text::json)`;
}

export async function findPlanDraft(sql: Sql, profile: string): Promise<PlanDraft | undefined> {
  const [row] = await sql<
    { rules: PlanRules; version: string; written_by: Actor; written_at: Date }[]
  >`select rules, version, written_by, written_at from plan_drafts where profile = ${profile}`;
  if (!row) return undefined;
  const { rules, version, written_by: writtenBy, written_at: writtenAt } = row;
  return { rules, version: Number(version), writtenBy, writtenAt };
}

/** In place of the draft that was there. */
export async function putPlanDraft(
  sql: Sql,
  row: Omit<PlanDraft, "writtenAt"> & { readonly profile: string },
): Promise<void> {
  const { profile, rules, version, writtenBy } = row;
  await sql`
    insert into plan_drafts (profile, rules, version, written_by)
    values (${profile}, ${JSON.stringify(rules)}::text::json, ${version},
      ${JSON.stringify(writtenBy)}::text::json)
    on conflict (profile) do update set rules = excluded.rules, version = excluded.version,
      written_by = excluded.written_by, written_at = now()`;
}

export async function deletePlanDraft(sql: Sql, profile: string): Promise<void> {
  await sql`delete from plan_drafts where profile = ${profile}`;
}

/** The plans that organizations of a profile have, and how many organizations each. */
export async function countOrganizationsByPlan(
  sql: Sql,
  profile: string,
): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ plan: string; count: number }[]>`
    select plan, count(*)::int as count from organizations
    where profile = ${profile} and plan is not null and deleted_at is null group by plan`;
  return new Map(rows.map(({ plan, count }) => [plan, count]));
}

function toVersion(row: VersionColumns): PlanVersion {
  const { version, rules, published_by: publishedBy, published_at: publishedAt } = row;
  return { version: Number(version), rules, publishedBy, publishedAt };
}
