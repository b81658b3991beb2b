import * as z from "zod";
import { checkConnectivity } from "../delivery/connectivity.ts";
import { sendTest, testEvent } from "../delivery/test-send.ts";
import { formatId } from "../domain/id.ts";
import { ATTEMPT_OUTCOMES } from "../domain/outcome.ts";
import { openHeaders } from "../endpoints/headers.ts";
import { ApiError } from "../errors.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { testBody, testOf } from "./test-body.ts";
import { getEndpoint, platformOf, spendTestSends } from "./tested-endpoint.ts";
import { route, type Route } from "./route.ts";
import { pathId } from "./schemas.ts";

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
  body: testBody,
  status: 200,
  response: sentObject.extend({
    deliveryId: z.string(),
    eventId: z.string(),
    status: z.enum(["delivered", "failed"]),
  }),
  async handle({ services, body, ...call }) {
    const endpoint = await getEndpoint(services, endpointAddress(call));
    const platform = await platformOf(services, endpoint);
    const event = testEvent(platform, testOf(body));
    spendTestSends(services, endpoint.organizationId, 1);
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
    spendTestSends(services, endpoint.organizationId, 1);
    const result = await checkConnectivity(services, endpoint, {
      format: services.platforms.format(endpoint.wireFormat),
      headers: openHeaders(services.vault, endpoint),
    });
    return { body: { ok: result.outcome === "delivered", ...showSent(result) } };
  },
});

export const testSendRoutes: readonly Route[] = [test, send];

function showSent(result: {
  readonly status: number | null;
  readonly durationMs: number;
  readonly outcome: (typeof ATTEMPT_OUTCOMES)[number];
  readonly error: { readonly code: string; readonly message: string } | null;
}): z.output<typeof sentObject> {
  const { status, durationMs, outcome, error } = result;
  return { responseStatus: status, durationMs, outcome, error };
}
