import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { OrganizationId } from "../domain/id.ts";

/** A node of an organization's resource tree. */
export interface ResourceRow {
  /** A level of the profile and a name: `artist:nova`. */
  readonly id: string;
  readonly title: string;
  /** The id of the resource above, or null at the top. */
  readonly parent: string | null;
}

/** The whole tree, by id; `RESOURCES_PER_ORGANIZATION_MAX` bounds it. */
export async function listResources(
  sql: Sql,
  organizationId: OrganizationId,
): Promise<ResourceRow[]> {
  return sql<ResourceRow[]>`
    select id, title, parent from resources where organization_id = ${organizationId} order by id`;
}

/**
 * Replaces the tree in the caller's transaction. What stays is updated and not made again, so that two people who
 * write at once wait for each other instead of failing; parents are checked when the transaction commits.
 */
export async function replaceResources(
  sql: Sql,
  organizationId: OrganizationId,
  resources: readonly ResourceRow[],
): Promise<void> {
  const ids = textArray(resources.map(({ id }) => id));
  await sql`
    delete from resources where organization_id = ${organizationId} and not id = any(${ids}::text[])`;
  await sql`
    insert into resources (organization_id, id, title, parent)
    select ${organizationId}, i.id, i.title, i.parent
    from unnest(${ids}::text[], ${textArray(resources.map(({ title }) => title))}::text[],
                ${textArray(resources.map(({ parent }) => parent))}::text[]) as i(id, title, parent)
    order by i.id
    on conflict (organization_id, id) do update set title = excluded.title, parent = excluded.parent`;
}
