/** Made-up things for the gallery of parts. */
export const sampleId = "ep_01m8cvmrxcfpmta0h8z5m4efgw";
export const sampleTime = "2026-11-21T09:14:02.113Z";

export const statuses = [
  "active",
  "failing",
  "paused",
  "disabled",
  "pending",
  "sending",
  "retrying",
  "held",
  "delivered",
  "failed",
  "cancelled",
  "expired",
  "revoked",
] as const;

export const buckets = Array.from({ length: 24 }, (_, hour) => ({
  delivered: hour % 7 === 3 ? 0 : 6 + ((hour * 5) % 11),
  failed: hour === 15 || hour === 16 ? 4 : 0,
}));

export const payload = {
  type: "draw.winners_selected",
  timestamp: "2026-11-21T09:14:02.113Z",
  data: {
    drawId: "draw_77",
    isFinal: true,
    prize: null,
    winners: [{ consumerId: "c_1", rank: 1 }],
  },
};

export const changes = [
  { name: "URL", before: "https://old.example/in", after: "https://new.example/in" },
  {
    name: "Events",
    before: ["order.created", "order.cancelled"],
    after: ["order.cancelled", "order.paid"],
    note: "order.created: 1,204 deliveries in the last 7 days stop",
  },
];

export const codeSamples = [
  {
    title: "curl",
    language: "shell",
    code: 'curl https://api.example/api/events \\\n  -H "Authorization: Bearer $POSTHORN_KEY" \\\n  -d \'{"type":"order.paid","data":{}}\'',
  },
  {
    title: "Node",
    language: "typescript",
    code: 'import { verifyWebhook } from "@posthorn/sdk/webhooks";\n\nconst event = await verifyWebhook(request, { format: "standard", secret: process.env.WEBHOOK_SECRET });',
  },
] as const;
