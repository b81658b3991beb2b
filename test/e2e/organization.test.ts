/** The pages about the organization itself: its people, its plan, its log; and who may not see them. */
import { readFile } from "node:fs/promises";
import { enterPortal } from "../kit/browser.ts";
import { createEndpoint } from "../kit/journey.ts";
import { createTestServer } from "../kit/server.ts";
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

test("an owner renames the organization, and what is shown changes with the organization", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId, userId, browser } = await signIn({
    kind: "browser",
    membershipRole: "owner",
  });
  await page.goto("/settings/organization/subscription");
  const name = page.getByLabel("Name");
  const rename = page.getByRole("button", { name: "Rename" });
  await expect(rename).toBeDisabled();
  await name.fill("  ");
  await rename.click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await name.fill("Nova Records");
  await rename.click();
  await expect(page.getByRole("heading", { level: 1, name: "Nova Records" })).toBeVisible();
  await expect(page.getByRole("button", { name: /Nova Records/ })).toBeVisible();
  await expectAccessible(page);

  const beta = await server.api("POST", "/api/organizations", { name: "Beta", profile: "default" });
  const members = `/api/organizations/${beta.body.id}/members`;
  await server.api("PUT", `${members}/${userId}`, { role: "owner" });
  await createEndpoint(server, "http://127.0.0.1:9009/of-nova", { organizationId });
  await page.clock.install();
  await page.goto("/settings/integrations/webhooks?q=of-nova");
  await page
    .getByRole("row", { name: /of-nova/ })
    .getByRole("checkbox")
    .check();
  const { promise: isLate, resolve: answer } = Promise.withResolvers<void>();
  await page.route("**/api/webhooks?*", (route) => isLate.then(() => route.continue()));
  await page.getByRole("button", { name: /Nova Records/ }).click();
  await page.getByRole("menuitem", { name: /Beta/ }).click();
  await expect(page.getByRole("button", { name: /Beta/ })).toBeVisible();
  await expect(page).toHaveURL(/webhooks$/);
  await expect(page.getByText("of-nova")).toHaveCount(0);
  await expect(page.getByText("1 selected")).toHaveCount(0);
  answer();
  await expect(page.getByText("No endpoints yet.")).toBeVisible();

  // In another tab, while a form is open in this one.
  await page.getByRole("button", { name: "Add endpoint" }).first().click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await browser.call("POST", "/api/me/organization", { organizationId });
  await page.clock.fastForward(61_000);
  await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
  await expect(page.getByText("of-nova")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the log is saved as it is filtered: CSV for people, a line of JSON per entry for programs", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ membershipRole: "owner" });
  await server.api("POST", "/api/inboxes", { organizationId, name: "Shown" });
  await server.api("POST", "/api/keys", {
    organizationId,
    name: "Not shown",
    scopes: ["events:write"],
  });
  await page.goto("/settings/audit-log?action=inboxes");
  await expect(page.getByRole("row", { name: /inboxes\.create/ })).toBeVisible();
  const save = async (entry: RegExp) => {
    await page.getByRole("button", { name: /^Export/ }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("menuitem", { name: entry }).click();
    const file = await download;
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), "utf8") };
  };
  const csv = await save(/CSV/);
  expect(csv.name).toBe("audit-log.csv");
  expect(csv.text.split("\n")[0]).toContain("id,at,actorKind");
  expect(csv.text).toContain("inboxes.create");
  expect(csv.text).not.toContain("keys.create");
  const lines = await save(/NDJSON/);
  expect(lines.name).toBe("audit-log.ndjson");
  const entries = lines.text.trim().split("\n");
  expect(entries.map((line) => JSON.parse(line).action)).toEqual(["inboxes.create"]);
});

test("where a plan is asked for, the way to the operator's page for plans is a link", async ({
  page,
}) => {
  const upgradeUrl = "https://product.example/plans";
  const server = await createTestServer({ argv: ["--upgrade-url", upgradeUrl] });
  const made = await server.api("POST", "/api/organizations", {
    name: "Acme",
    profile: "fabhub",
    plan: "pro",
  });
  const organizationId: string = made.body.id;
  const user = { id: "ada", name: "Ada", role: "admin" };
  const { userId } = await enterPortal(server, { organizationId, user });
  const member = `/api/organizations/${organizationId}/members/${userId}`;
  await server.api("PUT", member, { role: "admin" });
  const portal = await server.api("POST", "/api/portal-sessions", { organizationId, user });
  await page.goto(portal.body.url);
  for (const path of ["/settings/integrations/webhooks", "/settings/organization/subscription"]) {
    await page.goto(server.url + path);
    await expect(page.locator(`main a[href="${upgradeUrl}"]`).first()).toBeVisible();
  }
  await server.close();
});
