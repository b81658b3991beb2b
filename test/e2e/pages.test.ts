/** Every page there is: light to load, accessible in both themes, without a horizontal scroll bar on the narrowest screen. */
import type { Page } from "@playwright/test";
import { ADDRESSES, fill, OUTSIDE } from "./kit/addresses.ts";
import { expectAccessible } from "./kit/axe.ts";
import { FIRST_LOAD_BYTES_MAX, firstLoadBytes } from "./kit/budget.ts";
import { expectNarrow } from "./kit/narrow.ts";
import { expectSettled } from "./kit/ready.ts";
import { expect, test } from "./kit/world.ts";

const PARTS = 6;
const WIDE = { width: 1280, height: 800 };

for (let part = 0; part < PARTS; part += 1) {
  const rows = ADDRESSES.filter((_, index) => index % PARTS === part);
  test(`pages for people who have signed in, ${part + 1} of ${PARTS}: accessible, and flow at 320 px`, async ({
    page,
    furnished,
    signIn,
  }) => {
    await signIn({ kind: "operator", organizationId: furnished.organizationId });
    for (const { path } of rows) {
      await test.step(path, async () => lookAt(page, fill(path, furnished)));
    }
  });
}

test("pages for everybody else: accessible, and flow at 320 px", async ({ page }) => {
  for (const path of [...OUTSIDE, "/nothing-here"]) {
    await test.step(path, async () => lookAt(page, path));
  }
});

async function lookAt(page: Page, path: string): Promise<void> {
  await page.setViewportSize(WIDE);
  await page.goto(path);
  await expectSettled(page);
  expect.soft(await firstLoadBytes(page)).toBeLessThanOrEqual(FIRST_LOAD_BYTES_MAX);
  await expectAccessible(page);
  await expectNarrow(page);
}
