import { plainArray, textArray } from "../db/array.ts";
import type { Pool, Sql } from "../db/pool.ts";
import { asId, type Id } from "../domain/id.ts";
import type { ApiKeyId } from "./api-keys.ts";
import type { PageBounds } from "./page.ts";

/** What one key was used for since it was last written down. */
export interface KeyUsage {
  readonly keyId: ApiKeyId;
  readonly requests: number;
  readonly refusals: number;
  /** Milliseconds since the epoch. */
  readonly lastUsedAt: number;
  readonly lastAddress: string | null;
}

export interface KeyCall {
  readonly id: Id<"req">;
  readonly keyId: ApiKeyId;
  readonly at: Date;
  readonly method: string;
  /** As in the route table: ids are not part of it. */
  readonly path: string;
  readonly status: number;
  readonly code: string | null;
  readonly durationMs: number;
  readonly address: string | null;
}

/**
 * Adds what a node has counted: last use, hours and calls. In the order of ids, so that two nodes that write the
 * same keys wait for each other instead of deadlocking. Keys that are gone meanwhile are passed over. All of it or
 * nothing: who tries again after a failure would count the same requests twice.
 */
export async function recordKeyUsage(
  sql: Pool,
  usages: readonly KeyUsage[],
  calls: readonly KeyCall[],
): Promise<void> {
  await sql.begin(async (tx) => {
    await addUsages(tx, usages);
    if (calls.length > 0) await insertCalls(tx, calls);
  });
}

async function addUsages(sql: Sql, usages: readonly KeyUsage[]): Promise<void> {
  const sorted = usages.toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1));
  await sql`
    with used as materialized (
      select k.id, u.requests, u.refusals, to_timestamp(u.at / 1000.0) as at, u.address
      from unnest(${plainArray(sorted.map(({ keyId }) => keyId))}::uuid[],
                  ${plainArray(sorted.map(({ requests }) => requests))}::int[],
                  ${plainArray(sorted.map(({ refusals }) => refusals))}::int[],
                  ${plainArray(sorted.map(({ lastUsedAt }) => lastUsedAt))}::bigint[],
                  ${textArray(sorted.map(({ lastAddress }) => lastAddress))}::text[])
        as u(id, requests, refusals, at, address)
      join api_keys k on k.id = u.id order by k.id for update of k
    ),
    marked as (
      update api_keys k set last_used_at = greatest(k.last_used_at, used.at), last_used_address = used.address
      from used where k.id = used.id
    )
    insert into api_key_usage (key_id, hour, requests, refusals)
    select id, date_trunc('hour', at), requests, refusals from used
    on conflict (key_id, hour) do update set
      requests = api_key_usage.requests + excluded.requests, refusals = api_key_usage.refusals + excluded.refusals`;
}

/** A call that is there already was committed by a try whose answer was lost. */
async function insertCalls(sql: Sql, calls: readonly KeyCall[]): Promise<void> {
  await sql`
    insert into api_key_calls (id, key_id, at, method, path, status, code, duration_ms, address)
    select c.* from unnest(
      ${plainArray(calls.map(({ id }) => id))}::uuid[], ${plainArray(calls.map(({ keyId }) => keyId))}::uuid[],
      ${textArray(calls.map(({ at }) => at.toISOString()))}::timestamptz[],
      ${textArray(calls.map(({ method }) => method))}::text[], ${textArray(calls.map(({ path }) => path))}::text[],
      ${plainArray(calls.map(({ status }) => status))}::smallint[],
      ${textArray(calls.map(({ code }) => code))}::text[],
      ${plainArray(calls.map(({ durationMs }) => durationMs))}::int[],
      ${textArray(calls.map(({ address }) => address))}::text[]) as c(id, key_id)
    join api_keys k on k.id = c.key_id
    on conflict (id) do nothing`;
}

interface CallColumns {
  id: string;
  key_id: string;
  at: Date;
  method: string;
  path: string;
  status: number;
  code: string | null;
  duration_ms: number;
  address: string | null;
}

/** The latest calls of a key, a page of them. */
export async function listKeyCalls(
  sql: Sql,
  keyId: ApiKeyId,
  page: PageBounds,
): Promise<KeyCall[]> {
  const after = page.isDescending ? sql`id < ${page.after}` : sql`id > ${page.after}`;
  const rows = await sql<CallColumns[]>`
    select * from api_key_calls where key_id = ${keyId} and ${page.after === null ? sql`true` : after}
    order by id ${page.isDescending ? sql`desc` : sql`asc`} limit ${page.limit}`;
  return rows.map((row) => ({
    id: asId<"req">(row.id),
    keyId: asId<"key">(row.key_id),
    at: row.at,
    method: row.method,
    path: row.path,
    status: row.status,
    code: row.code,
    durationMs: row.duration_ms,
    address: row.address,
  }));
}

/** Requests of one hour (UTC). */
export interface UsageHour {
  readonly hour: Date;
  readonly requests: number;
  readonly refusals: number;
}

/** The hours of the last `hours` in which the key was used, the oldest first. */
export async function listKeyUsage(sql: Sql, keyId: ApiKeyId, hours: number): Promise<UsageHour[]> {
  return sql<UsageHour[]>`
    select hour, requests, refusals from api_key_usage
    where key_id = ${keyId} and hour > now() - ${hours} * interval '1 hour' order by hour`;
}

/** Forgets calls older than `callDays` and hours older than `usageDays`; at most `limit` of each a time. */
export async function deleteOldKeyUsage(
  sql: Sql,
  bounds: { readonly callDays: number; readonly usageDays: number; readonly limit: number },
): Promise<number> {
  const calls = await sql`
    delete from api_key_calls where id in (
      select id from api_key_calls where at < now() - ${bounds.callDays} * interval '1 day' limit ${bounds.limit})`;
  const hours = await sql`
    delete from api_key_usage where ctid in (
      select ctid from api_key_usage where hour < now() - ${bounds.usageDays} * interval '1 day' limit ${bounds.limit})`;
  return calls.count + hours.count;
}
