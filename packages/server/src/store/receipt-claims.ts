/** The way of a verified receipt to its event: claimed by a node, settled by it, or claimed again when the node has ended. */
import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EventId, type OrganizationId } from "../domain/id.ts";
import type { Mapping } from "../domain/receipt-event.ts";
import type { Provider, Scheme } from "../domain/source.ts";
import { COUNTED_ROWS_MAX } from "../limits.ts";
import type { ReceiptId, ReceiptOutcome } from "./receipts.ts";
import type { SourceId } from "./sources.ts";

/** A receipt to be mapped, with the settings of its source as they are now. */
export interface ClaimedReceipt {
  readonly id: ReceiptId;
  readonly organizationId: OrganizationId;
  readonly sourceId: SourceId;
  /** The same for every claim. */
  readonly eventId: EventId;
  readonly receivedAt: Date;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly providerType: string;
  /** 1 for the first: nobody before can have accepted its event. */
  readonly claims: number;
  readonly provider: Provider;
  readonly scheme: Scheme | null;
  readonly mapping: Mapping | null;
  readonly dropsOthers: boolean;
  readonly isPaused: boolean;
  /** Of the organization. */
  readonly profile: string;
}

interface ClaimColumns {
  id: string;
  organization_id: string;
  source_id: string;
  event_id: string;
  received_at: Date;
  headers: Record<string, string>;
  body: Buffer;
  provider_type: string;
  claims: number;
  provider: Provider;
  scheme: Scheme | null;
  mapping: Mapping | null;
  drops_others: boolean;
  is_paused: boolean;
  profile: string;
}

/**
 * Claims the oldest receipts that wait, one for each id of a fresh event, which stays with the receipt from here: before
 * anybody can have used it, it is committed. Rows that another node is just claiming are left to it; suspended
 * organizations wait. Relies on receipts_pending.
 */
export async function claimReceipts(
  sql: Sql,
  claim: { readonly eventIds: readonly EventId[]; readonly claimMs: number },
): Promise<ClaimedReceipt[]> {
  const rows = await sql<ClaimColumns[]>`
    with due as materialized (
      select r.id from receipts r
      join sources s on s.id = r.source_id and s.deleted_at is null
      join organizations o on o.id = r.organization_id and o.deleted_at is null and o.suspended_at is null
      where r.outcome = 'pending' and (r.claimed_until is null or r.claimed_until <= now())
      order by r.id limit ${claim.eventIds.length} for update of r skip locked
    ),
    placed as (select id, row_number() over (order by id) as place from due),
    claimed as (
      update receipts r set claims = least(r.claims + 1, 32000),
        claimed_until = now() + ${claim.claimMs} * interval '1 millisecond',
        event_id = coalesce(r.event_id, (${plainArray(claim.eventIds)}::uuid[])[placed.place])
      from placed where r.id = placed.id
      returning r.*
    )
    select c.id, c.organization_id, c.source_id, c.event_id, c.received_at, c.headers, c.body, c.provider_type,
      c.claims, s.provider, s.scheme, s.mapping, s.drops_others, s.status = 'paused' as is_paused, o.profile
    from claimed c join sources s on s.id = c.source_id join organizations o on o.id = c.organization_id
    order by c.id`;
  return rows.map((row) => ({
    id: asId<"rcp">(row.id),
    organizationId: asId<"org">(row.organization_id),
    sourceId: asId<"src">(row.source_id),
    eventId: asId<"evt">(row.event_id),
    receivedAt: row.received_at,
    headers: row.headers,
    body: row.body,
    providerType: row.provider_type,
    claims: row.claims,
    provider: row.provider,
    scheme: row.scheme,
    mapping: row.mapping,
    dropsOthers: row.drops_others,
    isPaused: row.is_paused,
    profile: row.profile,
  }));
}

/** What has become of a claimed receipt. */
export interface SettledReceipt {
  readonly id: ReceiptId;
  readonly outcome: Exclude<ReceiptOutcome, "pending" | "parked">;
  readonly reason: string | null;
  readonly eventType: string | null;
}

/** Ends the claims; one that somebody else has settled meanwhile stays as it is. */
export async function settleReceipts(sql: Sql, settled: readonly SettledReceipt[]): Promise<void> {
  const sorted = settled.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  await sql`
    update receipts r set outcome = u.outcome, outcome_reason = u.reason, event_type = u.event_type,
      claimed_until = null
    from unnest(${plainArray(sorted.map(({ id }) => id))}::uuid[],
                ${textArray(sorted.map(({ outcome }) => outcome))}::text[],
                ${textArray(sorted.map(({ reason }) => reason))}::text[],
                ${textArray(sorted.map(({ eventType }) => eventType))}::text[])
      as u(id, outcome, reason, event_type)
    where r.id = u.id and r.outcome = 'pending'`;
}

/**
 * Gives claims back: the next step may take them. `isPassing`: nothing is wrong with the receipts, and their claims are
 * counted anew; from 1, because an event may be there.
 */
export async function releaseReceipts(
  sql: Sql,
  ids: readonly ReceiptId[],
  { isPassing }: { readonly isPassing: boolean },
): Promise<void> {
  await sql`
    update receipts set claimed_until = null, claims = case when ${isPassing} then 1 else claims end
    where id = any(${plainArray(ids)}::uuid[]) and outcome = 'pending'`;
}

/**
 * Puts receipts of paused sources aside, so that looking for others does not read them again and again. The source's row
 * is locked first and looked at again: a source that goes on meanwhile parks nothing. Those that were claimed once have
 * no event yet, and get a fresh id when their source goes on: an old one would lie in a day that may be gone.
 */
export async function parkReceipts(sql: Sql, ids: readonly ReceiptId[]): Promise<void> {
  const list = plainArray(ids);
  await sql`
    with paused as (
      update sources set has_parked = true
      where id in (select source_id from receipts where id = any(${list}::uuid[])) and status = 'paused'
      returning id
    )
    update receipts set outcome = 'parked', claimed_until = null,
      event_id = case when claims = 1 then null else event_id end, claims = case when claims = 1 then 0 else claims end
    where id = any(${list}::uuid[]) and outcome = 'pending' and source_id in (select id from paused)`;
}

/**
 * Takes up to `limit` parked receipts of one source that goes on again; answers how many. In the caller's transaction,
 * under the lock of the source. Relies on sources_with_parked and receipts_parked.
 */
export async function unparkReceipts(tx: Sql, limit: number): Promise<number> {
  const [source] = await tx<{ id: string }[]>`
    select id from sources where has_parked and status <> 'paused' order by id limit 1 for update skip locked`;
  if (!source) return 0;
  const result = await tx`
    update receipts set outcome = 'pending' where id in (
      select id from receipts where source_id = ${source.id} and outcome = 'parked' order by id limit ${limit})`;
  if (result.count === 0) await tx`update sources set has_parked = false where id = ${source.id}`;
  return result.count;
}

/** How many wait for their events, counted up to a bound, and since when the oldest does. */
export async function measureReceipts(
  sql: Sql,
): Promise<{ readonly waiting: number; readonly oldestSeconds: number }> {
  const [row] = await sql<{ waiting: number; oldest: number | null }[]>`
    select
      (select count(*)::int from (
         select from receipts where outcome = 'pending' limit ${COUNTED_ROWS_MAX}) c) as waiting,
      (select extract(epoch from now() - r.received_at)::float8 from receipts r
       where r.outcome = 'pending' order by r.id limit 1) as oldest`;
  return { waiting: row?.waiting ?? 0, oldestSeconds: Math.max(row?.oldest ?? 0, 0) };
}
