/** The secret of a webhook: in the document while its dialog is open, and nowhere else at any time. */
import { expectNotKept, expectNowhere, listen } from "./kit/secrecy.ts";
import { expect, test } from "./kit/world.ts";

const PATH = "/settings/integrations/webhooks";

test("the secret of a webhook is shown when it is made, revealed and rolled, and kept nowhere", async ({
  page,
  server,
  signIn,
}) => {
  await signIn({ membershipRole: "owner" });
  const said = listen(page);
  await page.goto(PATH);
  await page.getByRole("button", { name: "Add endpoint" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Endpoint URL").fill("http://127.0.0.1:9009/secret");
  await dialog.getByLabel("All current and future events").check();
  await dialog.getByRole("button", { name: "Add endpoint" }).click();
  const secret = await shown();
  await expectNotKept(page, secret, said);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toHaveCount(0);
  await expectNowhere(page, secret, said);

  await page.locator("tr[data-row] a").first().click();
  await expect(page.getByRole("tab").first()).toBeVisible();
  await expectNowhere(page, secret, said);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /[Rr]eveal/ }).click();
  await confirm(/Reveal|Show/);
  expect(await shown()).toBe(secret);
  await expectNotKept(page, secret, said);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toHaveCount(0);
  await expectNowhere(page, secret, said);

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /Roll/ }).click();
  await confirm(/Roll/);
  const next = await shown();
  expect(next).not.toBe(secret);
  await expectNotKept(page, next, said);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toHaveCount(0);
  await expectNowhere(page, next, said);
  const logged = JSON.stringify(server.logged);
  expect(logged).not.toContain(secret);
  expect(logged).not.toContain(next);

  async function shown(): Promise<string> {
    await expect(dialog.getByRole("button", { name: "Copy", exact: true })).toBeVisible();
    await dialog.getByRole("button", { name: "Show" }).click();
    const text = (await dialog.locator("[data-secret=shown]").textContent()) ?? "";
    expect(text).toMatch(/^whsec_.{30}/);
    return text;
  }

  /** Where a question stands before the secret. */
  async function confirm(action: RegExp): Promise<void> {
    const copy = dialog.getByRole("button", { name: "Copy", exact: true });
    const yes = page
      .locator("[role=dialog],[role=alertdialog]")
      .getByRole("button", { name: action });
    await expect(copy.or(yes.last())).toBeVisible();
    if (!(await copy.isVisible())) await yes.last().click();
  }
});
