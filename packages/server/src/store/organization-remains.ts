import type { Sql } from "../db/pool.ts";
import { asId, type OrganizationId } from "../domain/id.ts";

/** The first organization after this id whose remains are still to be removed, or undefined. */
export async function findDeletedOrganization(
  sql: Sql,
  after: OrganizationId,
): Promise<OrganizationId | undefined> {
  const rows = await sql<{ id: string }[]>`
    select id from organizations where deleted_at is not null and id > ${after} order by id limit 1`;
  return rows[0] && asId<"org">(rows[0].id);
}

/**
 * What names an organization, in the order in which it can go: whoever is referred to comes after those who refer.
 * `sessions` end with it; people stay.
 */
export const REMAINS = [
  "events",
  "idempotency_keys",
  "delivery_statistics",
  "live_changes",
  "live_watches",
  "ordering_keys",
  "jobs",
  "announcements",
  "mails",
  "notices",
  "receipts",
  "sources",
  "inboxes",
  "listeners",
  "signing_secrets",
  "endpoints",
  "api_keys",
  "resources",
  "links",
  "device_logins",
  "sessions",
  "memberships",
] as const;

/** Of these the ids stay: the log says that there was something, and not what. */
export const KEPT_REMAINS = ["audit_entries"] as const;

/**
 * Removes up to `limit` deliveries with their attempts; answers how many. Relies on deliveries_by_organization. Whoever
 * is sending one of them finds it gone when the result is settled, which changes nothing.
 */
export async function deleteDeliveriesOf(
  sql: Sql,
  id: OrganizationId,
  limit: number,
): Promise<number> {
  const rows = await sql<{ count: number }[]>`
    with gone as materialized (
      select id from deliveries where organization_id = ${id} order by id limit ${limit} for update
    ),
    without_attempts as (delete from attempts where delivery_id in (select id from gone)),
    deleted as (delete from deliveries where id in (select id from gone) returning 1)
    select count(*)::int as count from deleted`;
  return rows[0]?.count ?? 0;
}

/** Removes up to `limit` rows of one of `REMAINS`; answers how many. */
export async function deleteRemains(
  sql: Sql,
  remains: { readonly id: OrganizationId; readonly table: (typeof REMAINS)[number] },
  limit: number,
): Promise<number> {
  const { id, table } = remains;
  if (table === "endpoints") {
    await sql`
      delete from endpoint_state where endpoint_id in (select id from endpoints where organization_id = ${id})`;
  }
  // Rolled keys name their successors.
  if (table === "api_keys") {
    await sql`update api_keys set replaced_by = null where organization_id = ${id} and replaced_by is not null`;
  }
  // Each names the one above it, and a batch may hold that and not this one.
  if (table === "resources") {
    await sql`update resources set parent = null where organization_id = ${id} and parent is not null`;
  }
  const result = await sql`
    delete from ${sql(table)} where (tableoid, ctid) in (
      select tableoid, ctid from ${sql(table)} where organization_id = ${id} limit ${limit})`;
  return result.count;
}

/** The end: the log forgets what was, and the row goes. */
export async function deleteOrganizationRow(sql: Sql, id: OrganizationId): Promise<void> {
  await sql`
    update audit_entries set before = null, after = null, actor_name = null, address = null
    where organization_id = ${id}`;
  await sql`delete from organizations where id = ${id}`;
}
