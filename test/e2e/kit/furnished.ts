/** An organization in which something is on every page: what works, what fails, what waits. */
import { eventually } from "../../kit/eventually.ts";
import { createEndpoint } from "../../kit/journey.ts";
import type { TestAnswer, TestServer } from "../../kit/server.ts";

/** Public ids of one object of each kind, by the name that addresses have for it. */
export interface Furnished {
  readonly organizationId: string;
  readonly keyId: string;
  readonly webhookId: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly inboxId: string;
  readonly sourceId: string;
  readonly receiptId: string;
  readonly userId: string;
}

export async function furnish(server: TestServer, organizationId: string): Promise<Furnished> {
  const post = async (path: string, body: Record<string, unknown>) =>
    required(await server.api("POST", path, { organizationId, ...body }));
  const inbox = await post("/api/inboxes", { name: "Sample receiver" });
  const webhook = await createEndpoint(server, inbox.url, {
    organizationId,
    description: "Shop backend",
  });
  await createEndpoint(server, "http://127.0.0.1:9009/crm/in", {
    organizationId,
    description: "CRM",
    events: ["order.paid", "order.cancelled", "order.created"],
  });
  const paused = await createEndpoint(server, "http://127.0.0.1:9009/warehouse", {
    organizationId,
  });
  required(await server.api("POST", `/api/webhooks/${paused.id}/pause`));
  const key = await post("/api/keys", { name: "Warehouse", scopes: ["events:write"] });
  let eventId = "";
  for (const [index, type] of TYPES.entries()) {
    const data = { orderId: `o_${index}`, total: 4200 + index, customer: { name: "Zoë" } };
    eventId = (await post("/api/events", { type, data })).id;
  }
  const email = `linus-${organizationId}@example.com`;
  const person = required(await server.api("POST", "/api/users", { name: "Linus", email }));
  const source = await post("/api/sources", { provider: "github", generateSecret: true });
  await fetch(source.url, { method: "POST", body: '{"zen":"Unsigned."}' });
  const receipts = `/api/receipts?sourceId=${source.id}&organizationId=${organizationId}`;
  const sent = `/api/deliveries?organizationId=${organizationId}&endpointId=${webhook.id}`;
  const delivered = await eventually("all deliveries", async () => {
    const { data } = (await server.api("GET", `${sent}&status=delivered&limit=100`)).body;
    return data.length === TYPES.length ? data : undefined;
  });
  const receipt = await eventually(
    "a receipt",
    async () => (await server.api("GET", receipts)).body.data[0],
  );
  return {
    organizationId,
    keyId: key.id,
    webhookId: webhook.id,
    deliveryId: delivered[0].id,
    eventId,
    inboxId: inbox.id,
    sourceId: source.id,
    receiptId: receipt.id,
    userId: person.id,
  };
}

const TYPES = [
  "order.created",
  "order.paid",
  "order.fulfilled",
  "consumer.created",
  "order.created",
];

function required({ status, body }: TestAnswer): TestAnswer["body"] {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
