/** One webhook from its creation over a failure to its settings, as a customer meets it. */
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver } from "../kit/receiver.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

const PATH = "/settings/integrations/webhooks";

test("create, test, break, diagnose, send again", async ({ page, server, signIn }) => {
  const { organizationId } = await signIn({ profile: "fanfare/guide" });
  await page.goto(PATH);
  await page.getByRole("button", { name: "Add Endpoint" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Use a test inbox" }).click();
  await expect(dialog.getByText("Deliveries may be sent there.")).toBeVisible();
  await dialog.getByLabel("All current and future events").check();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Add Endpoint" }).click();
  await expect(dialog.getByRole("button", { name: "Copy", exact: true })).toBeVisible();
  await dialog.getByRole("button", { name: "Send test event" }).click();
  await dialog.getByRole("button", { name: "Send test event" }).click();
  await expect(dialog.getByText(/^200 in /)).toBeVisible();
  await dialog.getByRole("link", { name: "Open delivery" }).click();
  await expect(page.getByRole("heading", { name: /delivered/ })).toBeVisible();
  await page.getByRole("tab", { name: "Request" }).click();
  await expect(page.getByText("x-fanfare-signature", { exact: false }).first()).toBeVisible();
  await expectAccessible(page);

  const receiver = await startReceiver();
  await createEndpoint(server, `${receiver.url}/status/401`, { organizationId });
  const event = { type: "queue.consumer_left", data: {}, organizationId };
  await server.api("POST", "/api/events", event);
  await receiver.waitFor(1);
  await page.goto("/settings/integrations/deliveries?status=retrying");
  await page.getByRole("link", { name: "retrying" }).first().click();
  await expect(page.getByText("signature or login check refused the request")).toBeVisible();
  await page.getByRole("button", { name: "Redeliver" }).click();
  await expect(page.getByText("It is on its way again.")).toBeVisible();
  await receiver.waitFor(2);
  await expect(page.getByText(/^2 ·/)).toBeVisible();
  await receiver.close();
});

test("nothing is sent before the difference is confirmed, and a change by somebody else is a choice", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  const { id } = await createEndpoint(server, "http://127.0.0.1:9009/old", { organizationId });
  await page.goto(`${PATH}/${id}?tab=settings`);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") sent.push(request.url());
  });
  await page.getByLabel("Description").fill("Mine");
  await page.getByRole("button", { name: "Save" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByText("Mine")).toBeVisible();
  expect(sent).toEqual([]);
  await expectAccessible(page);
  const path = `/api/webhooks/${id}`;
  await server.api("PATCH", path, { description: "Theirs" }, { "if-match": '"1"' });
  await question.getByRole("button", { name: "Save changes" }).click();
  const conflict = page.getByRole("dialog", { name: /Somebody else changed/ });
  await expect(conflict.getByText("Theirs", { exact: true })).toBeVisible();
  await conflict.getByRole("button", { name: "Use mine" }).click();
  await expect(page.getByText("Saved. It is in effect on every server.")).toBeVisible();
  expect((await server.api("GET", path)).body.description).toBe("Mine");
});
