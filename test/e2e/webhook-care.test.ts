/** Looking after a webhook: what the doctor finds, what a test would send, and a secret rolled to its end. */
import { verify } from "@posthorn/sdk/webhooks";
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver } from "../kit/receiver.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

const PATH = "/settings/integrations/webhooks";

test("the doctor says that a receiver takes forged events, and what to do about it", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  const receiver = await startReceiver();
  const { id } = await createEndpoint(server, receiver.url, { organizationId });
  await page.goto(`${PATH}/${id}`);
  await page.getByRole("button", { name: "Check endpoint" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Sends at most four signed test requests")).toBeVisible();
  expect(receiver.requests.length).toBe(0);
  await dialog.getByRole("button", { name: "Start check" }).click();
  await expect(dialog.getByText("This endpoint needs attention.")).toBeVisible();
  await expect(dialog.getByText(/anybody who knows the address can send events/)).toBeVisible();
  await expect(dialog.getByText(/answer 401 when it is wrong/)).toBeVisible();
  expect(receiver.requests.length).toBe(4);
  await expectAccessible(page);
  await receiver.close();
});

test("the preview is the request; data that does not fit is said before it is sent", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ profile: "fanfare/guide" });
  const receiver = await startReceiver();
  const endpoint = await createEndpoint(server, receiver.url, { organizationId });
  await page.goto(`${PATH}/${endpoint.id}`);
  await page.getByRole("button", { name: "Send Test Event" }).click();
  const dialog = page.getByRole("dialog");
  const editor = dialog.getByRole("textbox", { name: "Data" });
  await expect(editor).toHaveValue(/consumerId/);
  await dialog.getByRole("tab", { name: "Preview" }).click();
  await expect(dialog.getByText("x-fanfare-signature", { exact: false }).first()).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("tab", { name: "Data" }).click();
  await editor.fill('{"consumerId": 7}');
  await expect(dialog.getByText("/consumerId must be string")).toBeVisible();
  expect(receiver.requests.length).toBe(0);
  await dialog.getByRole("button", { name: "Reset to example" }).click();
  await expect(dialog.getByText("/consumerId must be string")).toBeHidden();
  // However long the key is held, one is sent.
  await page.keyboard.down("Control");
  for (const _ of ["pressed", "held", "held still"]) await page.keyboard.down("Enter");
  await page.keyboard.up("Control");
  await expect(dialog.getByText(/^200 in /)).toBeVisible();
  expect(receiver.requests.length).toBe(1);
  await page.keyboard.press("Escape");

  const events = ["consumer.*"];
  const path = `/api/webhooks/${endpoint.id}?organizationId=${organizationId}`;
  expect((await server.api("PATCH", path, { events })).status).toBe(200);
  await page.goto(`${PATH}/${endpoint.id}?tab=settings`);
  const all = page.getByLabel("All current and future events");
  const pattern = page.getByRole("checkbox", { name: /^consumer\.\*/ });
  await expect(pattern).toBeChecked();
  await all.check();
  await all.uncheck();
  await expect(pattern).toBeChecked();
  await pattern.click();
  await expect(page.getByText("0 selected")).toBeVisible();
  await receiver.close();
});

test("a rolled secret is tried alone, and the overlap ended from there", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  const receiver = await startReceiver();
  const endpoint = await createEndpoint(server, receiver.url, { organizationId });
  await page.goto(`${PATH}/${endpoint.id}`);
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: /Roll secret/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Roll secret" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("Two secrets sign until")).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Extend" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Both secrets sign on.")).toBeVisible();

  await page.getByRole("button", { name: "Test new secret" }).click();
  await dialog.getByRole("button", { name: "Send test event" }).click();
  await expect(dialog.getByText("Your receiver accepts the new secret.")).toBeVisible();
  const [sent] = receiver.requests;
  const told = {
    format: "standard",
    headers: sent?.headers ?? {},
    body: sent?.body ?? "",
  } as const;
  expect(verify({ ...told, secret: endpoint.secret }).ok).toBe(false);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "End overlap now" }).click();
  await expect(page.getByText("The new secret alone signs from now on.")).toBeVisible();
  await expect(page.getByText("Two secrets sign until")).toBeHidden();
  await receiver.close();
});
