import type { OrganizationId } from "./id.ts";

/** What a key that is limited to resources may see of its organization. */
export interface LimitedScope {
  readonly organizationId: OrganizationId;
  /** Every resource at or below those of the key. */
  readonly reach: readonly string[];
}

/** Whose objects a caller may see: one organization's, a part of them, or all for the operator. */
export type Scope = OrganizationId | "all" | LimitedScope;

/** The organization of a scope, or undefined for all of them. */
export function organizationOf(scope: Scope): OrganizationId | undefined {
  if (scope === "all") return undefined;
  return typeof scope === "string" ? scope : scope.organizationId;
}
