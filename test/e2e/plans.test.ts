/** The operator's plans: written as a draft, looked at, published, and taken back. */
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

test("a plan opens a page in a draft, says who would see it, and is published and taken back", async ({
  page,
  server,
  signIn,
}) => {
  await signIn({ kind: "operator", profile: "fabhub", plan: "pro" });
  await page.goto("/operator/plans?profile=fabhub");
  const preview = page.getByRole("region", { name: "Preview" });
  await preview.getByLabel("Role of sign-in").selectOption("manager");
  await preview.getByLabel("Membership").selectOption("manager");
  await preview.getByLabel("Plan of the organization").selectOption("pro");
  const webhooks = preview.getByRole("row", { name: /^Webhooks/ });
  await expect(webhooks).toContainText("closed: not in the plan (enterprise)");
  await expectAccessible(page);
  await page.getByLabel("Webhooks on pro").check();
  await expect(webhooks).toContainText("open");
  const changes = page.getByRole("region", { name: "What the draft changes" });
  await expect(changes).toContainText("gates / webhooks / plans");
  const said = await changes.innerText();
  await page.getByLabel("Plans", { exact: true }).press("End");
  await page.keyboard.press("Backspace");
  await expect(changes).toContainText("gates / keys / plans");
  await page.keyboard.press("e");
  await expect(changes).toHaveText(said, { useInnerText: true });
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("button", { name: "Publish", exact: true })).toBeEnabled();
  const path = "/api/profiles/fabhub/plans";
  expect((await server.api("GET", path)).body.inForce.gates.webhooks.plans).toEqual(["enterprise"]);
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByText("The draft says what is in force.")).toBeVisible();
  const { body } = await server.api("GET", path);
  expect(body.inForce.gates.webhooks.plans).toEqual(["pro", "enterprise"]);
  const history = page.getByRole("region", { name: "History" });
  await history.getByRole("button", { name: /The profile's own/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Put into force" }).click();
  await expect(history.getByRole("listitem")).toHaveCount(2);
  expect((await server.api("GET", path)).body.inForce).toEqual(body.ofProfile);
});

test("memberships of a page are chosen one by one, and a limit is lifted for a plan and for one organization", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ kind: "operator", profile: "fabhub", plan: "pro" });
  await page.goto("/operator/plans?profile=fabhub");
  await page
    .getByRole("button", { name: /^API keys asks for a membership: owner, admin$/ })
    .click();
  await page.getByRole("menuitemcheckbox", { name: "admin" }).click();
  await page.keyboard.press("Escape");
  const asked = page.getByRole("button", {
    name: "API keys asks for a membership: owner",
    exact: true,
  });
  await expect(asked).toBeVisible();
  const changes = page.getByRole("region", { name: "What the draft changes" });
  await expect(changes).toContainText("gates / keys / organization");
  await page.getByLabel("Endpoints of pro", { exact: true }).fill("20");
  await page.getByRole("button", { name: "No limit: Endpoints of pro" }).click();
  await expect(page.getByLabel("Endpoints of pro", { exact: true })).toBeDisabled();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByText("The draft is saved").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Publish", exact: true })).toBeEnabled();
  const { body } = await server.api("GET", "/api/profiles/fabhub/plans");
  expect(body.draft.rules.limits).toEqual({ pro: { endpoints: null } });
  expect(body.draft.rules.gates.keys.organization).toEqual(["owner"]);
  await page.getByRole("button", { name: "No limit: Endpoints of pro" }).click();
  await expect(page.getByLabel("Endpoints of pro", { exact: true })).toHaveValue("");
  await server.api("DELETE", "/api/profiles/fabhub/plans/draft");
  await page.goto(`/operator/organizations/${organizationId}`);
  await page.getByRole("button", { name: "No limit: Published events" }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.").first()).toBeVisible();
  const own = await server.api("GET", `/api/organizations/${organizationId}`);
  expect(own.body.limits).toEqual({ publishesPerMinute: "unlimited" });
});

test("plans that mean nothing are refused with what is wrong, and a draft is discarded", async ({
  page,
  server,
  signIn,
}) => {
  await signIn({ kind: "operator", profile: "fabhub", plan: "pro" });
  await page.goto("/operator/plans?profile=fabhub");
  await page.getByLabel("Plans", { exact: true }).fill("free, enterprise");
  await expect(page.getByText(/organizations are on pro/).first()).toBeVisible();
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("alert")).toContainText("move them to another plan first");
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await page.getByLabel("Endpoints of free", { exact: true }).fill("2");
  const path = "/api/profiles/fabhub/plans";
  const { inForce } = (await server.api("GET", path)).body;
  const theirs = { ...inForce, limits: { ...inForce.limits, pro: { keys: 4 } } };
  expect((await server.api("PUT", `${path}/draft`, theirs)).status).toBe(200);
  await page.getByRole("button", { name: "Save draft" }).click();
  await page.getByRole("button", { name: "Keep what I typed" }).click();
  await expect(page.getByLabel("API keys of pro", { exact: true })).toHaveValue("4");
  await expect(page.getByLabel("Endpoints of free", { exact: true })).toHaveValue("2");
  await page.getByRole("button", { name: "Save draft" }).click();
  await expect(page.getByRole("button", { name: "Publish", exact: true })).toBeEnabled();
  const { limits } = (await server.api("GET", path)).body.draft.rules;
  expect(limits).toMatchObject({ free: { endpoints: 2 }, pro: { keys: 4 } });
  await page.getByRole("button", { name: "Discard draft" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Discard draft" }).click();
  await expect(page.getByText("The draft says what is in force.")).toBeVisible();
});
