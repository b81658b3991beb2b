import type { Sql } from "../db/pool.ts";

/** `null` without a ceiling. */
export async function findDeliveriesRate(sql: Sql): Promise<number | null> {
  const [row] = await sql<{ per_second: number }[]>`select per_second from deliveries_rate`;
  return row?.per_second ?? null;
}

/** From now on at most so many deliveries start in a second; `null` lifts the ceiling. In the caller's transaction. */
export async function putDeliveriesRate(sql: Sql, perSecond: number | null): Promise<void> {
  await sql`delete from deliveries_rate`;
  if (perSecond !== null) await sql`insert into deliveries_rate (per_second) values (${perSecond})`;
}

/**
 * How many of `wanted` deliveries may start now, taken from what all nodes may start together; all of them without a
 * ceiling. Time that passed unused counts up to `burstMs`, so that a claim that comes late costs nothing and a long
 * rest buys no flood. Nodes that ask at once take turns at the row's lock, and each sees what the others have taken.
 */
export async function takeDeliveriesRate(
  sql: Sql,
  wanted: number,
  burstMs: number,
): Promise<number> {
  const from = sql`greatest(next_at, statement_timestamp() - ${burstMs} * interval '1 millisecond')`;
  const room = sql`floor(extract(epoch from statement_timestamp() - ${from}) * per_second) + 1`;
  const taken = sql`greatest(0, least(${wanted}, ${room}))::int`;
  const rows = await sql<{ taken: number }[]>`
    update deliveries_rate set
      taken = ${taken}, next_at = ${from} + ${taken} * (interval '1 second' / per_second)
    returning taken`;
  return rows[0]?.taken ?? wanted;
}

/** Gives back what was taken and not used. */
export async function returnDeliveriesRate(sql: Sql, count: number): Promise<void> {
  await sql`update deliveries_rate set next_at = next_at - ${count} * (interval '1 second' / per_second)`;
}
