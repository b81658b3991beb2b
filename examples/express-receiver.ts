/**
 * A receiver in Express: ten lines for verification, deduplication and an answer that the sender can rely on. Without a
 * durable inbox 200 means that the handler has succeeded. Start it with WEBHOOK_SECRET=whsec_…
 */
import { expressHandler } from "@posthorn/sdk/express";
import { createReceiver } from "@posthorn/sdk/webhooks";
import express from "express";

interface Events {
  "order.created": { readonly orderId: string };
}

const { WEBHOOK_SECRET: secret = "", PORT = "9000" } = process.env;
const receiver = createReceiver<Events>({ format: "standard", secret });
receiver.on("order.created", (event) => console.log(`order ${event.data.orderId}`));
receiver.onError((error) => console.error(error));

const app = express();
// Before express.json(): the signature is over the bytes as they came.
app.all("/webhooks", expressHandler(receiver));
app.use(express.json());
app.listen(Number(PORT), "127.0.0.1", () => console.log("ready"));
