/** What the server draws before the program comes: the heading that the program then draws, in the very same place. */
import type { Page } from "@playwright/test";
import { expectDrawn } from "./kit/ready.ts";
import { expect, test } from "./kit/world.ts";

const PATHS = [
  "/settings/integrations/connections",
  "/settings/integrations/api",
  "/settings/integrations/webhooks",
  "/settings/integrations/deliveries",
  "/settings/integrations/jobs",
  "/settings/integrations/events",
  "/settings/integrations/inbox",
  "/settings/integrations/sources",
  "/settings/users",
  "/settings/audit-log",
  "/settings/account",
  "/operator",
  "/operator/health",
  "/operator/organizations",
  "/operator/catalogue",
  "/operator/plans",
  "/operator/settings",
];
/** One component draws all headings: of how they wrap on a phone, the shortest and the longest say enough. */
const PHONE_PATHS = ["/settings/integrations/connections", "/settings/integrations/webhooks"];

test("the heading is to be read before any script runs, and the program moves it nowhere", async ({
  page,
  furnished,
  signIn,
}) => {
  await signIn({ kind: "operator", organizationId: furnished.organizationId });
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  for (const path of PATHS) await test.step(path, () => expectSamePlaces(page, path));
  await page.setViewportSize({ width: 390, height: 800 });
  for (const path of PHONE_PATHS) {
    await test.step(`${path} on a phone`, () => expectSamePlaces(page, path));
  }
  expect(refused).toEqual([]);
});

test("a portal's heading stays where it is, too", async ({ page, signIn }) => {
  await signIn({ returnUrl: "http://localhost/back" });
  await expectSamePlaces(page, "/settings/integrations/webhooks");
  await signIn({});
  await expectSamePlaces(page, "/settings/integrations/webhooks");
});

async function expectSamePlaces(page: Page, path: string): Promise<void> {
  const isScript = (url: URL) =>
    url.pathname.startsWith("/assets/") && url.pathname.endsWith(".js");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(isScript, async (route) => {
    await held;
    await route.continue();
  });
  // Not the end of loading: that waits for the scripts.
  await page.goto(path, { waitUntil: "commit" });
  await expect(page.locator("[data-first-paint] h1")).toBeVisible();
  // People see nothing before its styles have come; a test would.
  await expect
    .poll(() => page.evaluate(`[...document.styleSheets].some(({ href }) => href !== null)`))
    .toBe(true);
  // Else the letters change in between, and with them the width.
  await page.evaluate("document.fonts.ready.then(() => null)");
  const before = await places(page, "[data-first-paint]");
  release();
  await expectDrawn(page);
  expect(await places(page, "#content")).toEqual(before);
  await page.unrouteAll();
}

interface Place {
  readonly text: string | null;
  readonly box: { readonly x: number; readonly y: number; readonly height: number } | null;
}

/** Of the heading and of the sentence under it. */
async function places(page: Page, within: string): Promise<readonly Place[]> {
  const header = page.locator(`${within} header:has(h1)`);
  return Promise.all(
    ["h1", "p"].map(async (name) => {
      const element = header.locator(name).first();
      const box = await element.boundingBox();
      const text = await element.textContent();
      return { text, box: box && { x: box.x, y: box.y, height: box.height } };
    }),
  );
}
