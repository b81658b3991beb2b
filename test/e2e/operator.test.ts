/** The pages of the team that runs the installation: organizations and their plans, people, profiles, outboxes. */
import { createEndpoint } from "../kit/journey.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expectNarrow } from "./kit/narrow.ts";
import { expectNowhere, listen } from "./kit/secrecy.ts";
import { expect, test } from "./kit/world.ts";

test("another plan says who gains and loses what before it is saved; limits are given and taken back", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ kind: "operator", profile: "fabhub", plan: "pro" });
  const path = `/api/organizations/${organizationId}`;
  await page.goto(`/operator/organizations/${organizationId}`);
  await page.getByLabel("Plan", { exact: true }).selectOption("enterprise");
  const preview = page.getByRole("region", { name: "What this changes" });
  await expect(preview.getByText("Webhooks: opens for admins, managers.")).toBeVisible();
  await expect(preview.getByText("API keys: opens for admins.")).toBeVisible();
  expect((await server.api("GET", path)).body.plan).toBe("pro");
  await expectAccessible(page);
  await page.getByLabel("Endpoints", { exact: true }).fill("3");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("0 of 3 used")).toBeVisible();
  expect((await server.api("GET", path)).body).toMatchObject({
    plan: "enterprise",
    limits: { endpoints: 3 },
  });
  await page.getByLabel("Plan", { exact: true }).selectOption("free");
  await expect(preview.getByText("Webhooks: closes for admins, managers.")).toBeVisible();
  await server.api("PATCH", path, { name: "Renamed meanwhile" });
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("It was changed meanwhile.", { exact: false })).toBeVisible();
  await expect(page.getByLabel("Plan", { exact: true })).toHaveValue("free");
  await page.getByRole("button", { name: "Keep what I typed" }).click();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Renamed meanwhile");
  await expect(page.getByLabel("Plan", { exact: true })).toHaveValue("free");
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(preview).toHaveCount(0);
  await page.getByLabel("Endpoints", { exact: true }).fill("");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("0 of 3 used")).toHaveCount(0);
  expect((await server.api("GET", path)).body.limits).toEqual({});
});

test("an organization's resources are written as lines, and it is suspended and goes on", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ kind: "operator", profile: "fanhaven" });
  await createEndpoint(server, "http://127.0.0.1:9009/shop", { organizationId });
  await page.goto("/operator/organizations");
  await page.locator(`tr[data-row="${organizationId}"] a`).click();
  const lines = page.getByLabel(/What keys can be limited to/);
  await lines.fill("artist:nova Nova\n  tour:eu 2027 EU");
  await page.getByRole("button", { name: "Save resources" }).click();
  await expect(page.getByText("2 resources.")).toBeVisible();
  const resources = `/api/organizations/${organizationId}/resources`;
  expect((await server.api("GET", resources)).body.data).toEqual([
    { id: "artist:nova", title: "Nova", parent: null },
    { id: "tour:eu", title: "2027 EU", parent: "artist:nova" },
  ]);
  await lines.fill(`${await lines.inputValue()}\nartist:mine Mine`);
  const registered = { resources: [{ id: "artist:theirs", title: "Theirs" }] };
  expect((await server.api("PUT", resources, registered)).status).toBe(200);
  await page.getByRole("button", { name: "Save resources" }).click();
  await page.getByRole("button", { name: "Keep what I typed" }).click();
  await expect(lines).toHaveValue("artist:theirs Theirs\nartist:mine Mine");
  await page.getByRole("button", { name: "Save resources" }).click();
  const saved = async () => {
    const { data } = (await server.api("GET", resources)).body;
    return data.map(({ id }: { id: string }) => id).toSorted();
  };
  await expect.poll(saved).toEqual(["artist:mine", "artist:theirs"]);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Suspend" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Suspend" }).click();
  await expect(page.getByText(/Suspended: its keys and people are refused/)).toBeVisible();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Resume" }).click();
  await expect(page.getByText(/Suspended: its keys and people are refused/)).toHaveCount(0);
});

test("somebody is added, looked at and deleted", async ({ page, server, signIn }) => {
  await signIn({ kind: "operator" });
  await page.goto("/operator/people");
  await expect(page.getByRole("link", { name: "Grace Hopper" }).first()).toBeVisible();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Barbara Liskov");
  await dialog.getByLabel("E-mail").fill("no address");
  await dialog.getByRole("button", { name: "Add person" }).click();
  await dialog.getByLabel("E-mail").fill("barbara@example.com");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add person" }).click();
  await expect(dialog).toHaveCount(0);
  await page.getByLabel("Name or e-mail").fill("barbara@");
  await page.getByRole("link", { name: "Barbara Liskov" }).click();
  await expect(page.getByText("barbara@example.com")).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete person" }).click();
  await expect(page).toHaveURL(/\/operator\/people$/);
  expect((await server.api("GET", "/api/users?q=barbara@")).body.data).toEqual([]);
});

test("a profile shows where its values come from, and what another has in their place", async ({
  page,
  signIn,
}) => {
  await signIn({ kind: "operator" });
  await page.goto("/operator/profiles?profile=fabhub");
  const plans = page.getByRole("table", { name: "Roles and plans" });
  await expect(plans.getByRole("row", { name: /API keys.*– – – admins/ })).toBeVisible();
  await page.getByLabel("Name or value").fill("tokenPrefix");
  const row = page.getByRole("row", { name: /\/keys\/tokenPrefix/ });
  await expect(row).toContainText("default");
  await page.getByLabel("Compare with").selectOption("fanhaven");
  await page.getByLabel("Name or value").fill("/keys/scopes");
  await expect(page.getByRole("row", { name: /\/keys\/scopes/ }).first()).toContainText(
    "api, admin",
  );
  await expectAccessible(page);
});

test("the password of an outbox's database is kept nowhere in the page", async ({
  page,
  signIn,
}) => {
  await signIn({ kind: "operator" });
  const said = listen(page);
  await page.goto("/operator/settings");
  await page.getByRole("button", { name: "Add outbox" }).click();
  const dialog = page.getByRole("dialog");
  const password = "in-no-cache-of-ours";
  await dialog.getByLabel("Address of the database").fill("http://shop");
  await dialog.getByRole("button", { name: "Add outbox" }).click();
  await expect(dialog.getByLabel("Address of the database")).toHaveAttribute(
    "aria-invalid",
    "true",
  );
  await dialog.getByLabel("Name").fill("Shop");
  const url = `postgres://shop:${password}@127.0.0.1:1/shop`;
  await dialog.getByLabel("Address of the database").fill(url);
  await dialog.getByRole("button", { name: "Add outbox" }).click();
  await expect(dialog).toHaveCount(0);
  await expectNowhere(page, password, said);
  await page.getByRole("button", { name: "Actions for Shop" }).click();
  await page.getByRole("menuitem", { name: "Details" }).click();
  await expect(page.getByRole("dialog").getByText("Can never be events")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  // While it closes it hands the focus back, which closes a menu that is open by then.
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Actions for Shop" }).click();
  await page.getByRole("menuitem", { name: "Remove outbox" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove outbox" }).click();
  await expect(page.getByText("None. posthorn outbox install", { exact: false })).toBeVisible();
});

test("the product's name and support contact are on pages without a session, in notices and on error pages", async ({
  page,
  server,
  signIn,
}) => {
  await signIn({ kind: "operator" });
  await page.goto("/operator/settings");
  const panel = page.getByRole("region", { name: "Name, look and help" });
  await panel.getByLabel("Product name").fill("Acme Events");
  await panel.getByLabel("Support contact").fill("javascript:alert(1)");
  await panel.getByRole("button", { name: "Save changes" }).click();
  await expect(panel.getByLabel("Support contact")).toHaveAttribute("aria-invalid", "true");
  await panel.getByLabel("Support contact").fill("help@acme.example");
  await panel.getByRole("button", { name: "Save changes" }).click();
  await expect(page).toHaveTitle("Installation · Acme Events");
  const support = page.getByRole("link", { name: "Contact support" });
  await page.goto("/nothing-here");
  await expect(support).toHaveAttribute("href", "mailto:help@acme.example");
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await expect(page.getByText("Acme Events")).toBeVisible();
  await signIn({ profile: "fabhub", plan: "pro", metadataRole: "staff", membershipRole: null });
  await page.goto("/settings/integrations/webhooks");
  await expect(page.locator("[data-notice=staff]")).toBeVisible();
  await expect(support).toBeVisible();
  await expectAccessible(page);
  await server.api("PATCH", "/api/branding", { productName: null, supportContact: null });
});

test("colours and logo are tried in a preview of both themes, refused where nobody could read, and then on all pages", async ({
  page,
  server,
  signIn,
}) => {
  const refused: string[] = [];
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  await signIn({ kind: "operator" });
  await page.goto("/operator/settings");
  const panel = page.getByRole("region", { name: "Name, look and help" });
  const light = panel.getByRole("textbox", { name: "Accent colour, light theme", exact: true });
  const dark = panel.getByRole("textbox", { name: "Accent colour, dark theme", exact: true });
  await light.fill("#ffd400");
  await panel.getByRole("button", { name: "Save changes" }).click();
  await expect(light).toHaveAttribute("aria-invalid", "true");
  await expect(panel).toContainText("its contrast is below 4.5");
  await light.fill("#7a1fa2");
  await dark.fill("#d59be8");
  await panel.getByLabel("Logo").setInputFiles({
    name: "logo.svg",
    mimeType: "image/svg+xml",
    buffer: Buffer.from(LOGO),
  });
  for (const [theme, colour] of COLOURS) {
    const sample = panel.locator(`[data-preview=${theme}]`);
    await expect(sample.getByText("Add endpoint")).toHaveCSS("background-color", colour);
    await expect(sample.locator("img")).toHaveAttribute("src", /^data:image\/svg\+xml/);
  }
  await expectAccessible(page);
  await expectNarrow(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await panel.getByRole("button", { name: "Save changes" }).click();
  const logo = page.locator("img[data-logo]").first();
  await expect(logo).toHaveAttribute("src", /^\/branding\/[0-9a-f]{16}\/logo\.svg$/);
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await expect(logo).toBeVisible();
  const signInButton = page.getByRole("button", { name: "Sign in", exact: true });
  for (const [theme, colour] of COLOURS) {
    await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
    await expect(signInButton).toHaveCSS("background-color", colour);
  }
  await expectAccessible(page);
  await signIn({ returnUrl: "http://localhost/back" });
  await page.goto("/settings/integrations/webhooks");
  await expect(logo).toBeVisible();
  expect(await page.evaluate(`document.querySelector("img[data-logo]").naturalWidth`)).toBe(120);
  expect(refused).toEqual([]);
  const none = { accentLight: null, accentDark: null, logo: null };
  expect((await server.api("PATCH", "/api/branding", none)).status).toBe(200);
});

const COLOURS = [
  ["light", "rgb(122, 31, 162)"],
  ["dark", "rgb(213, 155, 232)"],
] as const;
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30" viewBox="0 0 120 30"><rect width="30" height="30" rx="6" fill="#9c4dcc"/><text x="38" y="21" font-family="sans-serif" font-size="18" fill="#9c4dcc">Acme</text></svg>`;
