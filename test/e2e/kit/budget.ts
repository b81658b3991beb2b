/** How much JavaScript a page loads at first, as it was compressed when the dashboard was built. */
import { expect, type Page } from "@playwright/test";
import { statSync } from "node:fs";
import { join } from "node:path";

const ASSETS = join(import.meta.dirname, "../../../packages/server/public/assets");
/** `ux.md` of the design: shell and first list. */
export const FIRST_LOAD_BYTES_MAX = 170_000;

/** Call it when everything that the page needs at first is there. */
export async function firstLoadBytes(page: Page): Promise<number> {
  const urls = await page.evaluate<string[]>(
    "performance.getEntriesByType('resource').map(({ name }) => name)",
  );
  const scripts = new Set(urls.filter((url) => url.endsWith(".js")));
  expect(scripts.size).toBeGreaterThan(1);
  return [...scripts]
    .map((url) => statSync(join(ASSETS, `${url.slice(url.lastIndexOf("/") + 1)}.gz`)).size)
    .reduce((sum, size) => sum + size, 0);
}
