import * as z from "zod";
import { checkConnectivity } from "../delivery/connectivity.ts";
import { sendTest, testEvent } from "../delivery/test-send.ts";
import { isEventType } from "../domain/event-fields.ts";
import { formatId, type OrganizationId } from "../domain/id.ts";
import { ATTEMPT_OUTCOMES } from "../domain/outcome.ts";
import type { EndpointAddress } from "../endpoints/context.ts";
import { openHeaders } from "../endpoints/headers.ts";
import { ApiError } from "../errors.ts";
import { TEST_SENDS_PER_MINUTE_MAX } from "../limits.ts";
import { assert } from "../platform/assert.ts";
import type { Platform } from "../platforms.ts";
import { findEndpoint, type EndpointRow } from "../store/endpoints.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { route, type Route } from "./route.ts";
import { pathId } from "./schemas.ts";
import type { Services } from "./services.ts";
import { failWith } from "./validate.ts";

/** How a request went that was made while the caller waited. */
const sentObject = z.object({
  responseStatus: z.int().nullable(),
  durationMs: z.int(),
  outcome: z.enum(ATTEMPT_OUTCOMES),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

const test = route({
  method: "POST",
  path: "/api/webhooks/:id/test",
  action: "endpoints.test",
  audience: "organization",
  summary: "Sends a test event, signed as in production, once; paused webhooks get it too.",
  params: pathId,
  query: endpointQuery,
  body: z.strictObject({
    eventType: z.string().refine(isEventType, failWith("type_invalid")),
    /** Absent: the example of the catalogue; members that are absent come from there too. */
    data: z.unknown().optional(),
  }),
  status: 200,
  response: sentObject.extend({
    deliveryId: z.string(),
    eventId: z.string(),
    status: z.enum(["delivered", "failed"]),
  }),
  async handle({ services, body, ...call }) {
    const endpoint = await getEndpoint(services, endpointAddress(call));
    const platform = await platformOf(services, endpoint);
    const event = testEvent(platform, { type: body.eventType, data: body.data });
    spend(services, endpoint.organizationId);
    if (services.notReady().includes("clock_off")) throw new ApiError("unavailable");
    const { delivery, result } = await sendTest(services, endpoint, event);
    return {
      body: {
        deliveryId: formatId("dlv", delivery.id),
        eventId: formatId("evt", delivery.eventId),
        status: result.outcome === "delivered" ? "delivered" : "failed",
        ...showSent(result),
      },
    };
  },
});

const send = route({
  method: "POST",
  path: "/api/webhooks/:id/send",
  action: "endpoints.test",
  audience: "organization",
  summary:
    "Sends a small unsigned body to see whether a webhook can be reached; it is not counted.",
  params: pathId,
  query: endpointQuery,
  body: z.strictObject({}),
  bodyOptional: true,
  status: 200,
  response: sentObject.extend({ ok: z.boolean() }),
  async handle({ services, ...call }) {
    const endpoint = await getEndpoint(services, endpointAddress(call));
    spend(services, endpoint.organizationId);
    const result = await checkConnectivity(services, endpoint, {
      format: services.platforms.format(endpoint.wireFormat),
      headers: openHeaders(services.vault, endpoint),
    });
    return { body: { ok: result.outcome === "delivered", ...showSent(result) } };
  },
});

export const testSendRoutes: readonly Route[] = [test, send];

async function getEndpoint(
  { sql }: Pick<Services, "sql">,
  { id, scope }: EndpointAddress,
): Promise<EndpointRow> {
  const endpoint = await findEndpoint(sql, id, scope);
  if (!endpoint) throw new ApiError("not_found");
  return endpoint;
}

async function platformOf(
  { organizations, platforms }: Pick<Services, "organizations" | "platforms">,
  { organizationId }: EndpointRow,
): Promise<Platform> {
  const known = organizations.known(organizationId);
  const organization = known ?? (await organizations.load(organizationId));
  assert(organization, "an endpoint has an organization");
  return platforms.get(organization.profile);
}

/** Both kinds make us send requests to strangers at somebody's word, so they share one allowance. */
function spend({ testSends }: Pick<Services, "testSends">, organizationId: OrganizationId): void {
  const retryAfterSeconds = testSends.take(organizationId, TEST_SENDS_PER_MINUTE_MAX);
  if (retryAfterSeconds === 0) return;
  const detail = `An organization sends ${TEST_SENDS_PER_MINUTE_MAX} tests a minute.`;
  throw new ApiError("rate_limited", { detail, retryAfterSeconds });
}

function showSent(result: {
  readonly status: number | null;
  readonly durationMs: number;
  readonly outcome: (typeof ATTEMPT_OUTCOMES)[number];
  readonly error: { readonly code: string; readonly message: string } | null;
}): z.output<typeof sentObject> {
  const { status, durationMs, outcome, error } = result;
  return { responseStatus: status, durationMs, outcome, error };
}
