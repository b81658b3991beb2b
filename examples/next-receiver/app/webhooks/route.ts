/** Receives at /webhooks. Start it with WEBHOOK_SECRET=whsec_… */
import { appHandlers } from "@posthorn/sdk/next";
import { ordersReceiver } from "./receiver.ts";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = appHandlers({
  fetchHandler: () => (request) => ordersReceiver().fetchHandler()(request),
});
