import * as z from "zod";
import type { Caller } from "../access/authenticate.ts";
import type { DeliveryAddress } from "../delivery/redeliver.ts";
import { parseId, type OrganizationId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { readScope } from "./organization.ts";
import { organizationParameter } from "./schemas.ts";

/** The query of routes below `/api/deliveries/:id`: an operator may pin the organization. */
export const deliveryQuery = z.strictObject(organizationParameter);

/** The delivery that a path names; throws `not_found` for a text that is no id of one. */
export function deliveryAddress(call: {
  readonly caller: Caller;
  readonly params: { readonly id: string };
  readonly query: { readonly organizationId?: OrganizationId | undefined };
}): DeliveryAddress {
  const scope = readScope(call.caller, call.query.organizationId);
  const id = parseId("dlv", call.params.id);
  if (id === undefined) throw new ApiError("not_found");
  return { id, scope };
}
