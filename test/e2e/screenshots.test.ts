/** `npm run screenshots`: every page in both themes, wide and narrow, to be looked at; three of them for the README. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { createEndpoint } from "../kit/journey.ts";
import type { TestServer } from "../kit/server.ts";
import { setTheme } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

const FOLDER = ".pictures";
const INTEGRATIONS = "/settings/integrations";

const PAGES: Readonly<Record<string, string>> = {
  connections: `${INTEGRATIONS}/connections`,
  keys: `${INTEGRATIONS}/api`,
  webhooks: `${INTEGRATIONS}/webhooks`,
  deliveries: `${INTEGRATIONS}/deliveries`,
  events: `${INTEGRATIONS}/events`,
  inbox: `${INTEGRATIONS}/inbox`,
  users: "/settings/users",
  subscription: "/settings/organization/subscription",
  "audit-log": "/settings/audit-log",
  sources: `${INTEGRATIONS}/sources`,
  developers: "/settings/developers",
  docs: "/docs",
  "sign-in": "/sign-in",
  "not-found": "/nothing-here",
};

const WIDTHS = { 1280: 800, 390: 844 } as const;
/** Page, theme and width of the pictures in the README. */
const SHOWN = ["webhooks-light-1280", "webhook-dark-1280", "deliveries-light-1280"];

test.setTimeout(600_000);

test("pictures of every page @screenshots", async ({ page, server, signIn }) => {
  const { organizationId } = await signIn({ membershipRole: "owner" });
  const endpointId = await furnish(server, organizationId);
  mkdirSync(FOLDER, { recursive: true });
  const pages = { ...PAGES, webhook: `${INTEGRATIONS}/webhooks/${endpointId}` };
  for (const [name, path] of Object.entries(pages)) {
    for (const [width, height] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width: Number(width), height });
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await page.waitForLoadState("load");
      for (const theme of ["light", "dark"] as const) {
        await setTheme(page, theme);
        await take(page, name, `${name}-${theme}-${width}`);
      }
    }
  }
});

async function take(page: Page, name: string, picture: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${picture}.png`), fullPage: true });
  if (!SHOWN.includes(picture)) return;
  await page.screenshot({ path: join("docs", "pictures", `${name}.png`) });
}

/** Endpoints that work, fail and wait, and what was sent to them. */
async function furnish(server: TestServer, organizationId: string): Promise<string> {
  const inbox = (
    await server.api("POST", `/api/inboxes?organizationId=${organizationId}`, {
      name: "Sample receiver",
    })
  ).body;
  const more = { organizationId, description: "Shop backend" };
  const { id } = await createEndpoint(server, inbox.url, more);
  await createEndpoint(server, "http://127.0.0.1:9009/crm/in", {
    organizationId,
    description: "CRM",
    events: ["order.paid", "order.cancelled", "order.created"],
  });
  const paused = await createEndpoint(server, "http://127.0.0.1:9010/warehouse", {
    organizationId,
  });
  await server.api("POST", `/api/webhooks/${paused.id}/pause`);
  for (const [index, type] of TYPES.entries()) {
    const data = { orderId: `o_${index}`, total: 4200 + index };
    await server.api("POST", "/api/events", { organizationId, type, data });
  }
  await expect(async () => {
    const query = `organizationId=${organizationId}&endpointId=${id}&status=delivered&limit=100`;
    const { body } = await server.api("GET", `/api/deliveries?${query}`);
    expect(body.data.length).toBe(TYPES.length);
  }).toPass();
  return id;
}

const TYPES = [
  "order.created",
  "order.paid",
  "order.fulfilled",
  "consumer.created",
  "order.created",
];
