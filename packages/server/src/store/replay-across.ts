/** Deliveries of many organizations, looked up in one after the other: the indexes of deliveries begin with it. */
import type { Sql } from "../db/pool.ts";
import { asId, type OrganizationId } from "../domain/id.ts";
import { meets, type DeliveryFilter } from "./delivery-conditions.ts";

/** Living ones that are not suspended. */
interface Among {
  /** Null for all. */
  readonly profile: string | null;
}

/** The first organization behind `after` that has a delivery of the filter; its scope is `all`. */
export async function findNextOrganization(
  sql: Sql,
  filter: DeliveryFilter,
  among: Among & { readonly after: OrganizationId | null },
): Promise<OrganizationId | undefined> {
  const { after } = among;
  const rows = await sql<{ id: string }[]>`
    select o.id from organizations o
    where ${isAmong(sql, among)} and ${after === null ? sql`true` : sql`o.id > ${after}`}
      and exists (select from deliveries d where d.organization_id = o.id and ${meets(sql, filter)})
    order by o.id limit 1`;
  return rows[0] && asId<"org">(rows[0].id);
}

export interface OrganizationCount {
  readonly organizationId: OrganizationId;
  readonly name: string;
  /** At most the bound. */
  readonly count: number;
}

/** How many deliveries each organization has that the filter takes, counted up to `countMax` each; the most in front. */
export async function countByOrganization(
  sql: Sql,
  filter: DeliveryFilter,
  among: Among & { readonly countMax: number },
): Promise<OrganizationCount[]> {
  const rows = await sql<{ id: string; name: string; count: number }[]>`
    select o.id, o.name, c.count from organizations o cross join lateral (
      select count(*)::int as count from (
        select from deliveries d where d.organization_id = o.id and ${meets(sql, filter)} limit ${among.countMax}) l) c
    where ${isAmong(sql, among)} and c.count > 0 order by c.count desc, o.id`;
  return rows.map(({ id, name, count }) => ({ organizationId: asId<"org">(id), name, count }));
}

function isAmong(sql: Sql, { profile }: Among) {
  return sql`o.deleted_at is null and o.suspended_at is null
    and ${profile === null ? sql`true` : sql`o.profile = ${profile}`}`;
}
