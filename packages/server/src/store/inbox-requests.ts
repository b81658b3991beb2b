import { plainArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import { asId, type Id } from "../domain/id.ts";
import type { Scope } from "../domain/scope.ts";
import type { InboxRow } from "./inboxes.ts";
import { inRange, inScope, type PageBounds } from "./page.ts";

/** A request that an inbox received. */
export interface InboxRequestRow {
  readonly id: Id<"ibr">;
  readonly inboxId: InboxRow["id"];
  /** Counts the requests of one inbox from 1, without gaps. */
  readonly number: number;
  readonly receivedAt: Date;
  readonly method: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Null as long as there is no answer. */
  readonly answeredStatus: number | null;
  /** Number of the first request of the same delivery; null for that one itself. */
  readonly duplicateOf: number | null;
  /** As it was given to `insertInboxRequest`. */
  readonly verification: unknown;
}

interface Columns {
  id: string;
  inbox_id: string;
  number: number;
  received_at: Date;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  answered_status: number | null;
  duplicate_of: number | null;
  verification: unknown;
}

/** Stores a request, and forgets the oldest ones beyond the bounds; in the transaction that numbered it. */
export async function insertInboxRequest(
  sql: Sql,
  row: InboxRequestRow,
  bounds: { readonly requestsMax: number; readonly deliveriesMax: number },
): Promise<void> {
  const { inboxId, number } = row;
  await sql`
    with request as (
      insert into inbox_requests (id, inbox_id, number, received_at, method, path, headers, body,
        answered_status, duplicate_of, verification)
      values (${row.id}, ${inboxId}, ${number}, ${row.receivedAt}, ${row.method}, ${row.path},
        ${JSON.stringify(row.headers)}::text::json, ${row.body}, ${row.answeredStatus},
        ${row.duplicateOf}, ${JSON.stringify(row.verification)}::text::json)
    ),
    forgotten as (
      delete from inbox_requests
      where inbox_id = ${inboxId} and number <= ${number - bounds.requestsMax}
    )
    delete from inbox_seen
    where inbox_id = ${inboxId} and last_number <= ${number - bounds.deliveriesMax}`;
}

/** Writes down an answer that was given late; nothing happens when the request is gone by now. */
export async function noteAnswer(
  sql: Sql,
  id: InboxRequestRow["id"],
  status: number,
): Promise<void> {
  await sql`update inbox_requests set answered_status = ${status} where id = ${id}`;
}

/**
 * A page by number. When the request at the end of the last page was forgotten meanwhile, so were all before it.
 * Relies on the unique index over inbox and number.
 */
export async function listInboxRequests(
  sql: Sql,
  inboxId: InboxRow["id"],
  page: PageBounds,
): Promise<InboxRequestRow[]> {
  const rows = await sql<Columns[]>`
    select * from inbox_requests where inbox_id = ${inboxId} and ${afterNumber(sql, page)}
      and ${inRange(sql, page)}
    order by number ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map(toRequest);
}

export async function findInboxRequest(
  sql: Sql,
  inboxId: InboxRow["id"],
  id: InboxRequestRow["id"],
): Promise<InboxRequestRow | undefined> {
  const rows = await sql<Columns[]>`
    select * from inbox_requests where id = ${id} and inbox_id = ${inboxId}`;
  return rows.map(toRequest)[0];
}

/** Those of `ids` that inboxes of the scope have kept, in no particular order. */
export async function findInboxRequests(
  sql: Sql,
  ids: readonly InboxRequestRow["id"][],
  scope: Scope,
): Promise<InboxRequestRow[]> {
  const rows = await sql<Columns[]>`
    select r.* from inbox_requests r join inboxes i on i.id = r.inbox_id
    where r.id = any(${plainArray(ids)}::uuid[]) and ${inScope(sql, scope, { organization: "i.organization_id" })}`;
  return rows.map(toRequest);
}

/** When each of these inboxes got its newest request, and how many came in the last 24 hours (kept ones). */
export async function summarizeRequests(
  sql: Sql,
  inboxIds: readonly InboxRow["id"][],
): Promise<Map<InboxRow["id"], RequestSummary>> {
  const rows = await sql<{ inbox_id: string; last_at: Date; day_count: number }[]>`
    select inbox_id, max(received_at) as last_at,
      count(*) filter (where received_at > now() - interval '24 hours')::int as day_count
    from inbox_requests where inbox_id = any(${plainArray(inboxIds)}::uuid[]) group by inbox_id`;
  return new Map(
    rows.map((row) => [
      asId<"ibx">(row.inbox_id),
      { lastRequestAt: row.last_at, dayCount: row.day_count },
    ]),
  );
}

export interface RequestSummary {
  readonly lastRequestAt: Date;
  readonly dayCount: number;
}

function afterNumber(sql: Sql, { after, isDescending }: PageBounds) {
  if (after === null) return sql`true`;
  const last = sql`(select number from inbox_requests where id = ${after})`;
  return isDescending ? sql`number < ${last}` : sql`number > coalesce(${last}, 0)`;
}

function toRequest(row: Columns): InboxRequestRow {
  return {
    id: asId<"ibr">(row.id),
    inboxId: asId<"ibx">(row.inbox_id),
    number: row.number,
    receivedAt: row.received_at,
    method: row.method,
    path: row.path,
    headers: row.headers,
    body: row.body,
    answeredStatus: row.answered_status,
    duplicateOf: row.duplicate_of,
    verification: row.verification,
  };
}
