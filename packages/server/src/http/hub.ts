import * as z from "zod";
import { mayDo } from "../access/gate.ts";
import { API_KEY_EXPIRY_SOON_DAYS } from "../limits.ts";
import type { Profile } from "../domain/profile.ts";
import { summarizeEndpoints, summarizeKeys } from "../store/summary.ts";
import { readScope, requireOrganization } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter, timestamp } from "./schemas.ts";

const query = z.strictObject(organizationParameter);

const connectorObject = z
  .object({
    id: z.string(),
    name: z.string(),
    category: z.string().nullable(),
    /** `built_in`: the product itself connects it. `planned`: the platform has announced it. */
    availability: z.enum(["built_in", "planned", "not_available"]),
    /** A sentence for its card. */
    availabilityText: z.string(),
    status: z.enum(["not_connected", "connected", "disabled", "needs_attention"]),
  })
  .meta({ id: "Connector" });

const connectors = route({
  method: "GET",
  path: "/api/connectors",
  action: "hub.read",
  audience: "organization",
  summary: "Lists the apps that the platform's profile names.",
  query,
  status: 200,
  response: z.object({ categories: z.array(z.string()), data: z.array(connectorObject) }),
  async handle({ services, caller, query: { organizationId } }) {
    const organization = await requireOrganization(services, caller, organizationId);
    const { profile } = services.platforms.get(organization.profile);
    const categories = [...(profile.connectorCategories ?? [])];
    return { body: { categories, data: profile.connectors.map(showConnector) } };
  },
});

const summaryObject = z
  .object({
    /** Null, like the other, for who may not see them. */
    keys: z
      .object({
        active: z.int(),
        /** Active ones that expire within a week. */
        expiring: z.int(),
        nextExpiresAt: timestamp.nullable(),
      })
      .nullable(),
    webhooks: z
      .object({
        count: z.int(),
        failing: z.int(),
        paused: z.int(),
        disabled: z.int(),
        /** Deliveries that wait for those that fail; at most 10,000 are counted. */
        waiting: z.int(),
        nextAttemptAt: timestamp.nullable(),
      })
      .nullable(),
  })
  .meta({ id: "Summary" });

const summary = route({
  method: "GET",
  path: "/api/summary",
  action: "hub.read",
  audience: "organization",
  summary: "Sums up keys and webhooks of an organization, for its first page.",
  query,
  status: 200,
  response: summaryObject,
  async handle({ services, caller, query: { organizationId } }) {
    const { sql } = services;
    const scope = readScope(caller, organizationId);
    const [keys, webhooks] = await Promise.all([
      mayDo(caller, "keys.read") ? summarizeKeys(sql, scope, API_KEY_EXPIRY_SOON_DAYS) : null,
      mayDo(caller, "endpoints.read") ? summarizeEndpoints(sql, scope) : null,
    ]);
    const body: z.output<typeof summaryObject> = {
      keys: keys && { ...keys, nextExpiresAt: keys.nextExpiresAt?.toISOString() ?? null },
      webhooks: webhooks && {
        ...webhooks,
        nextAttemptAt: webhooks.nextAttemptAt?.toISOString() ?? null,
      },
    };
    return { body };
  },
});

export const hubRoutes: readonly Route[] = [connectors, summary];

function showConnector({
  id,
  title,
  status,
  builtIn,
}: Profile["connectors"][number]): z.output<typeof connectorObject> {
  const availability = availabilityOf(status, builtIn);
  return {
    id,
    name: title,
    category: null,
    availability,
    availabilityText: AVAILABILITY[availability],
    status: "not_connected",
  };
}

function availabilityOf(status: "planned" | undefined, isBuiltIn: boolean | undefined) {
  if (isBuiltIn) return "built_in" as const;
  return status === "planned" ? ("planned" as const) : ("not_available" as const);
}

const AVAILABILITY = {
  built_in: "Connected by the product itself; there is nothing to set up here.",
  planned: "Announced, and not there yet. API keys and webhooks do the same meanwhile.",
  not_available: "Cannot be connected from here yet. Use API keys and webhooks instead.",
} as const;
