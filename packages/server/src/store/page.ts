import type { Sql } from "../db/pool.ts";
import type { OrganizationId } from "../domain/id.ts";

/** Where a page of a list begins and how long it is; lists are ordered by id, which is their age. */
export interface PageBounds {
  /** One more than asked for: whether there is a next page. */
  readonly limit: number;
  /** The id to continue after, or null for the first page. */
  readonly after: string | null;
  readonly isDescending: boolean;
}

/** Whose rows a read may see: those of one organization, or all of them for the operator. */
export type Scope = OrganizationId | "all";

/** The condition of a scope; `column` may carry the alias of a table. */
export function inScope(sql: Sql, scope: Scope, column = "organization_id") {
  return scope === "all" ? sql`true` : sql`${sql(column)} = ${scope}`;
}

/** The condition that a list ordered by `column` goes on behind the last page. */
export function afterPage(sql: Sql, { after, isDescending }: PageBounds, column = "id") {
  if (after === null) return sql`true`;
  return isDescending ? sql`${sql(column)} < ${after}` : sql`${sql(column)} > ${after}`;
}
