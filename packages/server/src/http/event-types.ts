import * as z from "zod";
import { eventTypesOf, type CatalogueEntry } from "../domain/catalogue.ts";
import { OPERATIONAL_EVENTS, OPERATIONAL_GROUP } from "../domain/operational-event.ts";
import { requireOrganization } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter, timestamp } from "./schemas.ts";

const eventTypeObject = z
  .object({
    type: z.string(),
    title: z.string().optional(),
    description: z.string(),
    group: z.string(),
    /** JSON Schema 2020-12 of `data`. */
    schema: z.record(z.string(), z.unknown()),
    /** What such an event may be published with. */
    example: z.object({ data: z.unknown() }),
    /** What to use instead, or why; null while it is not deprecated. */
    deprecated: z.string().nullable(),
    /** Since when; null where it is not deprecated, or only the profile's file says so. */
    deprecatedAt: timestamp.nullable(),
  })
  .meta({ id: "EventType" });

const list = route({
  method: "GET",
  path: "/api/event-types",
  action: "event-types.read",
  audience: "organization",
  summary:
    "The catalogue of an organization: every event type of its profile, with what operators have changed and added.",
  query: z.strictObject(organizationParameter),
  status: 200,
  response: z.object({
    data: z.array(eventTypeObject),
    /** Whether events of other types are accepted, too. */
    open: z.boolean(),
    /** What befalls the organization's own webhooks; the same for every profile, and sent to who names it. */
    operational: z.array(eventTypeObject),
  }),
  async handle({ services, caller, query }) {
    const organization = await requireOrganization(services, caller, query.organizationId);
    const { profile, overlay } = services.platforms.get(organization.profile);
    const operational = OPERATIONAL_EVENTS.map((each) => ({ ...each, group: OPERATIONAL_GROUP }));
    return {
      body: {
        data: eventTypesOf(profile).map((entry) =>
          showEventType(entry, overlay.eventTypes.get(entry.type)?.deprecatedAt),
        ),
        open: profile.catalogue.open,
        operational: operational.map((entry) => showEventType(entry)),
      },
    };
  },
});

export const eventTypeRoutes: readonly Route[] = [list];

function showEventType(
  entry: CatalogueEntry,
  deprecatedAt?: Date | null,
): z.output<typeof eventTypeObject> {
  const { type, title, description, group, schema, example, deprecated = null } = entry;
  return {
    type,
    ...(title === undefined ? {} : { title }),
    description,
    group,
    // A profile of the operator's may leave both out: then anything goes.
    schema: schema ?? {},
    example: { data: example ?? {} },
    deprecated,
    deprecatedAt: deprecatedAt?.toISOString() ?? null,
  };
}
