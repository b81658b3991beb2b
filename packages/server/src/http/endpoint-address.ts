import * as z from "zod";
import type { Caller } from "../access/authenticate.ts";
import { parseId, type OrganizationId } from "../domain/id.ts";
import type { EndpointAddress } from "../endpoints/context.ts";
import { ApiError } from "../errors.ts";
import { readScope } from "./organization.ts";
import { organizationParameter } from "./schemas.ts";

/** The query of routes below `/api/webhooks/:id`: an operator may pin the organization. */
export const endpointQuery = z.strictObject(organizationParameter);

/** The endpoint that a path names; throws `not_found` for a text that is no id of one. */
export function endpointAddress(call: {
  readonly caller: Caller;
  readonly params: { readonly id: string };
  readonly query: { readonly organizationId?: OrganizationId | undefined };
}): EndpointAddress {
  const scope = readScope(call.caller, call.query.organizationId);
  const id = parseId("ep", call.params.id);
  if (id === undefined) throw new ApiError("not_found");
  return { id, scope };
}
