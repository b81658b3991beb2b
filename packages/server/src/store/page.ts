import { textArray } from "../db/array.ts";
import type { Sql } from "../db/pool.ts";
import type { IdRange } from "../domain/id.ts";
import type { Scope } from "../domain/scope.ts";

/** Where a page of a list begins and how long it is; lists are ordered by id, which is their age. */
export interface PageBounds {
  /** One more than asked for: whether there is a next page. */
  readonly limit: number;
  /** The id to continue after, or null for the first page. */
  readonly after: string | null;
  readonly isDescending: boolean;
  /** Only ids in it; all when absent. */
  readonly within?: IdRange | undefined;
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

/** The condition that a list ordered by `column` stays in the range and goes on behind the last page. */
export function afterPage(sql: Sql, page: PageBounds, column = "id") {
  const { after, isDescending } = page;
  if (after === null) return inRange(sql, page, column);
  const behind = isDescending ? sql`${sql(column)} < ${after}` : sql`${sql(column)} > ${after}`;
  return sql`${behind} and ${inRange(sql, page, column)}`;
}

/** The condition that an id begins as it was asked for. */
export function inRange(sql: Sql, { within }: Pick<PageBounds, "within">, column = "id") {
  if (within === undefined) return sql`true`;
  return sql`${sql(column)} between ${within.first} and ${within.last}`;
}
