import { plainArray, textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type EndpointId, type Id, type OrganizationId } from "../domain/id.ts";
import type { Scope } from "../domain/scope.ts";
import { afterPage, inScope, type PageBounds, type ScopedColumns } from "./page.ts";

/** Whoever may see the endpoint may see what is told of it. */
const NOTICE_SCOPE: ScopedColumns = {
  organization: "n.organization_id",
  resource: { kind: "resource", column: "e.resource" },
};

export const NOTICE_KINDS = [
  "delivery.exhausted",
  "endpoint.failing",
  "endpoint.disabled",
  "secret.ending",
  "key.expiring",
  "event-type.deprecated",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
/** Those that the engine finds, and that people get one mail an hour about. */
export type AlertKind = Exclude<
  NoticeKind,
  "secret.ending" | "key.expiring" | "event-type.deprecated"
>;

/**
 * How people were told of a notice outside of the lists; `over`: not at all, because it was over before; `bell`: not
 * yet, of the kinds that get a mail each.
 */
export type ToldHow = "mail" | "no_recipients" | "mail_not_configured" | "over" | "bell";

/** What the people of an organization should know about an endpoint, a key or an event type. */
export interface NoticeRow {
  readonly id: Id<"ntc">;
  readonly organizationId: OrganizationId;
  /** Null when it is about something else; so are the next three. */
  readonly endpointId: EndpointId | null;
  readonly keyId: Id<"key"> | null;
  readonly eventType: string | null;
  /** Of the endpoint. */
  readonly url: string | null;
  /** The endpoint's description, the key's name, or the event type. */
  readonly description: string;
  readonly kind: NoticeKind;
  /** When the secret or key ends. */
  readonly endsAt: Date | null;
  /** Exhausted deliveries; 0 for the other kinds. */
  readonly deliveryCount: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly lastOutcome: string | null;
  readonly lastStatus: number | null;
  /** Why an endpoint was disabled. */
  readonly reason: string | null;
  readonly resolvedAt: Date | null;
  /** Null as long as nobody was told; then the latest time, with how many deliveries, how, and how many people. */
  readonly toldAt: Date | null;
  readonly toldCount: number;
  readonly toldHow: ToldHow | null;
  readonly recipientCount: number;
  /** Of the reader that was asked for; null when nothing has been read since `lastAt`. */
  readonly readAt: Date | null;
}

export interface NoticeFilter {
  /** Any of these; null for all. */
  readonly kinds: readonly NoticeKind[] | null;
  readonly endpointId: EndpointId | null;
  readonly isResolved: boolean | null;
  readonly isRead: boolean | null;
}

interface Columns {
  id: string;
  organization_id: string;
  endpoint_id: string | null;
  key_id: string | null;
  event_type: string | null;
  url: string | null;
  description: string;
  kind: NoticeKind;
  ends_at: Date | null;
  delivery_count: number;
  first_at: Date;
  last_at: Date;
  last_outcome: string | null;
  last_status: number | null;
  reason: string | null;
  resolved_at: Date | null;
  told_at: Date | null;
  told_count: number;
  told_how: ToldHow | null;
  recipient_count: number;
  read_at: Date | null;
}

/** What a notice begins with, or what an open one of the same endpoint and kind takes in. */
export interface NewNotice extends Pick<
  NoticeRow,
  | "id"
  | "organizationId"
  | "deliveryCount"
  | "firstAt"
  | "lastAt"
  | "lastOutcome"
  | "lastStatus"
  | "reason"
> {
  readonly endpointId: EndpointId;
  readonly kind: AlertKind;
  /** Whether an operational event was made about it. */
  readonly isPublished: boolean;
}

/**
 * True: until the end of this transaction no other node writes notices or tells people of them. Never waits.
 * Otherwise two nodes would tell the same, or count deliveries as told that nobody was told of.
 */
export async function tryLockNotices(tx: Sql): Promise<boolean> {
  const rows = await tx<{ is_ours: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtext('posthorn.notices')) as is_ours`;
  return rows[0]?.is_ours ?? false;
}

/** Opens a notice, or adds to the open one. Relies on notices_open. */
export async function openNotice(sql: Sql, notice: NewNotice): Promise<void> {
  const { id, organizationId, endpointId, kind, deliveryCount, firstAt, lastAt } = notice;
  await sql`
    insert into notices as n (id, organization_id, endpoint_id, kind, delivery_count, first_at, last_at,
      last_outcome, last_status, reason, is_published)
    values (${id}, ${organizationId}, ${endpointId}, ${kind}, ${deliveryCount}, ${firstAt}, ${lastAt},
      ${notice.lastOutcome}, ${notice.lastStatus}, ${notice.reason}, ${notice.isPublished})
    on conflict (endpoint_id, kind) where resolved_at is null do update set
      delivery_count = n.delivery_count + excluded.delivery_count,
      last_at = greatest(n.last_at, excluded.last_at), last_outcome = excluded.last_outcome,
      last_status = excluded.last_status, reason = excluded.reason`;
}

/** A notice that has just been closed. */
export interface ClosedNotice {
  readonly kind: NoticeKind;
  readonly organizationId: OrganizationId;
  readonly endpointId: EndpointId;
  readonly url: string;
  readonly description: string;
  readonly isDeleted: boolean;
  readonly firstAt: Date;
  readonly resolvedAt: Date;
  readonly isPublished: boolean;
}

/**
 * Closes what is over: the endpoint works again, is no longer disabled, or is deleted. Notices of exhausted deliveries
 * stay open for `quietMs`, so that an endpoint that fails now and then does not get one for each delivery. Relies on
 * notices_open, of which there are few.
 */
export async function closeNotices(sql: Sql, quietMs: number): Promise<ClosedNotice[]> {
  const rows = await sql<ClosedColumns[]>`
    update notices n set resolved_at = now()
    from endpoints e left join endpoint_state s on s.endpoint_id = e.id
    where n.resolved_at is null and e.id = n.endpoint_id and (
      e.deleted_at is not null
      or (n.kind = 'endpoint.disabled' and e.state <> 'disabled')
      or (n.kind = 'endpoint.failing' and e.state <> 'disabled' and s.failing_since is null)
      or (n.kind = 'delivery.exhausted' and s.failing_since is null
        and n.last_at < now() - ${quietMs} * interval '1 millisecond'))
    returning n.kind, n.organization_id, n.endpoint_id, e.url, e.description, e.deleted_at is not null as is_deleted,
      n.first_at, n.resolved_at, n.is_published`;
  return rows.map((row) => ({
    kind: row.kind,
    organizationId: asId<"org">(row.organization_id),
    endpointId: asId<"ep">(row.endpoint_id),
    url: row.url,
    description: row.description,
    isDeleted: row.is_deleted,
    firstAt: row.first_at,
    resolvedAt: row.resolved_at,
    isPublished: row.is_published,
  }));
}

interface ClosedColumns {
  kind: NoticeKind;
  organization_id: string;
  endpoint_id: string;
  url: string;
  description: string;
  is_deleted: boolean;
  first_at: Date;
  resolved_at: Date;
  is_published: boolean;
}

/** A person starts the endpoint afresh: its run of failures ends without a success that could be told of. */
export async function closeFailingNotice(sql: Sql, endpointId: EndpointId): Promise<void> {
  await sql`
    update notices set resolved_at = now()
    where endpoint_id = ${endpointId} and kind = 'endpoint.failing' and resolved_at is null`;
}

/** A page of notices by id, which is their age, with what `reader` has read. */
export async function listNotices(
  sql: Sql,
  list: { readonly filter: NoticeFilter; readonly view: NoticeView },
  page: PageBounds,
): Promise<NoticeRow[]> {
  const { filter, view } = list;
  const { endpointId, kinds, isResolved, isRead } = filter;
  const rows = await sql<Columns[]>`
    ${selectNotices(sql, view.reader)}
    where ${inScope(sql, view.scope, NOTICE_SCOPE)} and ${visible(sql, view)}
      and ${kinds === null ? sql`true` : sql`n.kind = any(${textArray(kinds)}::text[])`}
      and ${endpointId === null ? sql`true` : sql`n.endpoint_id = ${endpointId}`}
      and ${isResolved === null ? sql`true` : sql`(n.resolved_at is not null) = ${isResolved}`}
      and ${isRead === null ? sql`true` : sql`(r.read_at is not null) = ${isRead}`}
      and ${afterPage(sql, page, "n.id")}
    order by n.id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toNotice);
}

/** Through whose eyes notices are looked at. */
export interface NoticeView {
  readonly scope: Scope;
  readonly reader: string;
  /** False: nothing about keys, for who may not see keys. */
  readonly seesKeys: boolean;
}

/** `undefined` for one that does not exist or belongs to somebody else. */
export async function findNotice(
  sql: Sql,
  id: NoticeRow["id"],
  view: NoticeView,
): Promise<NoticeRow | undefined> {
  const rows = await sql<Columns[]>`
    ${selectNotices(sql, view.reader)}
    where n.id = ${id} and ${inScope(sql, view.scope, NOTICE_SCOPE)} and ${visible(sql, view)}`;
  return rows.map(toNotice)[0];
}

/** Those of `ids` that exist in the scope, in no particular order. */
export async function findNotices(
  sql: Sql,
  ids: readonly NoticeRow["id"][],
  view: NoticeView,
): Promise<NoticeRow[]> {
  const rows = await sql<Columns[]>`
    ${selectNotices(sql, view.reader)}
    where n.id = any(${plainArray(ids)}::uuid[]) and ${inScope(sql, view.scope, NOTICE_SCOPE)}
      and ${visible(sql, view)}`;
  return rows.map(toNotice);
}

/** Marks notices as read by `reader`; with null all of the scope that are there. Answers how many were unread. */
export async function markNoticesRead(
  sql: Sql,
  ids: readonly NoticeRow["id"][] | null,
  view: NoticeView,
): Promise<number> {
  const result = await sql`
    insert into notice_reads as r (notice_id, reader)
    select n.id, ${view.reader} from notices n left join endpoints e on e.id = n.endpoint_id
    where ${inScope(sql, view.scope, NOTICE_SCOPE)} and ${visible(sql, view)}
      and ${ids === null ? sql`true` : sql`n.id = any(${plainArray(ids)}::uuid[])`}
      and not exists (select from notice_reads k
        where k.notice_id = n.id and k.reader = ${view.reader} and k.read_at >= n.last_at)
    on conflict (notice_id, reader) do update set read_at = now()`;
  return result.count;
}

/** Forgets notices that were resolved `days` ago; at most `limit` a call. */
export async function deleteOldNotices(
  sql: Sql,
  bounds: { readonly days: number; readonly limit: number },
): Promise<void> {
  await sql`
    delete from notices where id = any(array(
      select id from notices where resolved_at < now() - ${bounds.days} * interval '1 day' limit ${bounds.limit}))`;
}

function selectNotices(sql: Sql, reader: string) {
  return sql`
    select n.*, e.url, coalesce(e.description, k.name, n.event_type, '') as description, r.read_at
    from notices n
    left join endpoints e on e.id = n.endpoint_id
    left join api_keys k on k.id = n.key_id
    left join notice_reads r on r.notice_id = n.id and r.reader = ${reader} and r.read_at >= n.last_at`;
}

function visible(sql: Sql, { seesKeys }: NoticeView) {
  return seesKeys ? sql`true` : sql`n.key_id is null`;
}

function toNotice(row: Columns): NoticeRow {
  return {
    id: asId<"ntc">(row.id),
    organizationId: asId<"org">(row.organization_id),
    endpointId: row.endpoint_id === null ? null : asId<"ep">(row.endpoint_id),
    keyId: row.key_id === null ? null : asId<"key">(row.key_id),
    eventType: row.event_type,
    url: row.url,
    description: row.description,
    kind: row.kind,
    endsAt: row.ends_at,
    deliveryCount: row.delivery_count,
    firstAt: row.first_at,
    lastAt: row.last_at,
    lastOutcome: row.last_outcome,
    lastStatus: row.last_status,
    reason: row.reason,
    resolvedAt: row.resolved_at,
    toldAt: row.told_at,
    toldCount: row.told_count,
    toldHow: row.told_how,
    recipientCount: row.recipient_count,
    readAt: row.read_at,
  };
}
