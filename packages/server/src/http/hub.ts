import * as z from "zod";
import { mayDo } from "../access/gate.ts";
import { API_KEY_EXPIRY_SOON_DAYS } from "../limits.ts";
import { summarizeEndpoints, summarizeKeys } from "../store/summary.ts";
import { readScope } from "./organization.ts";
import { route, type Route } from "./route.ts";
import { organizationParameter, timestamp } from "./schemas.ts";

const query = z.strictObject(organizationParameter);

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

export const hubRoutes: readonly Route[] = [summary];
