/**
 * The backend of a shop that sends: an order comes in, and everybody who asked for it hears of it. Start it with
 * POSTHORN_URL and POSTHORN_OPERATOR_KEY.
 */
import { createServer } from "node:http";
import { createAdminClient } from "@posthorn/sdk";

const {
  POSTHORN_URL: url = "http://127.0.0.1:4400",
  POSTHORN_OPERATOR_KEY: secretKey = "",
  PORT = "9100",
} = process.env;
const posthorn = createAdminClient({ url, secretKey });

createServer(async (request, response) => {
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  try {
    const orderId = request.url?.slice("/orders/".length) ?? "";
    if (request.method !== "PUT" || orderId === "") return send(404, { error: "not_found" });
    // The key makes the order known once, however often this request is repeated.
    const event = await posthorn.events.publish(
      { type: "order.created", data: { orderId } },
      { idempotencyKey: `order-${orderId}` },
    );
    return send(201, { orderId, eventId: event.id, deliveries: event.deliveries });
  } catch (error) {
    console.error(error);
    return send(503, { error: "unavailable" });
  }
}).listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
