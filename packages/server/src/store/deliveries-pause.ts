import type { Sql } from "../db/pool.ts";

/** That an operator lets all deliveries of the installation wait. */
export interface DeliveriesPause {
  readonly pausedAt: Date;
  /** A person's name or a key's id, as it was then; null where nobody is known. */
  readonly pausedBy: string | null;
  readonly reason: string | null;
}

/** `null` while deliveries flow. */
export async function findDeliveriesPause(sql: Sql): Promise<DeliveriesPause | null> {
  return toPause(await sql<Columns[]>`select ${columns(sql)} from installation`);
}

/**
 * Lets all deliveries wait; a pause that is there stays whose it is, and gets the reason when one is given. Locks the
 * row to the end of the caller's transaction.
 */
export async function startDeliveriesPause(
  sql: Sql,
  { pausedBy, reason }: Omit<DeliveriesPause, "pausedAt">,
): Promise<DeliveriesPause | null> {
  return toPause(
    await sql<Columns[]>`
      update installation set
        deliveries_paused_by = case when deliveries_paused_at is null then ${pausedBy} else deliveries_paused_by end,
        deliveries_paused_reason = coalesce(${reason}, deliveries_paused_reason),
        deliveries_paused_at = coalesce(deliveries_paused_at, now())
      returning ${columns(sql)}`,
  );
}

export async function endDeliveriesPause(sql: Sql): Promise<void> {
  await sql`
    update installation set deliveries_paused_at = null, deliveries_paused_by = null, deliveries_paused_reason = null`;
}

/** True while all deliveries wait: a look at one row, once per statement. */
export function isAllPaused(sql: Sql) {
  return sql`exists (select from installation where deliveries_paused_at is not null)`;
}

function columns(sql: Sql) {
  return sql`deliveries_paused_at, deliveries_paused_by, deliveries_paused_reason`;
}

interface Columns {
  deliveries_paused_at: Date | null;
  deliveries_paused_by: string | null;
  deliveries_paused_reason: string | null;
}

function toPause([row]: readonly Columns[]): DeliveriesPause | null {
  if (!row?.deliveries_paused_at) return null;
  const { deliveries_paused_at: pausedAt, deliveries_paused_by: pausedBy } = row;
  return { pausedAt, pausedBy, reason: row.deliveries_paused_reason };
}
