/** What most integration tests do: make an endpoint at a receiver, publish, and wait until the log says so. */
import assert from "node:assert/strict";
import { eventually } from "./eventually.ts";
import type { ReceivedRequest } from "./receiver.ts";
import type { TestServer } from "./server.ts";

/** An endpoint for all events; the answer of the API, secret included. */
export async function createEndpoint(
  server: TestServer,
  url: string,
  more: Record<string, unknown> = {},
) {
  const answer = await server.api("POST", "/api/webhooks", { url, events: ["*"], ...more });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

/** The first delivery of an event that `isIt` accepts. */
export function deliveryOf(
  server: TestServer,
  eventId: string,
  isIt: (delivery: Record<string, unknown>) => boolean,
) {
  return eventually(`delivery of ${eventId}`, async () => {
    const { body } = await server.api("GET", `/api/deliveries?eventId=${eventId}`);
    return body.data.find(isIt);
  });
}

/** The headers of a received request as plain strings, as official libraries take them. */
export function plainHeaders({ headers }: ReceivedRequest): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
