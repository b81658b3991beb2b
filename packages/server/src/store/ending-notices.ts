import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type Id, type OrganizationId } from "../domain/id.ts";
import type { Person } from "../domain/mail.ts";
import { assert } from "../platform/assert.ts";
import { peopleOf } from "./alerts.ts";

/** A secret or key whose end is near and that has no notice yet, or none of this threshold. */
export interface Ending {
  readonly organizationId: OrganizationId;
  readonly endsAt: Date;
  /** Whoever has read the notice of an earlier threshold has not read this one. */
  readonly noticedAt: Date;
}

export interface EndingSecret extends Ending {
  readonly endpointId: EndpointId;
}

export interface EndingKey extends Ending {
  readonly keyId: Id<"key">;
}

interface Columns {
  id: string;
  organization_id: string;
  ends_at: Date;
  noticed_at: Date;
}

/** Endpoints whose longest-living previous secret ends within `beforeMs`. Relies on signing_secrets_ending. */
export async function listEndingSecrets(
  sql: Sql,
  bounds: { readonly beforeMs: number; readonly limit: number },
): Promise<EndingSecret[]> {
  const rows = await sql<Columns[]>`
    select e.id, e.organization_id, max(s.expires_at) as ends_at, now() as noticed_at
    from signing_secrets s join endpoints e on e.id = s.endpoint_id
    where s.state = 'previous' and s.expires_at > now() and e.deleted_at is null
      and s.expires_at < now() + ${bounds.beforeMs} * interval '1 millisecond'
      and not exists (select from signing_secrets l where l.endpoint_id = e.id and l.state = 'previous'
        and l.expires_at >= now() + ${bounds.beforeMs} * interval '1 millisecond')
      and not exists (select from notices n
        where n.endpoint_id = e.id and n.kind = 'secret.ending' and n.resolved_at is null)
    group by e.id limit ${bounds.limit}`;
  return rows.map((row) => ({ ...toEnding(row), endpointId: asId<"ep">(row.id) }));
}

/**
 * Keys that end within `days`, and again within one day. A key that was made for less time says nothing by ending, and
 * one that was rolled has its successor. Relies on api_keys_ending.
 */
export async function listEndingKeys(
  sql: Sql,
  bounds: { readonly days: number; readonly limit: number },
): Promise<EndingKey[]> {
  const rows = await sql<Columns[]>`
    select k.id, k.organization_id, k.expires_at as ends_at, k.noticed_at from (
      select *, expires_at - case
        when expires_at < now() + interval '1 day' or expires_at - created_at <= ${bounds.days} * interval '1 day'
        then interval '1 day' else ${bounds.days} * interval '1 day' end as noticed_at
      from api_keys
      where expires_at is not null and revoked_at is null and is_enabled and replaced_by is null
        and expires_at > now() and expires_at < now() + ${bounds.days} * interval '1 day'
        and expires_at - created_at > interval '1 day'
    ) k
    where k.noticed_at <= now()
      and not exists (select from notices n where n.key_id = k.id and n.kind = 'key.expiring'
        and n.resolved_at is null and n.last_at >= k.noticed_at)
    limit ${bounds.limit}`;
  return rows.map((row) => ({ ...toEnding(row), keyId: asId<"key">(row.id) }));
}

/** `bell`: people see it, and a mail is to follow. Relies on notices_open. */
export async function openSecretNotice(
  sql: Sql,
  id: Id<"ntc">,
  { organizationId, endpointId, endsAt, noticedAt }: EndingSecret,
): Promise<void> {
  await sql`
    insert into notices (id, organization_id, endpoint_id, kind, first_at, last_at, ends_at, told_at, told_how)
    values (${id}, ${organizationId}, ${endpointId}, 'secret.ending', ${noticedAt}, ${noticedAt}, ${endsAt},
      now(), 'bell')
    on conflict (endpoint_id, kind) where resolved_at is null do nothing`;
}

/** Opens the notice of a key, or makes the open one news again. Relies on notices_open_of_key. */
export async function openKeyNotice(
  sql: Sql,
  id: Id<"ntc">,
  { organizationId, keyId, endsAt, noticedAt }: EndingKey,
): Promise<void> {
  await sql`
    insert into notices as n (id, organization_id, key_id, kind, first_at, last_at, ends_at, told_at, told_how)
    values (${id}, ${organizationId}, ${keyId}, 'key.expiring', ${noticedAt}, ${noticedAt}, ${endsAt}, now(), 'bell')
    on conflict (key_id, kind) where resolved_at is null and key_id is not null do update set
      last_at = greatest(n.last_at, excluded.last_at), ends_at = excluded.ends_at, told_how = excluded.told_how`;
}

/** An open notice of an ending that nobody got a mail about, or none since it became news again. */
export interface UntoldEnding {
  readonly id: Id<"ntc">;
  readonly organizationId: OrganizationId;
  readonly organizationName: string;
  /** What ends: the previous secret of an endpoint, or a key. */
  readonly subject:
    | { readonly kind: "secret.ending"; readonly endpointId: EndpointId; readonly url: string }
    | { readonly kind: "key.expiring"; readonly keyId: Id<"key"> };
  /** The endpoint's description, or the key's name. */
  readonly description: string;
  readonly endsAt: Date;
  readonly noticedAt: Date;
  /** Of the endpoint; none for a key. */
  readonly alertEmails: readonly string[];
  readonly people: readonly Person[];
}

/** Those that became news first come first. Relies on notices_open and notices_open_of_key. */
export async function listUntoldEndings(tx: Sql, limit: number): Promise<UntoldEnding[]> {
  const rows = await tx<UntoldColumns[]>`
    select n.id, n.organization_id, o.name as organization_name, n.kind, n.endpoint_id, n.key_id, e.url,
      coalesce(e.description, k.name) as description, n.ends_at, n.last_at as noticed_at,
      coalesce(e.alert_emails, '{}') as alert_emails, ${peopleOf(tx)} as people
    from notices n
    join organizations o on o.id = n.organization_id
    left join endpoints e on e.id = n.endpoint_id
    left join api_keys k on k.id = n.key_id
    where n.resolved_at is null and n.kind in ('secret.ending', 'key.expiring') and n.told_how = 'bell'
      and n.ends_at > now()
    order by n.last_at, n.id limit ${limit}`;
  return rows.map((row) => ({
    id: asId<"ntc">(row.id),
    organizationId: asId<"org">(row.organization_id),
    organizationName: row.organization_name,
    subject: subjectOf(row),
    description: row.description,
    endsAt: row.ends_at,
    noticedAt: row.noticed_at,
    alertEmails: row.alert_emails,
    people: row.people ?? [],
  }));
}

interface UntoldColumns extends Columns {
  organization_name: string;
  endpoint_id: string | null;
  key_id: string | null;
  url: string | null;
  description: string;
  alert_emails: string[];
  people: Person[] | null;
}

function subjectOf({ endpoint_id, key_id, url }: UntoldColumns): UntoldEnding["subject"] {
  if (key_id !== null) return { kind: "key.expiring", keyId: asId<"key">(key_id) };
  assert(endpoint_id !== null && url !== null, "a notice is about an endpoint or about a key");
  return { kind: "secret.ending", endpointId: asId<"ep">(endpoint_id), url };
}

/**
 * Closes what is over: the old secret is gone or lives on, the key was revoked, rolled, prolonged or switched off.
 * A key that has expired stays news for `days`: whoever is away must still find out why a program gets 401.
 */
export async function closeEndingNotices(
  sql: Sql,
  bounds: { readonly secretMs: number; readonly days: number },
): Promise<void> {
  await sql`
    update notices n set resolved_at = now()
    where n.resolved_at is null and n.kind = 'secret.ending'
      and not exists (select from signing_secrets s join endpoints e on e.id = s.endpoint_id
        where s.endpoint_id = n.endpoint_id and s.state = 'previous' and s.expires_at > now()
          and s.expires_at < now() + ${bounds.secretMs} * interval '1 millisecond' and e.deleted_at is null)`;
  await sql`
    update notices n set resolved_at = now()
    from api_keys k
    where n.resolved_at is null and n.kind = 'key.expiring' and k.id = n.key_id
      and (k.revoked_at is not null or not k.is_enabled or k.replaced_by is not null or k.expires_at is null
        or k.expires_at > now() + ${bounds.days} * interval '1 day'
        or k.expires_at < now() - ${bounds.days} * interval '1 day')`;
}

function toEnding(row: Columns): Ending {
  return {
    organizationId: asId<"org">(row.organization_id),
    endsAt: row.ends_at,
    noticedAt: row.noticed_at,
  };
}
