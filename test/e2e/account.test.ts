/** The page about oneself: name, address, password, sessions. */
import { expectAccessible } from "./kit/axe.ts";
import { expect, PASSWORD, test } from "./kit/world.ts";

test("somebody changes their name, asks for another address and ends their other sessions", async ({
  page,
  signIn,
}) => {
  await signIn({ kind: "browser", membershipRole: "owner" });
  await page.goto("/settings/account");
  await expect(page.getByRole("heading", { level: 1, name: "Your account" })).toBeVisible();
  await expectAccessible(page);
  const name = page.getByLabel("Name");
  await name.fill("Ada King");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByLabel("New address").fill("no address");
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByLabel("New address")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Present password").first().fill(PASSWORD);
  await page.getByLabel("New address").fill(`ada-${Date.now()}@new.example`);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByText("a link is on its way")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "this one" })).toHaveCount(1);
  await page.reload();
  await expect(name).toHaveValue("Ada King");
});

test("a session that was ended elsewhere leads to the page for signing in, and so does signing out of it", async ({
  page,
  server,
  signIn,
}) => {
  const { userId } = await signIn({ kind: "browser", membershipRole: "owner" });
  const { email } = (await server.api("GET", `/api/users/${userId}`)).body;
  await page.goto("/settings/account");
  await expect(page.getByText("this one")).toBeVisible();
  await page.route(SESSION, (route) => route.fulfill({ status: 401, json: {} }));
  await page.getByRole("button", { name: "Ada Lovelace" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("E-mail address").fill(email);
  await page.unroute(SESSION);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Connections" })).toBeVisible();
  await page.evaluate(END_SESSION);
  await expect(page.getByLabel("E-mail address")).toBeVisible();
  expect(new URL(page.url()).searchParams.get("next")).toMatch(/^\/settings\/integrations\//);
});

const SESSION = "**/api/sessions/current";
/** And goes on at once: whatever is read meanwhile by itself would also meet the end. */
const END_SESSION = `fetch("/api/sessions/current", { method: "DELETE", headers: { "x-posthorn-csrf": "1" } })
  .then(() => void document.querySelector("a[href$='/deliveries']")?.click())`;

test("a link to another address that is over says so", async ({ page }) => {
  await page.goto("/confirm-email?token=nothing");
  await page.getByRole("button", { name: "Confirm the address" }).click();
  await expect(page.getByRole("heading", { name: /link/i })).toBeVisible();
});
