import type { Scope } from "../domain/scope.ts";
import type { Caller } from "../access/authenticate.ts";
import { parseId, type OrganizationId } from "../domain/id.ts";
import { ApiError, fieldError, invalidRequest } from "../errors.ts";
import type { OrganizationRow } from "../store/organizations.ts";
import type { Services } from "./services.ts";

/**
 * The organization that a call acts for: the one it names, else the only one there is.
 * Throws `not_found`, or `organization_required` when there are several.
 */
export function requireOrganization(
  services: Services,
  caller: Caller,
  asked: OrganizationId | undefined,
): OrganizationRow | Promise<OrganizationRow> {
  if (caller.kind === "public") throw new ApiError("operator_required");
  if (caller.kind !== "operator") return ownOrganization(caller, asked);
  const known = services.organizations.known(asked);
  return known ? living(known) : read(services, asked);
}

async function read(
  services: Services,
  asked: OrganizationId | undefined,
): Promise<OrganizationRow> {
  const row = await services.organizations.load(asked);
  if (row) return living(row);
  if (asked) throw new ApiError("not_found", { detail: "No organization has this id." });
  throw invalidRequest([fieldError("/organizationId", "organization_required")]);
}

/** Nothing new is made or accepted for an organization that is suspended, by anybody. */
function living(row: OrganizationRow): OrganizationRow {
  if (row.suspendedAt) throw new ApiError("organization_suspended");
  return row;
}

/** For reads: the named organization, or all of them. */
export function readScope(caller: Caller, asked: OrganizationId | undefined): Scope {
  if (caller.kind === "public") throw new ApiError("operator_required");
  if (caller.kind === "operator") return asked ?? "all";
  const { id: organizationId } = ownOrganization(caller, asked);
  const reach = caller.kind === "key" ? caller.key.facts.reach : null;
  return reach === null ? organizationId : { organizationId, reach: [...reach] };
}

/** Whoever belongs to an organization may name it, and no other: that one is not there for them. */
function ownOrganization(
  caller: Extract<Caller, { kind: "key" | "person" }>,
  asked: OrganizationId | undefined,
): OrganizationRow {
  const { organization = undefined } =
    caller.kind === "key" ? caller.key : (caller.person.place ?? {});
  if (!organization) throw new ApiError("membership_required");
  if (asked === undefined || asked === organization.id) return organization;
  throw new ApiError("not_found", { detail: "No organization has this id." });
}

/** `organizationId` of a raw query string; throws 422 for a text that is no such id, and for a repeated one. */
export function readOrganizationParameter(query: string): OrganizationId | undefined {
  const values = new URLSearchParams(query).getAll("organizationId");
  if (values.length > 1) {
    throw invalidRequest([fieldError("/organizationId", "parameter_repeated")]);
  }
  const [value] = values;
  if (value === undefined) return undefined;
  const id = parseId("org", value);
  if (id === undefined) throw invalidRequest([fieldError("/organizationId", "id_invalid")]);
  return id;
}
