import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EventId, type Id, type OrganizationId } from "../domain/id.ts";
import { idsBetween, type TimeRange } from "./id-range.ts";
import { afterPage, type PageBounds } from "./page.ts";
import { visibleSources, type SourceId, type SourceScope } from "./sources.ts";

export type ReceiptId = Id<"rcp">;

/** What becomes of a verified receipt; `parked`: its source is paused. */
export const RECEIPT_OUTCOMES = ["pending", "parked", "published", "dropped", "failed"] as const;
export type ReceiptOutcome = (typeof RECEIPT_OUTCOMES)[number];

/** A request that arrived at a source. */
export interface ReceiptSummary {
  readonly id: ReceiptId;
  readonly organizationId: OrganizationId;
  readonly sourceId: SourceId;
  readonly receivedAt: Date;
  readonly status: "verified" | "refused";
  /** A code of the error catalogue; null when it is verified. */
  readonly reason: string | null;
  readonly address: string | null;
  readonly bodyBytes: number;
  readonly duplicates: number;
  readonly duplicateAt: Date | null;
  readonly providerId: string | null;
  readonly providerType: string | null;
  readonly replayOf: ReceiptId | null;
  /** Null for refused ones. */
  readonly outcome: ReceiptOutcome | null;
  readonly outcomeReason: string | null;
  readonly eventId: EventId | null;
  readonly eventType: string | null;
}

export interface ReceiptRow extends ReceiptSummary {
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Columns {
  id: string;
  organization_id: string;
  source_id: string;
  received_at: Date;
  status: ReceiptRow["status"];
  reason: string | null;
  address: string | null;
  body_bytes: number;
  duplicates: number;
  duplicate_at: Date | null;
  provider_id: string | null;
  provider_type: string | null;
  replay_of: string | null;
  outcome: ReceiptOutcome | null;
  outcome_reason: string | null;
  event_id: string | null;
  event_type: string | null;
}

type WholeColumns = Columns & {
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
};

/** A request as it arrived. */
export interface ArrivedRequest {
  readonly id: ReceiptId;
  readonly organizationId: OrganizationId;
  readonly sourceId: SourceId;
  readonly receivedAt: Date;
  readonly address: string | null;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly bodyBytes: number;
}

export interface VerifiedReceipt extends ArrivedRequest {
  readonly secretId: Id<"sec">;
  readonly deduplicationKey: Buffer;
  readonly providerId: string | null;
  readonly providerType: string;
}

/**
 * Stores a verified request, or counts it for the one that was there before; in one statement, which is its transaction.
 * Two at once: the second waits for the first in the unique index. `undefined` when the source is gone or was disabled.
 */
export async function insertReceipt(
  sql: Sql,
  receipt: VerifiedReceipt,
): Promise<{ readonly id: ReceiptId; readonly isDuplicate: boolean } | undefined> {
  const rows = await sql<{ id: string }[]>`
    insert into receipts (id, organization_id, source_id, received_at, status, address, query, headers, body,
      body_bytes, deduplication_key, provider_id, provider_type, secret_id, outcome)
    select ${receipt.id}::uuid, s.organization_id, s.id, ${receipt.receivedAt}::timestamptz, 'verified',
      ${receipt.address}::text, ${receipt.query}::text, ${JSON.stringify(receipt.headers)}::text::json,
      ${receipt.body}::bytea, ${receipt.bodyBytes}::int, ${receipt.deduplicationKey}::bytea,
      ${receipt.providerId}::text, ${receipt.providerType}::text, ${receipt.secretId}::uuid, 'pending'
    from sources s join organizations o on o.id = s.organization_id and o.deleted_at is null
    where s.id = ${receipt.sourceId} and s.deleted_at is null and s.status <> 'disabled'
    on conflict (source_id, deduplication_key) where deduplication_key is not null
      do update set duplicates = receipts.duplicates + 1, duplicate_at = excluded.received_at
    returning id`;
  const [row] = rows;
  return row && { id: asId<"rcp">(row.id), isDuplicate: row.id !== receipt.id };
}

export type RefusedReceipt = ArrivedRequest & { readonly reason: string };

/** Keeps a sample of what was refused; of sources that are gone meanwhile nothing. */
export async function insertRefusedReceipts(
  sql: Sql,
  receipts: readonly RefusedReceipt[],
): Promise<void> {
  const rows = receipts.map((each) => ({
    id: each.id,
    sourceId: each.sourceId,
    receivedAt: each.receivedAt.toISOString(),
    reason: each.reason,
    address: each.address,
    query: each.query,
    headers: each.headers,
    body: each.body.toString("base64"),
    bodyBytes: each.bodyBytes,
  }));
  await sql`
    insert into receipts (id, organization_id, source_id, received_at, status, reason, address, query, headers, body,
      body_bytes)
    select (r->>'id')::uuid, s.organization_id, s.id, (r->>'receivedAt')::timestamptz, 'refused', r->>'reason',
      r->>'address', r->>'query', r->'headers', decode(r->>'body', 'base64'), (r->>'bodyBytes')::int
    from json_array_elements(${JSON.stringify(rows)}::text::json) as r
    join sources s on s.id = (r->>'sourceId')::uuid and s.deleted_at is null`;
}

/** Null takes all. */
export interface ReceiptFilter extends SourceScope {
  readonly sourceId: SourceId | null;
  readonly status: ReceiptRow["status"] | null;
  readonly reason: string | null;
  readonly outcomes: readonly ReceiptOutcome[] | null;
  /** Whether the provider has sent it again. */
  readonly isDuplicated: boolean | null;
  readonly providerType: string | null;
  readonly providerId: string | null;
  readonly eventId: EventId | null;
  readonly createdAt: TimeRange;
}

const shown = (sql: Sql) => sql`
  r.id, r.organization_id, r.source_id, r.received_at, r.status, r.reason, r.address, r.body_bytes, r.duplicates,
  r.duplicate_at, r.provider_id, r.provider_type, r.replay_of, r.outcome, r.outcome_reason, r.event_type,
  case when r.outcome = 'published' then r.event_id end as event_id`;

/**
 * A page by id, which is the time of arrival. Relies on receipts_by_organization, receipts_by_source or, for all, on the
 * primary key.
 */
export async function listReceipts(
  sql: Sql,
  filter: ReceiptFilter,
  page: PageBounds,
): Promise<ReceiptSummary[]> {
  const { outcomes, isDuplicated, createdAt } = filter;
  const { first, last } = idsBetween(createdAt);
  const rows = await sql<Columns[]>`
    select ${shown(sql)} from receipts r join sources s on s.id = r.source_id
    where ${visibleSources(sql, filter)} and r.id between ${first} and ${last} and ${afterPage(sql, page, "r.id")}
      and ${equal(sql, "r.source_id", filter.sourceId)} and ${equal(sql, "r.status", filter.status)}
      and ${equal(sql, "r.reason", filter.reason)} and ${equal(sql, "r.provider_type", filter.providerType)}
      and ${equal(sql, "r.provider_id", filter.providerId)} and ${equal(sql, "r.event_id", filter.eventId)}
      and ${outcomes === null ? sql`true` : sql`r.outcome in ${sql([...outcomes])}`}
      and ${isDuplicated === null ? sql`true` : sql`(r.duplicates > 0) = ${isDuplicated}`}
    order by r.id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toSummary);
}

function equal(sql: Sql, column: string, value: string | null) {
  return value === null ? sql`true` : sql`${sql(column)} = ${value}`;
}

/** Those of `ids` that a caller may see, in no particular order. */
export async function findReceipts(
  sql: Sql,
  ids: readonly ReceiptId[],
  scope: SourceScope,
): Promise<ReceiptSummary[]> {
  const rows = await sql<Columns[]>`
    select ${shown(sql)} from receipts r join sources s on s.id = r.source_id
    where r.id = any(${plainArray(ids)}::uuid[]) and ${visibleSources(sql, scope)}`;
  return rows.map(toSummary);
}

export async function findReceipt(
  sql: Sql,
  id: ReceiptId,
  scope: SourceScope,
): Promise<ReceiptRow | undefined> {
  const rows = await sql<WholeColumns[]>`
    select ${shown(sql)}, r.query, r.headers, r.body from receipts r join sources s on s.id = r.source_id
    where r.id = ${id} and ${visibleSources(sql, scope)}`;
  return rows.map((row) => ({
    ...toSummary(row),
    query: row.query,
    headers: row.headers,
    body: row.body,
  }))[0];
}

/** Runs a verified receipt through the mapping again, as a receipt of its own; false when there is none any more. */
export async function insertReplay(
  sql: Sql,
  replay: { readonly id: ReceiptId; readonly of: ReceiptId; readonly receivedAt: Date },
): Promise<boolean> {
  const { id, of, receivedAt } = replay;
  const result = await sql`
    insert into receipts (id, organization_id, source_id, received_at, status, query, headers, body, body_bytes,
      provider_id, provider_type, replay_of, outcome)
    select ${id}, organization_id, source_id, ${receivedAt}, status, query, headers, body, body_bytes, provider_id,
      provider_type, ${of}, 'pending'
    from receipts where id = ${of} and status = 'verified'`;
  return result.count > 0;
}

/** Removes what is too old, a bounded number at a time; answers how many. Relies on the primary key. */
export async function deleteOldReceipts(
  sql: Sql,
  bounds: { readonly days: number; readonly limit: number },
): Promise<number> {
  const result = await sql`
    delete from receipts where id in (
      select id from receipts where id < uuid_floor(now() - ${bounds.days} * interval '1 day')
      order by id limit ${bounds.limit})`;
  return result.count;
}

/** Of each source only the newest refused ones stay, and none for long. Relies on receipts_refused. */
export async function deleteOldRefusedReceipts(
  sql: Sql,
  bounds: { readonly days: number; readonly kept: number; readonly limit: number },
): Promise<void> {
  await sql`
    delete from receipts where id in (
      select old.id from sources s cross join lateral (
        (select id from receipts r where r.source_id = s.id and r.status = 'refused'
         order by r.id desc offset ${bounds.kept} limit ${bounds.limit})
        union all
        (select id from receipts r where r.source_id = s.id and r.status = 'refused'
           and r.id < uuid_floor(now() - ${bounds.days} * interval '1 day')
         order by r.id limit ${bounds.limit})
      ) old limit ${bounds.limit})`;
}

/**
 * What an event was made of goes with its payload. What a request is recognised by stays, though it is a hash of the
 * content where a provider gives no id: the next time that the provider sends it, it would be a new event, and the payload
 * be back. Relies on receipts_by_event.
 */
export async function eraseReceiptsOf(tx: Sql, eventId: EventId): Promise<void> {
  await tx`update receipts set body = '', headers = '{}', query = '' where event_id = ${eventId}`;
}

function toSummary(row: Columns): ReceiptSummary {
  return {
    id: asId<"rcp">(row.id),
    organizationId: asId<"org">(row.organization_id),
    sourceId: asId<"src">(row.source_id),
    receivedAt: row.received_at,
    status: row.status,
    reason: row.reason,
    address: row.address,
    bodyBytes: row.body_bytes,
    duplicates: row.duplicates,
    duplicateAt: row.duplicate_at,
    providerId: row.provider_id,
    providerType: row.provider_type,
    replayOf: row.replay_of === null ? null : asId<"rcp">(row.replay_of),
    outcome: row.outcome,
    outcomeReason: row.outcome_reason,
    eventId: row.event_id === null ? null : asId<"evt">(row.event_id),
    eventType: row.event_type,
  };
}
