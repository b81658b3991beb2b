import * as z from "zod";
import { parseId } from "../domain/id.ts";
import { ApiError } from "../errors.ts";
import { purgeEvent } from "../jobs/purge.ts";
import { eventSummary, showSummary } from "./events.ts";
import { readScope } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter, pathId } from "./schemas.ts";

const purge = route({
  method: "POST",
  path: "/api/events/:id/purge",
  action: "events.purge",
  audience: "organization",
  summary:
    "Removes the payload of an event and what receivers answered; ids and outcomes stay, unfinished deliveries end.",
  params: pathId,
  query: z.strictObject(organizationParameter),
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: eventSummary
    .extend({
      /** Deliveries that were unfinished; 0 when the event was purged before. */
      cancelledDeliveries: z.int(),
    })
    .meta({ id: "PurgedEvent" }),
  async handle({ services, caller, params, query }) {
    const id = parseId("evt", params.id);
    if (id === undefined) throw new ApiError("not_found");
    const scope = readScope(caller, query.organizationId);
    const { event, cancelled } = await purgeEvent(services, { id, scope });
    return { body: { ...showSummary(event), cancelledDeliveries: cancelled } };
  },
});

export const purgeRoutes: readonly Route[] = [purge];
