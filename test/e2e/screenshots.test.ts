/** `npm run screenshots`: every page in both themes, wide and narrow, to be looked at; three of them for the README. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ADDRESSES, fill, OUTSIDE } from "./kit/addresses.ts";
import { setTheme } from "./kit/axe.ts";
import { expectSettled } from "./kit/ready.ts";
import { test } from "./kit/world.ts";

const FOLDER = ".pictures";
const WIDTHS = { 1280: 800, 390: 844 } as const;
/** Page, theme and width of the pictures in the README → their names there. */
const SHOWN: Readonly<Record<string, string>> = {
  "webhooks-light-1280": "webhooks",
  "webhooks-webhookId-dark-1280": "webhook",
  "deliveries-light-1280": "deliveries",
};

test.setTimeout(900_000);

// With the frame around the page, which a portal leaves to the product that shows it.
const PEOPLE = {
  customers: { kind: "browser", membershipRole: "owner" },
  operators: { kind: "operator" },
} as const;

for (const [whose, who] of Object.entries(PEOPLE)) {
  test(`pictures of the pages of ${whose} @screenshots`, async ({ page, furnished, signIn }) => {
    await signIn({ ...who, organizationId: furnished.organizationId });
    mkdirSync(FOLDER, { recursive: true });
    const isOfOperators = whose === "operators";
    const paths = ADDRESSES.filter(({ area }) => (area === "operator") === isOfOperators);
    const outside = isOfOperators ? [] : [...OUTSIDE, "/nothing-here"];
    for (const path of [...paths.map((each) => each.path), ...outside]) {
      await picture(page, nameOf(path), fill(path, furnished));
    }
  });
}

async function picture(page: Page, name: string, path: string): Promise<void> {
  for (const [width, height] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width: Number(width), height });
    await page.goto(path);
    await expectSettled(page);
    for (const theme of ["light", "dark"] as const) {
      await setTheme(page, theme);
      await take(page, `${name}-${theme}-${width}`);
    }
  }
}

/** "/settings/integrations/webhooks/$webhookId" → "webhooks-webhookId". */
function nameOf(path: string): string {
  const plain = path.replace(/^\/settings\/(integrations\/)?|^\//, "").replace(/\?.*$/, "");
  return plain.replaceAll("/", "-").replaceAll("$", "");
}

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
  const shown = SHOWN[name];
  if (shown === undefined) return;
  await page.screenshot({ path: join("docs", "pictures", `${shown}.png`) });
}
