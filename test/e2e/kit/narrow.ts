/** Pages on the narrowest screen that they are made for. */
import { expect, type Page } from "@playwright/test";

const NARROWEST = { width: 320, height: 640 };

/** As text, because this file knows no document: what makes the page itself scroll sideways. */
const TOO_WIDE = `(() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const guilty = [...document.querySelectorAll("body *")].filter(
    (each) => each.getBoundingClientRect().right > root.clientWidth + 1,
  );
  return [root.scrollWidth, ...guilty.slice(0, 5).map((each) => each.outerHTML.slice(0, 160))];
})()`;

/** Makes the window 320 pixels wide, and leaves it so: nothing scrolls sideways. */
export async function expectNarrow(page: Page): Promise<void> {
  await page.setViewportSize(NARROWEST);
  // Tables become cards a moment after the window has become narrow.
  await expect.poll(() => page.evaluate(TOO_WIDE)).toEqual([]);
}
