/** Ten thousand deliveries in one list: what is drawn stays small, and scrolling is measured by the browser itself. */
import type { Page } from "@playwright/test";
import { noteFigures, quantile } from "./kit/figures.ts";
import { expect, test } from "./kit/world.ts";

const PATH = "/settings/integrations/deliveries";
const COUNT = 10_000;
/** Rows that may be in the document: a screen and what is near it. */
const DRAWN_MAX = 120;

test("10,000 deliveries scroll as a window over few rows", async ({ page, furnished, signIn }) => {
  const { organizationId } = furnished;
  await signIn({ kind: "operator", organizationId });
  await repeatRows(page);
  await page.goto(PATH);
  const table = page.getByRole("table");
  await expect(table).toHaveAttribute("aria-rowcount", String(COUNT));
  await expect(page.locator("tr[data-row]").first()).toBeVisible();
  const { drawnMax, frames, longFrames } = await page.evaluate<Scrolled>(SCROLL);
  expect(drawnMax).toBeGreaterThan(10);
  expect(drawnMax).toBeLessThan(DRAWN_MAX);
  await expect(page.locator(`tr[aria-rowindex="${COUNT}"]`)).toBeVisible();
  noteFigures("long-list", {
    rows: COUNT,
    drawnMax,
    frames: frames.length,
    medianFrameMs: quantile(frames, 0.5),
    p95FrameMs: quantile(frames, 0.95),
    longFrames,
  });
});

interface Scrolled {
  readonly drawnMax: number;
  /** Milliseconds between frames while it scrolls. */
  readonly frames: readonly number[];
  /** Long animation frames, as the browser counts them: over 50 ms. */
  readonly longFrames: number;
}

/** The server's rows again and again under other ids, as if somebody had read on two hundred times. */
async function repeatRows(page: Page): Promise<void> {
  await page.route(
    ({ pathname }) => pathname === "/api/deliveries",
    async (route) => {
      const answer = await route.fetch();
      const { data } = await answer.json();
      const rows = Array.from({ length: COUNT }, (_, index) => ({
        ...data[index % data.length],
        id: `dlv_${String(index).padStart(26, "0")}`,
      }));
      await route.fulfill({ json: { data: rows, nextCursor: null, hasMore: false } });
    },
  );
}

/** As text: this file knows no window. As fast as a hand turns a wheel, a third of a screen with every frame; then to the end. */
const SCROLL = `(async () => {
  const frames = [];
  let drawnMax = 0, longFrames = 0, last = performance.now();
  const observer = new PerformanceObserver((list) => { longFrames += list.getEntries().length; });
  observer.observe({ type: "long-animation-frame" });
  // A browser that has stopped drawing tells of no frame: the figures show it, and the test ends.
  const frame = () => new Promise((resolve) => {
    requestAnimationFrame(resolve);
    setTimeout(() => resolve(performance.now()), 500);
  });
  await frame();
  for (let step = 0; step < 200; step += 1) {
    scrollBy(0, 250);
    const now = await frame();
    frames.push(now - last);
    last = now;
    drawnMax = Math.max(drawnMax, document.querySelectorAll("tr[data-row]").length);
  }
  observer.disconnect();
  scrollTo(0, document.documentElement.scrollHeight);
  await frame();
  return { drawnMax, frames: frames.slice(1), longFrames };
})()`;
