import * as z from "zod";
import { previewTest, testEvent, type TestEvent } from "../delivery/test-send.ts";
import { eventTypesOf } from "../domain/catalogue.ts";
import { OPERATIONAL_EVENTS } from "../domain/operational-event.ts";
import { signedId } from "../domain/wire-format.ts";
import { MASK } from "../endpoints/headers.ts";
import type { Platform } from "../platforms.ts";
import { schemaProblems } from "../platform/json-schema.ts";
import { endpointAddress, endpointQuery } from "./endpoint-address.ts";
import { route, type Route } from "./route.ts";
import { pathId } from "./schemas.ts";
import { sentRequestObject, showRequest } from "./sent-requests.ts";
import { testBody, testOf } from "./test-body.ts";
import { getEndpoint, openEndpoint, platformOf } from "./tested-endpoint.ts";

const previewObject = z
  .object({
    /** As it would be sent now; ids, time and signature are new each time. */
    request: sentRequestObject,
    /** Where the data does not fit the schema of the catalogue; it would be sent all the same. */
    problems: z.array(z.object({ pointer: z.string(), message: z.string() })),
  })
  .meta({ id: "TestPreview" });

const preview = route({
  method: "POST",
  path: "/api/webhooks/:id/test/preview",
  action: "endpoints.test",
  audience: "organization",
  summary:
    "Shows the request of a test event, to the byte and signed, without sending it, and judges its data by the catalogue's schema.",
  params: pathId,
  query: endpointQuery,
  body: testBody,
  status: 200,
  response: previewObject,
  async handle({ services, body, ...call }) {
    const endpoint = await getEndpoint(services, endpointAddress(call));
    const platform = await platformOf(services, endpoint);
    const test = testEvent(platform, testOf(body));
    const opened = await openEndpoint(services, endpoint);
    const now = services.clock.now();
    const { request, customHeaders, delivery } = previewTest(opened, test, now);
    const masked = customHeaders.map((name) => [name, MASK] as const);
    const headers = Object.fromEntries([...request.headers, ...masked]);
    const ids = { ...delivery, deliveryId: delivery.id };
    const signed = { id: signedId(opened.format, ids), timestamp: Math.floor(now / 1000) };
    const answer: z.output<typeof previewObject> = {
      request: showRequest(opened.format, { ...request, headers, signed }),
      problems: problemsOf(platform, test),
    };
    return { body: answer };
  },
});

export const testPreviewRoutes: readonly Route[] = [preview];

function problemsOf({ profile }: Platform, { type, data }: TestEvent) {
  const known = [...eventTypesOf(profile), ...OPERATIONAL_EVENTS];
  const schema = known.find((entry) => entry.type === type)?.schema;
  return schema === undefined ? [] : schemaProblems(schema, JSON.parse(data.toString()));
}
