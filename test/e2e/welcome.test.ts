/** From the link of a fresh installation to a verified delivery on the screen, in under a minute. */
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

test("the first operator sees a webhook arrive verified, and one that fails first", async ({
  page,
  server,
}) => {
  const { body } = await server.api("POST", "/api/setup/links");
  const startedAt = performance.now();
  await page.goto(body.url);
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("Waiting …")).toBeVisible();
  await page.getByRole("button", { name: "Send it from here" }).click();
  await expect(page.getByText("Signature verified")).toBeVisible();
  const seconds = (performance.now() - startedAt) / 1000;
  test.info().annotations.push({ type: "to verified", description: `${seconds.toFixed(1)} s` });
  expect(seconds).toBeLessThan(60);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Send one that fails first" }).click();
  const attempts = page.getByRole("list", { name: "Attempts" });
  await expect(attempts.getByText("1 · 500")).toBeVisible();
  await expect(attempts.getByText("2 · 200")).toBeVisible();
  await page.getByRole("button", { name: "Remove the demo" }).click();
  await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
});
