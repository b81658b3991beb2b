/** A stretch of time that is drawn over a chart chooses the deliveries under it: by the pointer, and by keys. */
import { expect, test } from "./kit/world.ts";

const ROOT = "/settings/integrations/webhooks";

test("a stretch drawn over a chart leads to the deliveries of that time", async ({
  page,
  furnished,
  signIn,
}) => {
  await signIn({ kind: "operator", organizationId: furnished.organizationId });
  await page.goto(`${ROOT}/${furnished.webhookId}?range=1h`);
  const chart = page.getByRole("img", { name: /^Volume/ });
  const box = await chart.boundingBox();
  if (!box) throw new Error("the chart is drawn");
  const [y, end] = [box.y + box.height / 2, box.x + box.width - 4];
  await page.mouse.move(box.x + box.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(end - 20, y);
  await page.mouse.move(end, y);
  await page.mouse.up();
  await expect(page).toHaveURL(/tab=deliveries/);
  const chosen = new URL(page.url()).searchParams;
  const [from, to] = [Date.parse(chosen.get("from") ?? ""), Date.parse(chosen.get("to") ?? "")];
  expect(to - from).toBeGreaterThan(60_000);
  expect(to - from).toBeLessThanOrEqual(3_600_000);
  // What the webhook got in this hour is at its end.
  await expect(page.locator("tr[data-row]").first()).toBeVisible();

  await page.goBack();
  await page.goto(`${ROOT}/${furnished.webhookId}?range=1h`);
  await chart.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.down("Shift");
  for (const key of ["ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  await page.keyboard.up("Shift");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/tab=deliveries/);
  await expect(page.getByText(/match/).first()).toBeVisible();
});
