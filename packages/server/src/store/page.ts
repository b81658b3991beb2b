import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { Scope } from "../domain/scope.ts";

/** Where a page of a list begins and how long it is; lists are ordered by id, which is their age. */
export interface PageBounds {
  /** One more than asked for: whether there is a next page. */
  readonly limit: number;
  /** The id to continue after, or null for the first page. */
  readonly after: string | null;
  readonly isDescending: boolean;
}

/** Where a table says whose a row is. */
export interface ScopedColumns {
  /** With the alias of the table: `d.organization_id`. */
  readonly organization?: string;
  /** How a row belongs to a resource; of the tables without any a limited key sees nothing. */
  readonly resource?:
    | { readonly kind: "resource" | "resources" | "endpoint"; readonly column: string }
    | undefined;
}

/** The condition of a scope. */
export function inScope(sql: Sql, scope: Scope, columns: ScopedColumns = {}) {
  const { organization = "organization_id", resource } = columns;
  if (scope === "all") return sql`true`;
  if (typeof scope === "string") return sql`${sql(organization)} = ${scope}`;
  if (!resource) return sql`false`;
  const reach = textArray(scope.reach);
  const own = sql`${sql(organization)} = ${scope.organizationId}`;
  const column = sql(resource.column);
  switch (resource.kind) {
    case "resource":
      return sql`(${own} and ${column} = any(${reach}::text[]))`;
    case "resources":
      return sql`(${own} and ${column} <> '{}' and ${column} <@ ${reach}::text[])`;
    case "endpoint":
      return sql`(${own} and ${column} in (
        select id from endpoints
        where organization_id = ${scope.organizationId} and resource = any(${reach}::text[])))`;
  }
}

/** The condition that a list ordered by `column` goes on behind the last page. */
export function afterPage(sql: Sql, { after, isDescending }: PageBounds, column = "id") {
  if (after === null) return sql`true`;
  return isDescending ? sql`${sql(column)} < ${after}` : sql`${sql(column)} > ${after}`;
}
