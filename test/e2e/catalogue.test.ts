/** The operator's catalogue: event types are added, changed, deprecated, reset, imported, and compared with what is published. */
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

test("a type is added with a schema and an example that is judged while it is written", async ({
  page,
  server,
  signIn,
}) => {
  await signIn({ kind: "operator", profile: "fanhaven" });
  await page.goto("/operator/catalogue?profile=fanhaven");
  await expect(page.getByRole("link", { name: "fan.created" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("c");
  const drawer = page.getByRole("dialog");
  await drawer.getByLabel("Name", { exact: true }).fill("Ticket scanned");
  let sent = 0;
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().includes("/api/event-types")) sent += 1;
  });
  await page.keyboard.press("Control+Enter");
  await expect(drawer.getByLabel("Description", { exact: true })).toBeFocused();
  expect(sent).toBe(0);
  await drawer.getByLabel("Description", { exact: true }).fill("A ticket was let in.");
  const schema = { type: "object", required: ["id"], properties: { id: { type: "string" } } };
  await drawer.getByLabel("JSON Schema of the data").fill(JSON.stringify(schema));
  await expect(drawer.getByText("id is missing")).toBeVisible();
  await drawer.getByLabel("Example", { exact: true }).fill('{"id":"t_1"}');
  await expect(drawer.getByText("The example fits the schema.")).toBeVisible();
  await drawer.getByRole("button", { name: "Add event type" }).click();
  await expect(drawer.getByText(/1 to 8 words/)).toBeVisible();
  await expectAccessible(page);
  await drawer.getByLabel("Name", { exact: true }).fill("ticket.scanned");
  sent = 0;
  await page.keyboard.press("Control+Enter");
  await page.keyboard.press("Control+Enter");
  await expect(drawer).toHaveCount(0);
  expect(sent).toBe(1);
  await expect(page.getByRole("row", { name: /ticket\.scanned.*Added here/ })).toBeVisible();
  await page.getByRole("button", { name: /ticket\.scanned/ }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await expect(page.getByRole("link", { name: "ticket.scanned" })).toHaveCount(0);
  const { body } = await server.api("GET", "/api/catalogue?profile=fanhaven");
  expect(body.data).toHaveLength(5);
});

test("a profile's type is changed, deprecated, seen by readers, and reset", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ kind: "operator", profile: "fanhaven" });
  await server.api("POST", "/api/events", { type: "fan.created", data: {}, organizationId });
  await page.goto("/operator/catalogue?profile=fanhaven&type=fan.created");
  const drawer = page.getByRole("dialog");
  const description = drawer.getByLabel("Description", { exact: true });
  await description.fill("Mine");
  const theirs = { profile: "fanhaven", group: "Theirs" };
  expect((await server.api("PATCH", "/api/event-types/fan.created", theirs)).status).toBe(200);
  // Also when the list behind it has been read again: what it says then is not what was changed here.
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    const answer = page.waitForResponse((each) => each.request().method() === "PATCH");
    await drawer.getByRole("button", { name: "Save" }).click();
    expect((await answer).status()).toBe(412);
    await expect(drawer.getByText("Somebody has changed it meanwhile")).toBeVisible();
  }
  await page.reload();
  await expect(drawer.getByLabel(/^Group/)).toHaveValue("Theirs");
  await description.fill("Somebody has signed up.");
  await drawer.getByLabel(/^Deprecated/).fill("Use fan.joined.");
  await drawer.getByRole("button", { name: "Save" }).click();
  await expect(drawer).toHaveCount(0);
  const row = page.getByRole("row", { name: /fan\.created.*deprecated.*Changed here.*1 0/ });
  await expect(row).toBeVisible();
  await page.goto("/settings/integrations/events?type=fan.created");
  await expect(page.getByText(/^Deprecated since .*Use fan.joined/)).toBeVisible();
  await expect(page.getByText("Somebody has signed up.")).toBeVisible();
  await page.goto("/operator/catalogue?profile=fanhaven&origin=changed");
  await expect(page.getByRole("link", { name: "fan.created" })).toBeVisible();
  await page.getByRole("button", { name: /fan\.created/ }).click();
  await page.getByRole("menuitem", { name: /Reset/ }).click();
  const asked = page.getByRole("alertdialog");
  await expect(asked.getByText(/group, description, deprecated/)).toBeVisible();
  await asked.getByRole("button", { name: /Reset/ }).click();
  await expect(page.getByText("No event type matches")).toBeVisible();
});

test("a document is looked at and imported, and coverage names what is missing", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ kind: "operator" });
  await server.api("POST", "/api/events", { type: "cart.filled", data: {}, organizationId });
  await page.goto("/operator/catalogue?profile=default&tab=coverage");
  await expect(page.getByText("cart.filled")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Import" }).click();
  const dialog = page.getByRole("dialog");
  const types = { "cart.filled": { description: "A cart has something in it." }, Wrong: {} };
  await dialog.getByLabel("Document").fill(JSON.stringify(types));
  await expect(dialog.getByText("cannot be imported")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Import", exact: true })).toBeDisabled();
  const module = 'export interface WebhookEvents {\n  /** A cart is gone. */\n  "cart.gone": {';
  await dialog.getByLabel("Document").fill(module);
  await expect(dialog.getByText(/Line 3: .*cannot be read/)).toBeVisible();
  await dialog.getByLabel("Document").fill(`${module} id: string } }`);
  await expect(dialog.getByRole("button", { name: "Import 1 type" })).toBeEnabled();
  await expect(dialog.getByText("This is not JSON.")).toHaveCount(0);
  await dialog.getByLabel("Document").fill(JSON.stringify({ "cart.filled": types["cart.filled"] }));
  await expect(dialog.getByText("cart.gone")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Import 1 type" }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText("Everything that is published is in the catalogue.")).toBeVisible();
  await server.api("DELETE", "/api/event-types/cart.filled?profile=default");
});

test("who deprecates a type sees whom it concerns, and they see it in the bell, at their webhook and in the list", async ({
  page,
  server,
  signIn,
}) => {
  const type = "auction.outbid";
  const customer = await signIn({
    kind: "browser",
    profile: "fanfare/guide",
    membershipRole: "owner",
  });
  const { organizationId } = customer;
  const endpoint = {
    url: "http://127.0.0.1:9009/in",
    events: [type],
    description: "Shop",
    organizationId,
  };
  const made = await server.api("POST", "/api/webhooks", endpoint);
  await signIn({ kind: "operator", organizationId });
  await page.goto("/operator/catalogue?profile=fanfare/guide");
  await page.getByRole("button", { name: /auction\.outbid/ }).click();
  await page.getByRole("menuitem", { name: "Deprecate" }).click();
  const asked = page.getByRole("alertdialog");
  await expect(asked.getByText(/1 endpoint in 1 organization listens to it/)).toBeVisible();
  await expect(asked.getByText("Shop (http://127.0.0.1:9009)")).toBeVisible();
  await expectAccessible(page);
  await asked.getByLabel(/^Deprecated/).fill("Use auction.bid_placed.");
  await asked.getByRole("button", { name: "Deprecate" }).click();
  await expect(asked).toHaveCount(0);
  await signIn({ kind: "browser", organizationId });
  await page.goto(`/settings/integrations/webhooks/${made.body.id}`);
  await expect(
    page.getByText(/auction.outbid is deprecated since .*Use auction.bid_placed/),
  ).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: /^Notifications, 1 unread/ }).click();
  await page.getByRole("link", { name: /An event type is deprecated/ }).click();
  await expect(page.getByText(/^Deprecated since .*Use auction.bid_placed/)).toBeVisible();
  await server.api("DELETE", `/api/event-types/${type}?profile=fanfare/guide`);
});

test("where nothing is listed yet, readers see what to do next, and operators where to list it", async ({
  page,
  signIn,
}) => {
  await signIn({ kind: "browser" });
  await page.goto("/settings/integrations/events");
  const empty = page.getByRole("region", { name: "No event types yet" });
  await expect(empty.getByText(/Any type can be published meanwhile/)).toBeVisible();
  await expect(empty.getByText(/"type":"order.created"/)).toBeVisible();
  await empty.getByRole("button", { name: "CLI" }).click();
  await expect(empty.getByText(/posthorn events publish order.created/)).toBeVisible();
  await expect(empty.getByRole("link", { name: "Add event types" })).toHaveCount(0);
  await expectAccessible(page);
  await empty.getByRole("button", { name: "Add endpoint" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show endpoint.failing" }).click();
  await expect(empty).toHaveCount(0);
  await signIn({ kind: "operator" });
  await page.goto("/settings/integrations/events");
  await empty.getByRole("link", { name: "Add event types" }).click();
  await expect(page.getByRole("heading", { name: "Catalogue" })).toBeVisible();
});
