/**
 * How fast pages are there on a processor four times as slow, as the browser itself measures it: when the largest text is
 * to be read, when all rows are, and how far what was there has moved. Figures, no limits.
 */
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { firstLoadBytes } from "./kit/budget.ts";
import { fill } from "./kit/addresses.ts";
import { noteFigures } from "./kit/figures.ts";
import { expectSettled } from "./kit/ready.ts";
import { test } from "./kit/world.ts";

const SLOW_DOWN = 4;
const PATHS = [
  "/settings/integrations/webhooks",
  "/settings/integrations/webhooks/$webhookId",
  "/settings/integrations/deliveries",
  "/settings/integrations/api",
  "/settings/integrations/connections",
  "/operator",
];

test("the largest contentful paint of pages that open with an empty cache", async ({
  page,
  browser,
  furnished,
  signIn,
}) => {
  await signIn({ kind: "operator", organizationId: furnished.organizationId });
  const figures: Record<string, unknown> = { slowDown: SLOW_DOWN };
  for (const path of PATHS) {
    figures[path] = await paintOf(browser, page.context(), fill(path, furnished));
  }
  noteFigures("first-paint", figures);
});

async function paintOf(browser: Browser, signedIn: BrowserContext, path: string) {
  const context = await browser.newContext();
  await context.addCookies(await signedIn.cookies());
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW_DOWN });
  await page.goto(path);
  await expectSettled(page);
  const figures = {
    paintMs: Math.round(await largestPaint(page)),
    ...(await page.evaluate<Drawn>(DRAWN)),
    scriptKb: Math.round((await firstLoadBytes(page)) / 1000),
  };
  await context.close();
  return figures;
}

interface Drawn {
  /** When the last answer that the page shows had come. */
  readonly readMs: number;
  /** Cumulative layout shift. */
  readonly shift: number;
}

const DRAWN = `new Promise((resolve) => {
  const answers = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/") && !name.includes("/api/stream"));
  const readMs = Math.round(Math.max(0, ...answers.map(({ responseEnd }) => responseEnd)));
  const observer = new PerformanceObserver(() => {});
  observer.observe({ type: "layout-shift", buffered: true });
  const shift = observer.takeRecords().reduce((sum, { value }) => sum + value, 0);
  resolve({ readMs, shift: Math.round(shift * 1000) / 1000 });
})`;

/** As text: this file knows no window. */
function largestPaint(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
      .observe({ type: "largest-contentful-paint", buffered: true });
  })`);
}
