/** The life of an API key in the dashboard, and where its secret is while that goes on. */
import type { Page } from "@playwright/test";
import type { TestServer } from "../kit/server.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expectNotKept, expectNowhere, listen } from "./kit/secrecy.ts";
import { expect, test } from "./kit/world.ts";

const PATH = "/settings/integrations/api";

test("a key is made, shown once, changed and revoked; its secret is nowhere but in its open dialog", async ({
  page,
  server,
  signIn,
}) => {
  await signIn({ profile: "fabhub", plan: "enterprise", membershipRole: "owner" });
  const said = listen(page);
  await page.goto("/settings/integrations/webhooks");
  await page.locator(`a[href="${PATH}"]`).first().click();
  await expect(page.getByText("No keys yet.")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Generate API key" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Warehouse");
  await dialog.getByLabel("staging").check();
  await dialog.getByRole("button", { name: "Generate key" }).click();
  await expect(dialog.getByText(/scopes|permission|at least/i).last()).toBeVisible();
  await dialog.getByLabel(/^api/).check();
  await dialog.getByText("Advanced").click();
  await dialog.getByLabel("Expires", { exact: true }).selectOption("date");
  await dialog.getByText("Advanced").click();
  await dialog.getByRole("button", { name: "Generate key" }).click();
  await expect(dialog.getByLabel("Last day")).toBeFocused();
  await dialog.getByLabel("Expires", { exact: true }).selectOption("");
  const { promise: isLate, resolve: answer } = Promise.withResolvers<void>();
  await page.route("**/api/keys", (route) => isLate.then(() => route.continue()));
  await dialog.getByRole("button", { name: "Generate key" }).click();
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await page.evaluate("history.back()");
  answer();

  await expect(dialog.getByRole("heading", { name: "Save your API key" })).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Copy", exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog.getByText("You will not see this API key again.")).toBeVisible();
  await dialog.getByRole("button", { name: "Go back" }).click();
  // Here and not above: the way back that was stopped may end only now, and asks then as Esc does.
  await expect(dialog.getByRole("button", { name: "Done" })).toBeDisabled();
  await page.evaluate("history.back()");
  await expect(dialog.getByText("You will not see this API key again.")).toBeVisible();
  await dialog.getByRole("button", { name: "Go back" }).click();
  await page.evaluate(NO_CLIPBOARD);
  await dialog.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(page.getByText("does not let this page copy")).toBeVisible();
  const secret = (await dialog.locator("[data-secret=shown]").textContent()) ?? "";
  expect(secret).toMatch(/^phk_[0-9A-Za-z]{36}$/);
  await expectNotKept(page, secret, said);
  await expectAccessible(page);
  await page.evaluate("void delete document.execCommand");
  await dialog.getByRole("button", { name: "Copy", exact: true }).click();
  await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();

  const row = page.getByRole("row", { name: /Warehouse/ });
  await expect(row.getByText("staging")).toBeVisible();
  await expectNowhere(page, secret, said);
  expect(await verdictOf(server, secret)).toBe("VALID");

  await row.getByRole("link", { name: "Warehouse" }).click();
  // The list has a field of this name as well.
  await expect(page.getByRole("heading", { name: "Warehouse", level: 1 })).toBeVisible();
  await page.getByLabel("Name").fill("Warehouse north");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved. It is in effect on every server.")).toBeVisible();
  await expectExpiryKept(page);
  await expectChangesOfOthersKept(page, server);

  await page.getByRole("button", { name: "Roll", exact: true }).click();
  await dialog.getByLabel("Now").check();
  const refused = page.waitForResponse((answer) => answer.status() === 404);
  await dialog.getByRole("button", { name: "Roll key" }).click();
  await refused;
  await dialog.getByRole("button", { name: "Show" }).click();
  const rolled = (await dialog.locator("[data-secret=shown]").textContent()) ?? "";
  // The old key is gone with this, and the page of it: the dialog with the new one must outlive both.
  const gone = page.getByText("This key does not exist or was revoked.");
  await expect(gone).toHaveCount(0);
  await expect(dialog.locator("[data-secret=shown]")).toHaveText(rolled);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(gone).toBeVisible();
  await expectNowhere(page, rolled, said);
  expect(await verdictOf(server, secret)).not.toBe("VALID");
  expect(await verdictOf(server, rolled)).toBe("VALID");
  // Read anew: the list that was kept still has the old key, of the same name, for a moment.
  await page.goto(PATH);
  await page.getByRole("link", { name: "Warehouse north" }).click();

  await page.getByRole("button", { name: "Revoke" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByText("Systems that use it get 401 at once")).toBeVisible();
  const typed = question.getByLabel(/Type Warehouse north to confirm/);
  // It was judged a moment ago, so it counts as in use.
  if (await typed.isVisible()) await typed.fill("Warehouse north");
  await question.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("No keys yet.")).toBeVisible();
  expect(await verdictOf(server, rolled)).not.toBe("VALID");
});

test("several keys are revoked at once, after their number was typed", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ profile: "fanhaven", membershipRole: "owner" });
  await server.api("PUT", `/api/organizations/${organizationId}/resources`, {
    resources: [{ id: "artist:nova", title: "Nova" }],
  });
  for (const name of ["One", "Two"]) {
    const body = { name, scopes: ["read"], resources: ["artist:nova"], organizationId };
    expect((await server.api("POST", "/api/keys", body)).status).toBe(201);
  }
  await page.goto(PATH);
  await page.getByLabel("Select all shown").check();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  const question = page.getByRole("alertdialog");
  const action = question.getByRole("button", { name: "Revoke 2 keys" });
  await expect(action).toBeDisabled();
  await question.getByLabel("Type 2 to confirm").fill("2");
  await action.click();
  // Fanhaven's keys stay in the list, revoked.
  await expect(page.getByRole("row", { name: /One.*revoked/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Two.*revoked/ })).toBeVisible();
});

/** An end that was chosen is shown afterwards, and a date that nobody gave is not saved as "never". */
async function expectExpiryKept(page: Page): Promise<void> {
  const expires = page.getByLabel("Expires", { exact: true });
  const lastDay = page.getByLabel("Last day");
  await expires.selectOption("30");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(lastDay).not.toHaveValue("");
  await lastDay.fill("");
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.method()));
  await page.keyboard.press("Control+s");
  await expect(lastDay).toBeFocused();
  expect(sent).not.toContain("PATCH");
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(lastDay).not.toHaveValue("");
}

/** What somebody else has saved meanwhile is never taken back by a form that was filled before. */
async function expectChangesOfOthersKept(page: Page, server: TestServer): Promise<void> {
  const path = `/api/keys/${new URL(page.url()).pathname.split("/").at(-1)}`;
  await page.getByLabel("Description").fill("Mine");
  const theirs = { enabled: false, requestsPerMinute: 7 };
  const { status, body } = await server.api("PATCH", path, theirs);
  expect(status).toBe(200);
  const note = page.getByText("It was changed meanwhile. What you typed is not saved.");
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const answer = page.waitForResponse((each) => each.request().method() === "PATCH");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    expect((await answer).status()).toBe(412);
    await expect(note).toBeVisible();
  }
  await expectAccessible(page);
  await page.getByRole("button", { name: "Keep what I typed" }).click();
  await expect(page.getByLabel("Requests per minute")).toHaveValue("7");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);
  const kept = { ...theirs, description: "Mine", expiresAt: body.expiresAt };
  expect((await server.api("GET", path)).body).toMatchObject(kept);
  await page.getByLabel("Enabled").check();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);
}

/** As on plain http, in a browser that does not copy the old way either. */
const NO_CLIPBOARD = `
  Object.defineProperty(navigator, "clipboard", { value: undefined });
  document.execCommand = () => false;
`;

async function verdictOf(
  server: { api(method: string, path: string, body: unknown): Promise<{ body: { code: string } }> },
  key: string,
): Promise<string> {
  return (await server.api("POST", "/api/keys/verify", { key })).body.code;
}
