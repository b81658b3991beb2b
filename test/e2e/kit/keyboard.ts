/** A person without a mouse: what has the focus is always to be seen, and Tab gets everywhere. */
import { expect, type Locator, type Page } from "@playwright/test";

/** More than any page has to pass before its main part; the way is shorter with the skip link. */
const TABS_MAX = 80;

/** Presses a key; afterwards the focus is somewhere, and can be seen. */
export async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key);
  await expectFocusVisible(page);
}

/** Goes on with Tab until the element has the focus, as somebody does who sees where they are. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press("Tab");
    // After the last element of a page comes the browser's own, and then the first again.
    expect(await page.evaluate(FOCUS)).toMatch(/^(visible|nowhere)$/);
  }
  throw new Error(`Tab does not get to ${target}`);
}

export async function hasFocus(target: Locator): Promise<boolean> {
  return (await target.and(target.page().locator(":focus")).count()) > 0;
}

export async function expectFocusVisible(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(FOCUS)).toBe("visible");
}

/**
 * As text: this file knows no document. The body itself, or what was focused by a script for reading on, shows nothing;
 * everything that can be operated has an outline, a shadow or a border that it has not without the focus.
 */
const FOCUS = `(() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "nowhere";
  const isOperated = focused.matches("a,button,input,select,textarea,summary,[role=tab],[role=menuitem],[role=combobox],tr");
  if (!isOperated) return "visible";
  const style = getComputedStyle(focused);
  const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const isIn = focused.closest("label,[data-focus-ring]") ?? focused;
  const around = getComputedStyle(isIn);
  const hasRing = style.boxShadow !== "none" || around.boxShadow !== "none" || (around.outlineStyle !== "none" && parseFloat(around.outlineWidth) >= 1);
  const isCaret = focused.matches("[role=combobox]");
  const isHighlighted = focused.matches("[role=menuitem],[role=option]");
  return hasOutline || hasRing || isCaret || isHighlighted ? "visible" : focused.outerHTML.slice(0, 200);
})()`;
