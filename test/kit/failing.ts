/** Ways to make deliveries fail for good without living through their whole schedule. */
import type { TestServer } from "./server.ts";
import { deliveryOf } from "./journey.ts";

/** Publishes an event; its answer's id. */
export async function publishOne(server: TestServer, more: Record<string, unknown> = {}) {
  const event = { type: "order.created", data: { total: 4200 }, ...more };
  const { status, body } = await server.api("POST", "/api/events", event);
  if (status !== 202) throw new Error(JSON.stringify(body));
  const id: string = body.id;
  return id;
}

/** Waits for the first failure of the event's delivery, and makes the next attempt its last one. */
export async function exhaust(server: TestServer, eventId: string): Promise<string> {
  const { id } = await deliveryOf(server, eventId, ({ status }) => status === "retrying");
  await server.sql`
    update deliveries set attempts = max_attempts - 1, attempts_total = max_attempts - 1
    where state = 'pending' and attempts > 0`;
  await server.advance(60_000);
  await deliveryOf(server, eventId, ({ status }) => status === "failed");
  return id;
}
