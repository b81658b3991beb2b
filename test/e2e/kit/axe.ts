import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What the second theme can break: it has other colours and the same elements. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** No violation of WCAG 2.2 AA, in the light theme and in the dark one. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const theme of ["light", "dark"] as const) {
    await setTheme(page, theme);
    // What has been scrolled below the top bar in part would count as too small to press.
    await page.evaluate("scrollTo(0, 0)");
    const axe = new AxeBuilder({ page });
    const chosen = theme === "light" ? axe.withTags(RULES) : axe.withRules(OF_COLOURS);
    const { violations } = await chosen.analyze();
    const found = violations.map(({ id, nodes }) => ({
      theme,
      id,
      where: nodes.map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
    }));
    expect.soft(found).toEqual([]);
  }
}

export async function setTheme(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  // As text: the rest of this file knows no document.
  await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
}
