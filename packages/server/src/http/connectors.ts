import * as z from "zod";
import { requireOrganization } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter } from "./schemas.ts";

const connectorObject = z
  .object({
    id: z.string(),
    title: z.string(),
    /** `built_in`: part of the platform itself. `planned`: not there yet. */
    availability: z.enum(["built_in", "planned", "available"]),
  })
  .meta({ id: "Connector" });

const list = route({
  method: "GET",
  path: "/api/connectors",
  action: "connections.read",
  audience: "organization",
  summary: "Lists the native connectors that the platform of an organization names.",
  query: z.strictObject(organizationParameter),
  status: 200,
  response: z.object({ data: z.array(connectorObject), categories: z.array(z.string()) }),
  async handle({ services, caller, query }) {
    const organization = await requireOrganization(services, caller, query.organizationId);
    const { connectors, connectorCategories = [] } = services.platforms.get(
      organization.profile,
    ).profile;
    const data = connectors.map(({ id, title, status, builtIn = false }) => ({
      id,
      title,
      availability: status ?? (builtIn ? ("built_in" as const) : ("available" as const)),
    }));
    return { body: { data, categories: [...connectorCategories] } };
  },
});

export const connectorRoutes: readonly Route[] = [list];
