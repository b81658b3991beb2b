/** The pages about the organization itself: its people, its plan, its log; and who may not see them. */
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

test("an owner invites somebody and takes the invitation back; the log says so", async ({
  page,
  signIn,
}) => {
  await signIn({ membershipRole: "owner" });
  await page.goto("/settings/users");
  await expect(page.getByRole("row", { name: /Ada Lovelace/ })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "Invite somebody" });
  await dialog.getByLabel("E-mail").fill("no address");
  await dialog.getByRole("button", { name: "Send invitation" }).click();
  await expect(dialog.getByLabel("E-mail")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("E-mail").fill("grace@example.com");
  await dialog.getByLabel("Manager").check();
  await dialog.getByRole("button", { name: "Send invitation" }).click();
  const invitation = page.getByRole("listitem").filter({ hasText: "grace@example.com" });
  await expect(invitation).toContainText("Manager");
  await invitation.getByRole("button", { name: "Take back" }).click();
  await expect(invitation).toHaveCount(0);
  await page.goto("/settings/audit-log?action=members");
  await expect(page.getByRole("row", { name: /invit/ }).first()).toBeVisible();
  await expectAccessible(page);
});

test("a manager is told who can help, and that they are not the one", async ({ page, signIn }) => {
  await signIn({ metadataRole: "manager", membershipRole: "manager" });
  await page.goto("/settings/users");
  await expect(page.getByRole("heading", { name: /Only owners and admins/ })).toBeVisible();
  await page.getByRole("button", { name: "See who can help" }).click();
  await expect(page.getByText("No admins are listed")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.goto("/settings/organization/subscription");
  await expect(page.getByText("open").first()).toBeVisible();
  await expectAccessible(page);
});
