/** Receivers as people write them, for one wire format. The SDK's own examples are tested; these are the same ten lines. */
import type { CodeSample } from "../../ui/code-tabs.tsx";

export function receiverSamples(format: string, path: string): readonly CodeSample[] {
  const make = (adapter: string, rest: string) =>
    `import { createReceiver } from "@posthorn/sdk/webhooks";\n${adapter}
export const hooks = createReceiver({
  format: "${format}",
  secret: process.env.WEBHOOK_SECRET,
});
hooks.on("order.created", async (event) => {
  console.log(event.id, event.data);
});

${rest}`;
  const typescript = "typescript" as const;
  return [
    {
      title: "Express",
      language: typescript,
      code: make(
        'import { expressHandler } from "@posthorn/sdk/express";\n',
        `app.post("${path}", expressHandler(hooks)); // before express.json()`,
      ),
    },
    {
      title: "Next.js (app)",
      language: typescript,
      code: make("", "export const POST = hooks.fetchHandler();"),
    },
    {
      title: "Next.js (pages)",
      language: typescript,
      code: make(
        'import { pagesHandler } from "@posthorn/sdk/next";\n',
        "export const config = { api: { bodyParser: false } };\nexport default pagesHandler(hooks);",
      ),
    },
    {
      title: "Fastify",
      language: typescript,
      code: make(
        'import { fastifyPlugin } from "@posthorn/sdk/fastify";\n',
        `await fastify.register(fastifyPlugin(hooks, { path: "${path}" }));`,
      ),
    },
    {
      title: "Hono",
      language: typescript,
      code: make("", `app.post("${path}", (c) => hooks.fetchHandler()(c.req.raw));`),
    },
    {
      title: "Check only",
      language: typescript,
      code: `import { verifyWebhook } from "@posthorn/sdk/webhooks";

// Throws WebhookVerificationError with a reason; answer 401 then.
const event = await verifyWebhook(request, {
  format: "${format}",
  secret: process.env.WEBHOOK_SECRET,
});`,
    },
  ];
}

/** The SDK calls the default format by its standard's name. */
export function sdkName(wireFormat: string): string {
  const profile = wireFormat.replace(/@\d+$/, "");
  return profile === "default" ? "standard" : profile;
}
