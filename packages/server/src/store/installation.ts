import type { Sql } from "../db/pool.ts";
import type { LogoType } from "../domain/logo.ts";

export interface Installation {
  readonly masterKeyFingerprint: Buffer;
  readonly pepperSealed: Buffer;
}

/** The row of this installation, made by the first node that starts; a later one gets what is there. */
export async function ensureInstallation(sql: Sql, proposed: Installation): Promise<Installation> {
  await sql`
    insert into installation (master_key_fingerprint, pepper_sealed)
    values (${proposed.masterKeyFingerprint}, ${proposed.pepperSealed})
    on conflict do nothing`;
  return (await findInstallation(sql)) ?? proposed;
}

export async function findInstallation(sql: Sql): Promise<Installation | undefined> {
  const [row] = await sql<{ master_key_fingerprint: Buffer; pepper_sealed: Buffer }[]>`
    select master_key_fingerprint, pepper_sealed from installation`;
  return (
    row && { masterKeyFingerprint: row.master_key_fingerprint, pepperSealed: row.pepper_sealed }
  );
}

/** What customers' pages call the product, and who helps; null for what the operator has not set. */
export interface Branding {
  readonly productName: string | null;
  readonly supportContact: string | null;
  readonly docsUrl: string | null;
  /** `#rrggbb`, of the light and of the dark theme. */
  readonly accentLight: string | null;
  readonly accentDark: string | null;
  readonly logo: { readonly contentType: LogoType; readonly version: string } | null;
}

/** What is kept in the installation's own row: the logo has one of its own. */
export type BrandingWords = Omit<Branding, "logo">;

const UNBRANDED: BrandingWords = {
  productName: null,
  supportContact: null,
  docsUrl: null,
  accentLight: null,
  accentDark: null,
};

export async function findBranding(sql: Sql): Promise<Branding> {
  const [row] = await sql<BrandingColumns[]>`
    select branding, content_type, version from installation left join branding_logo on true`;
  const { content_type: contentType = null, version = null } = row ?? {};
  const logo = contentType === null || version === null ? null : { contentType, version };
  return { ...UNBRANDED, ...row?.branding, logo };
}

interface BrandingColumns {
  branding: Partial<BrandingWords>;
  content_type: LogoType | null;
  version: string | null;
}

export async function updateBranding(sql: Sql, change: object): Promise<void> {
  await sql`
    update installation set branding = branding || ${JSON.stringify(change)}::text::jsonb`;
}

export interface Logo {
  readonly contentType: LogoType;
  readonly version: string;
  readonly data: Buffer;
}

/** `null` takes the logo away. In the caller's transaction. */
export async function putLogo(sql: Sql, logo: Logo | null): Promise<void> {
  await sql`delete from branding_logo`;
  if (logo === null) return;
  const { contentType, data, version } = logo;
  await sql`
    insert into branding_logo (content_type, data, version) values (${contentType}, ${data}, ${version})`;
}

/** `undefined` when there is none, or another one by now. */
export async function findLogo(sql: Sql, version: string): Promise<Logo | undefined> {
  const [row] = await sql<{ content_type: LogoType; data: Buffer }[]>`
    select content_type, data from branding_logo where version = ${version}`;
  return row && { contentType: row.content_type, data: row.data, version };
}

/** One node at a time from here to the end of the caller's transaction. */
export async function lockInstallation(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('posthorn.installation'))`;
}

/**
 * Makes the partitions of today and the days after it, and of yesterday for clocks that differ; answers how many.
 * Fails with `lock_not_available` when an export, say, keeps the tables for 2 s: whoever waits for them makes
 * everybody queue behind it.
 */
export async function ensurePartitions(sql: Sql, daysAhead: number): Promise<number> {
  const rows = await sql<{ made: number }[]>`
    with patience as materialized (select set_config('lock_timeout', '2s', true))
    select ensure_partitions((now() at time zone 'UTC')::date - 1, ${daysAhead + 2}) as made from patience`;
  return rows[0]?.made ?? 0;
}

/** Makes the partitions of one day (`YYYYMMDD`, UTC). */
export async function ensureDay(sql: Sql, day: string): Promise<void> {
  await sql`select ensure_partitions(to_date(${day}, 'YYYYMMDD'), 1)`;
}

/** The profiles of organizations and the wire formats of endpoints that are in use. */
export async function listUsedProfiles(
  sql: Sql,
): Promise<{ readonly profiles: string[]; readonly wireFormats: string[] }> {
  const rows = await sql<{ profiles: string[] | null; formats: string[] | null }[]>`
    select (select array_agg(distinct profile) from organizations) as profiles,
           (select array_agg(distinct wire_format) from endpoints where deleted_at is null) as formats`;
  return { profiles: rows[0]?.profiles ?? [], wireFormats: rows[0]?.formats ?? [] };
}
