import { createReceiver, type Receiver } from "@posthorn/sdk/webhooks";

interface Events {
  "order.created": { readonly orderId: string };
}

/** Made by the first request: `next build` loads the routes, too, and has no secret. */
export function ordersReceiver(): Receiver<Events> {
  receiver ??= createReceiver<Events>({
    format: "standard",
    secret: process.env["WEBHOOK_SECRET"] ?? "",
  }).on("order.created", (event) => console.log(`order ${event.data.orderId}`));
  return receiver;
}

let receiver: Receiver<Events> | undefined;
