import type { Scope } from "../domain/scope.ts";
import * as z from "zod";
import { isEventType, isOrderingKey, isResource } from "../domain/event-fields.ts";
import { ANSWERS } from "../domain/statistics.ts";
import { ANY_DELIVERY, type DeliveryFilter } from "../store/delivery-conditions.ts";
import { deliveryStatus } from "./delivery-view.ts";
import { alternatives, booleanParameter, idIn } from "./schemas.ts";
import { readTimeRange, timeRangeParameters } from "./time-range.ts";
import { failWith } from "./validate.ts";

/** What chooses deliveries: of the list, and of everything that is done to all that a list shows. */
export const deliveryParameters = {
  ...timeRangeParameters,
  eventId: idIn("evt").optional(),
  endpointId: idIn("ep").optional(),
  status: alternatives(deliveryStatus),
  type: alternatives(z.string().refine(isEventType, failWith("type_invalid"))),
  resource: z.string().refine(isResource, failWith("resource_invalid")).optional(),
  orderingKey: z.string().refine(isOrderingKey, failWith("ordering_key_invalid")).optional(),
  isTest: booleanParameter.optional(),
  /** How the last attempt ended. */
  response: alternatives(z.enum(ANSWERS)),
  /** Attempts over all generations, at least so many. */
  "attempts[gte]": z
    .string()
    .refine((text) => /^\d{1,5}$/.test(text), failWith("invalid_value"))
    .transform(Number)
    .optional(),
};

const parameters = z.object(deliveryParameters);

/** Throws `range_invalid`. */
export function readDeliveryFilter(
  query: z.output<typeof parameters>,
  { scope, nowMs }: { readonly scope: Scope; readonly nowMs: number },
): DeliveryFilter {
  return {
    ...ANY_DELIVERY,
    scope,
    eventId: query.eventId ?? null,
    endpointId: query.endpointId ?? null,
    statuses: query.status ?? null,
    types: query.type ?? null,
    resource: query.resource ?? null,
    orderingKey: query.orderingKey ?? null,
    createdAt: readTimeRange(query, nowMs),
    isTest: query.isTest ?? null,
    responses: query.response ?? null,
    minAttempts: query["attempts[gte]"] ?? null,
  };
}

/** True when the query narrows nothing down. */
export function isUnfiltered(query: z.output<typeof parameters>): boolean {
  return Object.keys(deliveryParameters).every(
    (name) => !Object.hasOwn(query, name) || Reflect.get(query, name) === undefined,
  );
}
