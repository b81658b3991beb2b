/** The health of the installation, and the two levers on its page: all deliveries, and one node. */
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver } from "../kit/receiver.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expectNarrow } from "./kit/narrow.ts";
import { answerFailure, hold } from "./kit/states.ts";
import { expect, test } from "./kit/world.ts";

const DETAILS = /^\/api\/health\/details$/;

test.afterEach(async ({ server }) => {
  await server.api("DELETE", "/api/deliveries-pause");
});

test("all deliveries are paused after a question: red on every page for operators, calm for customers, until somebody resumes", async ({
  page,
  server,
  signIn,
}) => {
  await signIn({ kind: "operator" });
  await page.goto("/operator/health");
  await page.getByRole("button", { name: "Pause all deliveries" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await question.getByLabel(/Reason/).fill("network maintenance");
  await expectAccessible(page);
  expect((await server.api("GET", "/api/deliveries-pause")).body.isPaused).toBe(false);
  await question.getByRole("button", { name: "Pause all deliveries" }).click();
  const bar = page.getByRole("region", { name: "Deliveries are paused" });
  await expect(bar).toContainText("All deliveries are paused since");
  await expect(bar).toContainText("by Grace Hopper: network maintenance.");
  await expect(page.getByText("All deliveries are paused: events are accepted")).toBeVisible();
  await expectAccessible(page);
  await page.goto("/settings/integrations/webhooks");
  await expect(bar).toBeVisible();
  await expectNarrow(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await bar.getByRole("button", { name: "Resume deliveries" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Resume deliveries" }).click();
  // Behind the dialog it is hidden from everybody.
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await expect(bar).toHaveCount(0);
  expect((await server.api("GET", "/api/deliveries-pause")).body.isPaused).toBe(false);
});

test("deliveries go on with a ceiling that the page of the health shows, and lifts", async ({
  page,
  server,
  signIn,
}) => {
  await server.api("PUT", "/api/deliveries-pause");
  await signIn({ kind: "operator" });
  await page.goto("/operator/health");
  const bar = page.getByRole("region", { name: "Deliveries are paused" });
  await bar.getByRole("button", { name: "Resume deliveries" }).click();
  const question = page.getByRole("alertdialog");
  const rate = question.getByLabel(/At most, per second/);
  await rate.fill("many");
  await question.getByRole("button", { name: "Resume deliveries" }).click();
  await expect(question).toContainText("A whole number of deliveries a second");
  await expectAccessible(page);
  await rate.fill("25");
  await question.getByRole("button", { name: "Resume deliveries" }).click();
  await expect(question).toHaveCount(0);
  const ceiling = page.getByRole("region", { name: "Ceiling for deliveries" });
  await expect(ceiling).toContainText("At most 25 deliveries a second.");
  await expectAccessible(page);
  await expectNarrow(page);
  expect((await server.api("GET", "/api/deliveries-pause")).body.ratePerSecond).toBe(25);
  await ceiling.getByRole("button", { name: "Lift the limit" }).click();
  await expect(ceiling).toHaveCount(0);
  expect((await server.api("GET", "/api/deliveries-pause")).body.ratePerSecond).toBe(null);
});

test("customers read that nothing is lost, and not why", async ({ page, server, signIn }) => {
  await server.api("PUT", "/api/deliveries-pause", { reason: "for operators alone" });
  await signIn();
  await page.goto("/settings/integrations/webhooks");
  const bar = page.getByRole("region", { name: "Deliveries are paused" });
  await expect(bar).toContainText("Deliveries are paused by your provider");
  await expect(bar).toContainText("Nothing is lost");
  await expect(bar.getByRole("button")).toHaveCount(0);
  await expect(page.getByText("for operators alone")).toHaveCount(0);
  await expectAccessible(page);
});

test("the page of the health: loading, failed with what was there, and well again", async ({
  page,
  signIn,
}) => {
  await signIn({ kind: "operator" });
  const release = await hold(page, DETAILS);
  await page.goto("/operator/health");
  await expect(page.getByRole("heading", { level: 1, name: "Health" })).toBeVisible();
  await expect(page.locator(".skeleton").first()).toBeVisible();
  await release();
  for (const part of ["Warnings", "Nodes", "Queue by age", "Throughput", "Database"]) {
    await expect(page.getByRole("heading", { level: 2, name: part })).toBeVisible();
  }
  await expect(page.getByText(/^PostgreSQL \d/)).toBeVisible();
  await expectAccessible(page);
  await answerFailure(page, DETAILS);
  await page.reload();
  const failure = page.getByRole("main").locator("[data-state=error]").first();
  await expect(failure).toContainText("The database is away.");
  await page.unrouteAll();
  await failure.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { level: 2, name: "Nodes" })).toBeVisible();
});

test("a node is drained after a question that says when nobody else delivers, and goes on", async ({
  page,
  server,
  signIn,
}) => {
  await signIn({ kind: "operator" });
  const number = server.services.node();
  await page.goto("/operator/health");
  const actions = page.getByRole("button", { name: `Actions for Node ${number}` });
  await actions.click();
  await page.getByRole("menuitem", { name: "Drain" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question).toContainText("No other node delivers");
  await question.getByRole("button", { name: "Drain" }).click();
  const nodes = page.getByRole("table", { name: "Nodes" });
  await expect(nodes.getByText("drained")).toBeVisible();
  await expect(page.getByText("No node delivers: events are accepted and wait.")).toBeVisible();
  await actions.click();
  await page.getByRole("menuitem", { name: "Undrain" }).click();
  await expect(nodes.getByText("running")).toBeVisible();
});

test("what failed is counted by organization, sent again for all of them, and its progress is found again", async ({
  page,
  server,
  signIn,
}) => {
  let isBroken = true;
  const receiver = await startReceiver({
    answer: (_request, response) => void response.writeHead(isBroken ? 500 : 200).end(),
  });
  // Other tests have failures of their own on this server.
  const type = "shop.replayed";
  const { organizationId } = await signIn({ kind: "operator" });
  const { body: other } = await server.api("POST", "/api/organizations", { name: "Second shop" });
  for (const id of [organizationId, other.id]) {
    await createEndpoint(server, receiver.url, { organizationId: id });
    const event = { organizationId: id, type, data: {} };
    const { body } = await server.api("POST", "/api/events", event);
    await deliveryOf(server, body.id, ({ status }) => status === "retrying");
  }
  await server.sql`
    update deliveries set state = 'failed', finished_at = now(), failed_at = now(), due_at = null
    where state = 'pending' and event_id in (select id from events where type = ${type})`;
  isBroken = false;
  await page.goto("/operator/health");
  const panel = page.getByRole("region", { name: "Replays across organizations" });
  await panel.getByRole("button", { name: "Replay across organizations" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/Event types/).fill(`${type}, Not A Type`);
  await dialog.getByRole("button", { name: "Count" }).click();
  await expect(dialog.getByLabel(/Event types/)).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel(/Event types/).fill(type);
  await dialog.getByRole("button", { name: "Count" }).click();
  await expect(dialog).toContainText("2 deliveries of 2 organizations");
  await expect(dialog.getByRole("cell", { name: "Second shop" })).toBeVisible();
  await expectAccessible(page);
  await expectNarrow(page);
  await page.setViewportSize({ width: 1280, height: 800 });
  await dialog.getByRole("button", { name: "Replay 2" }).click();
  await expect(dialog).toContainText("2 delivered");
  await dialog.getByRole("button", { name: "Close" }).last().click();
  await expect(panel).toContainText("2 of 2");
  await expectAccessible(page);
  await panel.getByRole("button", { name: "Progress" }).click();
  await expect(page.getByRole("dialog")).toContainText("2 delivered");
  await receiver.close();
});

test("the support bundle is saved as a file", async ({ page, signIn }) => {
  await signIn({ kind: "operator" });
  await page.goto("/operator/health");
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Support bundle" }).click();
  expect((await saved).suggestedFilename()).toMatch(/^posthorn-\d{4}-\d\d-\d\d\.json$/);
});
