/**
 * The ten main flows without a mouse: sign in, find a page, create a webhook, send a test event, read and redeliver a
 * delivery, filter a list, pause several webhooks, create a key, revoke it, change a webhook's settings. What has the
 * focus can be seen all the way, and dialogs give it back.
 */
import type { Page } from "@playwright/test";
import { eventually } from "../kit/eventually.ts";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver } from "../kit/receiver.ts";
import { expectFocusVisible, hasFocus, press, tabTo } from "./kit/keyboard.ts";
import { expect, PASSWORD, test } from "./kit/world.ts";

const ROOT = "/settings/integrations";

/** Any use of the mouse is a mistake of the test. */
test.beforeEach(async ({ page }) => {
  await page.addInitScript(
    'addEventListener("pointerdown", () => document.documentElement.setAttribute("data-clicked", ""), true)',
  );
});
test.afterEach(async ({ page }) => {
  expect(await page.locator("[data-clicked]").count()).toBe(0);
});

test("signs in, skips to the content, goes to pages by keys and by the palette", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId, userId } = await signIn({ kind: "browser" });
  const { id } = await createEndpoint(server, "http://127.0.0.1:9009/keys", { organizationId });
  const { email } = (await server.api("GET", `/api/users/${userId}`)).body;
  await page.context().clearCookies();
  await page.goto(`${ROOT}/webhooks`);
  await tabTo(page, page.getByLabel("E-mail address"));
  await page.keyboard.type(email);
  await tabTo(page, page.getByLabel("Password"));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Webhooks" })).toBeVisible();

  await tabTo(page, page.getByRole("link", { name: /^Skip/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page.getByRole("heading", { level: 1, name: "Deliveries" })).toBeVisible();

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type(id);
  await expect(page.getByRole("option").first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/webhooks/${id}$`));
  await expect(page.getByRole("combobox")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Send test event" })).toBeVisible();

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: /[Kk]ey/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("creates a webhook, sends a test event to it, reads the delivery and sends it again", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  const receiver = await startReceiver();
  await page.goto(`${ROOT}/webhooks`);
  await expect(page.getByText("No endpoints yet.")).toBeVisible();
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog");
  await tabTo(page, dialog.getByLabel("Endpoint URL"));
  await page.keyboard.type(`${receiver.url}/ok`);
  await tabTo(page, dialog.getByLabel("All current and future events"));
  await press(page, "Space");
  await tabTo(page, dialog.getByRole("button", { name: "Add endpoint" }));
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Copy", exact: true })).toBeFocused();
  await tabTo(page, dialog.getByRole("button", { name: "Show" }));
  await press(page, "Enter");
  await tabTo(page, dialog.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expectFocusBack(page);

  const row = page.locator("tr[data-row]").first();
  await tabTo(page, row);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/webhooks\/ep_/);
  await expect(page.getByRole("button", { name: "Send test event" })).toBeVisible();
  await page.keyboard.press("t");
  const test = page.getByRole("dialog");
  await tabTo(page, test.getByRole("button", { name: "Send test event" }));
  await page.keyboard.press("Enter");
  await expect(test.getByText(/^200 in /)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(test).toHaveCount(0);
  await expectFocusBack(page);

  const event = { organizationId, type: "order.paid", data: {} };
  await server.api("POST", "/api/events", event);
  await receiver.waitFor(2);
  await page.goto(`${ROOT}/deliveries?status=delivered`);
  await tabTo(page, page.locator("tr[data-row]").first());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/deliveries\/dlv_/);
  // Whatever is still on its way is sent at once, without a question.
  await expect(page.getByRole("heading", { name: /delivered/, level: 1 })).toBeVisible();
  await page.keyboard.press("r");
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await tabTo(page, question.getByRole("button", { name: /deliver/i }));
  await page.keyboard.press("Enter");
  await receiver.waitFor(3);
  await expect(question).toHaveCount(0);
  await expectFocusBack(page);
  await receiver.close();
});

test("filters a list, selects rows and pauses them, changes settings behind a question", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  for (const name of ["one", "two", "three"]) {
    await createEndpoint(server, `http://127.0.0.1:9009/${name}`, { organizationId });
  }
  await page.goto(`${ROOT}/webhooks`);
  await expect(page.locator("tr[data-row]")).toHaveCount(3);
  await page.keyboard.press("/");
  await expectFocusVisible(page);
  await page.keyboard.type("/t");
  await expect(page.locator("tr[data-row]")).toHaveCount(2);
  await tabTo(page, page.locator("tr[data-row]").first());
  await page.keyboard.press("x");
  // One after the other without a pause, as somebody types who knows the keys.
  await page.keyboard.press("k");
  await page.keyboard.press("j");
  await page.keyboard.press("X");
  await expect(page.getByText("2 selected")).toBeVisible();
  await tabBackTo(page, "Pause");
  await page.keyboard.press("Enter");
  await expect(page.locator("tr[data-row]").getByText("paused")).toHaveCount(2);

  await page.goto(`${ROOT}/webhooks?q=one`);
  await tabTo(page, page.locator("tr[data-row]").first());
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("tab").first());
  await press(page, "End");
  await press(page, "ArrowLeft");
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Description"));
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Control+s");
  const question = page.getByRole("alertdialog");
  await tabTo(page, question.getByRole("button", { name: "Save changes" }));
  await page.keyboard.press("Enter");
  await expect(page.getByText("Saved. It is in effect on every server.")).toBeVisible();
  await expectFocusBack(page);
});

test("creates a key, stores its secret and revokes it", async ({ page, server, signIn }) => {
  const { organizationId } = await signIn({ membershipRole: "owner" });
  await page.goto(`${ROOT}/api`);
  await expect(page.getByText("No keys yet.")).toBeVisible();
  const dialog = page.getByRole("dialog");
  await expect(async () => {
    // The rules of the form are read with the page; until then there is nothing to open.
    await page.keyboard.press("c");
    await expect(dialog).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await tabTo(page, dialog.getByLabel("Name"));
  await page.keyboard.type("Warehouse");
  await tabTo(page, dialog.getByLabel("production"));
  await press(page, "Space");
  await tabTo(page, dialog.getByLabel(/^events:write/));
  await press(page, "Space");
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Copy", exact: true })).toBeFocused();
  await tabTo(page, dialog.getByLabel(/I have stored/));
  await press(page, "Space");
  await tabTo(page, dialog.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expectFocusBack(page);

  await tabTo(page, page.getByRole("button", { name: /Actions for Warehouse/ }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Revoke" })).toBeVisible();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Revoke" })).toBeFocused();
  await page.keyboard.press("Enter");
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await tabTo(page, question.getByRole("button", { name: "Revoke key" }));
  await page.keyboard.press("Enter");
  await eventually("the key is revoked", async () => {
    const { body } = await server.api("GET", `/api/keys?organizationId=${organizationId}`);
    return body.data[0].status === "revoked" || undefined;
  });
  await expect(question).toHaveCount(0);
  await expectFocusBack(page);
});

test("the keys that the sheet names for one webhook and for one delivery do what it says", async ({
  page,
  furnished,
  signIn,
}) => {
  await signIn({ kind: "operator", organizationId: furnished.organizationId });
  await page.goto(`${ROOT}/webhooks`);
  await tabTo(page, page.locator("tr[data-row]").first());
  await page.keyboard.press("e");
  await expect(page).toHaveURL(/\/webhooks\/ep_\w+\?tab=settings$/);
  await page.goto(`${ROOT}/webhooks/${furnished.webhookId}`);
  await expect(page.getByRole("button", { name: "Send test event" })).toBeVisible();
  await page.keyboard.press("e");
  await expect(page).toHaveURL(/\?tab=settings$/);

  await page.goto(`${ROOT}/deliveries`);
  const rows = page.locator("tr[data-row]");
  await expect(rows.nth(1)).toBeVisible();
  const ids = [
    await rows.nth(0).getAttribute("data-row"),
    await rows.nth(1).getAttribute("data-row"),
  ];
  await page.goto(`${ROOT}/deliveries?open=${ids[0]}`);
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByRole("button", { name: "Redeliver" })).toBeEnabled();
  await page.keyboard.press("]");
  await expect(page).toHaveURL(new RegExp(`open=${ids[1]}`));
  await page.keyboard.press("[");
  await expect(page).toHaveURL(new RegExp(`open=${ids[0]}`));
  await page.keyboard.press("Escape");
  await expect(drawer).toHaveCount(0);

  await page.goto(`${ROOT}/deliveries`);
  await expect(rows.first()).toBeVisible();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: /Paused/ })).toBeVisible();
});

/** After a dialog the focus is where one goes on from, and not at the top of the document. */
async function expectFocusBack(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate("document.activeElement?.tagName ?? 'NONE'"))
    .not.toBe("BODY");
}

async function tabBackTo(page: Page, name: string): Promise<void> {
  const target = page.getByRole("main").getByRole("button", { name, exact: true });
  for (let tabs = 0; tabs < 20; tabs += 1) {
    if (await hasFocus(target)) return;
    await press(page, "Shift+Tab");
  }
  throw new Error(`Shift Tab does not get to ${name}`);
}
