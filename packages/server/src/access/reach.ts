import { ApiError } from "../errors.ts";
import type { Caller } from "./authenticate.ts";

/**
 * Throws `resource_not_allowed` when a key that is limited to resources would make or change something outside of
 * them; what belongs to no resource belongs to the whole organization.
 */
export function requireReach(caller: Caller, resource: string | null): void {
  if (caller.kind !== "key") return;
  const { reach } = caller.key.facts;
  if (reach === null || (resource !== null && reach.has(resource))) return;
  throw new ApiError("resource_not_allowed");
}
