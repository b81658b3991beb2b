/** When a page is there. */
import { expect, type Page } from "@playwright/test";

/**
 * The program draws the page, and the page has its own heading: what the server draws before the program comes, and the
 * name that stands in while an object is being read, are neither.
 */
export async function expectDrawn(page: Page): Promise<void> {
  await expect(page.locator("[data-first-paint]")).toHaveCount(0);
  await expect(page.locator("h1:not(.stand-in)")).toBeVisible();
}

/** All that the page shows at first has been read, too. The gallery of parts shows a skeleton for its own sake. */
export async function expectSettled(page: Page): Promise<void> {
  await expectDrawn(page);
  await expect(page.locator(".skeleton:not([data-story] *)")).toHaveCount(0);
}
