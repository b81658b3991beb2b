/** The list of deliveries while it lives: rows over it, rows that wait, time of one's own, and work on all that match. */
import { createEndpoint } from "../kit/journey.ts";
import { startReceiver } from "../kit/receiver.ts";
import type { TestServer } from "../kit/server.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

const PATH = "/settings/integrations/deliveries";

async function publish(server: TestServer, organizationId: string, type: string): Promise<void> {
  const answer = await server.api("POST", "/api/events", { organizationId, type, data: { n: 1 } });
  expect(answer.status).toBe(202);
}

test("a delivery opens over the list, and its neighbours are a key away", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  const receiver = await startReceiver();
  await createEndpoint(server, receiver.url, { organizationId });
  await publish(server, organizationId, "order.created");
  await publish(server, organizationId, "order.paid");
  await receiver.waitFor(2);
  await page.goto(PATH);
  await page.getByRole("cell", { name: "order.paid", exact: true }).click();
  const drawer = page.getByRole("dialog", { name: "order.paid" });
  await expect(drawer.getByText("webhook-signature")).toBeVisible();
  await expectAccessible(page);
  await drawer.getByRole("button", { name: "Next delivery" }).click();
  await expect(page.getByRole("dialog", { name: "order.created" })).toBeVisible();
  expect(page.url()).toContain("open=dlv_");
  await page.keyboard.press("[");
  await expect(drawer).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();

  // What was opened has the focus and the cursor, whatever comes above it meanwhile.
  const paid = page.locator("tr[data-row]").filter({ hasText: "order.paid" });
  await expect(paid).toBeFocused();
  await publish(server, organizationId, "order.shipped");
  await expect(page.getByRole("cell", { name: "order.shipped", exact: true })).toBeVisible();
  await expect(paid).toBeFocused();
  const again: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") again.push(new URL(request.url()).pathname);
  });
  for (const _ of ["pressed", "held", "held still"]) await page.keyboard.down("r");
  await page.keyboard.up("r");
  const id = await paid.getAttribute("data-row");
  await receiver.waitFor(4);
  expect(again).toEqual([`/api/deliveries/${id}/redeliver`]);
  await page.keyboard.press("x");
  await expect(paid.getByRole("checkbox")).toBeChecked();
  await page.keyboard.press("x");

  await page.getByRole("searchbox", { name: "Event, delivery or endpoint id" }).fill(String(id));
  await expect(page.getByRole("heading", { name: "order.paid" })).toBeVisible();
  await page.goBack();
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("combobox").fill(String(id));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "order.paid" })).toBeVisible();
  await receiver.close();
});

test("paused, new rows wait behind a pill that counts them", async ({ page, server, signIn }) => {
  const { organizationId } = await signIn();
  const receiver = await startReceiver();
  await createEndpoint(server, receiver.url, { organizationId });
  await publish(server, organizationId, "order.created");
  await receiver.waitFor(1);
  await page.goto(PATH);
  await expect(page.getByRole("cell", { name: "order.created", exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Live" }).click();
  await publish(server, organizationId, "order.paid");
  await publish(server, organizationId, "order.shipped");
  await page.getByRole("button", { name: "2 new deliveries" }).click();
  await expect(page.getByRole("cell", { name: "order.shipped", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: /new deliver/ })).toBeHidden();
  await page.getByRole("button", { name: "Paused" }).click();
  await publish(server, organizationId, "order.closed");
  await expect(page.getByRole("cell", { name: "order.closed", exact: true })).toBeVisible();
  await receiver.close();
});

test("a range of one's own is in the address, and all that match can be cancelled as a job", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  const { id } = await createEndpoint(server, "http://127.0.0.1:9009/x", { organizationId });
  await server.api("POST", `/api/webhooks/${id}/pause`);
  await publish(server, organizationId, "order.created");
  await page.goto(PATH);
  await page.getByRole("button", { name: "Time", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Custom …" }).click();
  const dialog = page.getByRole("dialog", { name: "Custom time range" });
  await dialog.getByLabel("From").fill("2020-01-01T00:00");
  await dialog.getByLabel("To").fill("2020-01-02T00:00");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("No deliveries match")).toBeVisible();
  expect(page.url()).toContain("from=20");
  await page.getByRole("button", { name: "Clear Time" }).click();
  await expect(page.getByRole("cell", { name: "order.created", exact: true })).toBeVisible();

  await page.goto(`${PATH}?status=held`);
  await page.getByRole("button", { name: "Cancel all that match …" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel 1" }).click();
  await expect(page.getByRole("dialog", { name: "Cancellation" })).toBeVisible();
  await page.goto("/settings/integrations/jobs");
  await page.getByRole("button", { name: "Cancellation", exact: true }).click();
  await expect(page.getByRole("dialog").getByText("1 of 1")).toBeVisible();
  await expectAccessible(page);
});

test("on a phone the filters are a page of their own, with their number on the button", async ({
  page,
  signIn,
}) => {
  await signIn();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(PATH);
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  const sheet = page.getByRole("dialog", { name: "Filters" });
  await sheet.getByLabel("failed", { exact: true }).check();
  await expectAccessible(page);
  await sheet.getByRole("button", { name: "Show results" }).click();
  await expect(page.getByRole("button", { name: "Filters (1)" })).toBeVisible();
  await expect(page.getByText("No deliveries match")).toBeVisible();
});

test("of an ordered endpoint the key that holds up others can be skipped", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  const receiver = await startReceiver();
  const url = `${receiver.url}/status/500`;
  const { id } = await createEndpoint(server, url, { organizationId, ordering: "key" });
  for (const type of ["order.created", "order.paid"]) {
    const body = { organizationId, type, orderingKey: "order-7", data: {} };
    await server.api("POST", "/api/events", body);
  }
  await receiver.waitFor(1);
  await page.goto(`/settings/integrations/webhooks/${id}`);
  await expect(page.getByText("order-7")).toBeVisible();
  await page.getByRole("button", { name: "Actions for order-7" }).click();
  await page.getByRole("menuitem", { name: "Skip the first …" }).click();
  await page.getByRole("button", { name: "Skip it" }).click();
  await expect(page.getByText("Skipped. The next one is on its way.")).toBeVisible();
  await expectAccessible(page);
  await receiver.close();
});
