/** One webhook from its creation over a failure to its settings, as a customer meets it. */
import { createEndpoint } from "../kit/journey.ts";
import { answerByPath, startReceiver, type Receiver } from "../kit/receiver.ts";
import type { TestServer } from "../kit/server.ts";
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

test("what failed for good is replayed once the receiver works again, counted before it starts", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ profile: "fanfare/guide" });
  let isBroken = true;
  const receiver = await startReceiver({
    answer: (request, response) =>
      isBroken ? response.writeHead(500).end("db timeout") : answerByPath(request, response),
  });
  const { id } = await createEndpoint(server, `${receiver.url}/shop`, { organizationId });
  for (const type of ["queue.consumer_left", "queue.consumer_entered"]) {
    await server.api("POST", "/api/events", { type, data: {}, organizationId });
  }
  await untilFailed(server, receiver, id);
  await page.goto(`${PATH}/${id}`);
  await expect(page.getByRole("main").getByText("2 ×").first()).toBeVisible();

  isBroken = false;
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Replay" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/What failed/).check();
  await expect(dialog.getByText(/^2 deliveries/)).toBeVisible();
  expect(receiver.requests).toHaveLength(2 * ATTEMPTS);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Replay 2" }).click();
  await expect(dialog.getByText("2 of 2")).toBeVisible();
  await expect(dialog.getByText("2 delivered")).toBeVisible();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  expect(receiver.requests).toHaveLength(2 * ATTEMPTS + 2);
  await page.goto(`/settings/integrations/deliveries?status=delivered`);
  await expect(page.locator("tr[data-row]")).toHaveCount(2);
  await receiver.close();
});

/** Of this profile's schedule. */
const ATTEMPTS = 6;
const LONGEST_DELAY_MS = 12 * 3_600_000;

/** Both deliveries have had all their attempts. */
async function untilFailed(server: TestServer, receiver: Receiver, id: string): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    await receiver.waitFor(2 * attempt);
    await expect(async () => {
      const { body } = await server.api("GET", `/api/deliveries?endpointId=${id}`);
      for (const { status, attemptCount } of body.data) {
        expect([status, attemptCount]).toEqual([
          attempt === ATTEMPTS ? "failed" : "retrying",
          attempt,
        ]);
      }
    }).toPass();
    await server.advance(LONGEST_DELAY_MS);
  }
}

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
  // What was changed on the same page is no conflict for a form in which nothing is typed.
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Pause" }).click();
  await expect(page.getByText("This webhook is paused", { exact: false })).toBeVisible();
  const question = page.getByRole("alertdialog");
  await page.getByLabel("Description").fill("First");
  await page.keyboard.press("Control+s");
  await question.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved. It is in effect on every server.")).toBeVisible();
  await page.getByLabel("Content filter").fill('{"data.total": {"gte": 7}');
  await page.keyboard.press("Control+s");
  await page.keyboard.press("Control+s");
  await expect(question).toHaveCount(0);
  await page.getByRole("button", { name: "Discard" }).click();
  sent.length = 0;
  await page.getByLabel("Description").fill("Mine");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(question.getByText("Mine")).toBeVisible();
  expect(sent).toEqual([]);
  await expectAccessible(page);
  const path = `/api/webhooks/${id}`;
  expect((await server.api("PATCH", path, { description: "Theirs" })).status).toBe(200);
  await question.getByRole("button", { name: "Save changes" }).click();
  const conflict = page.getByRole("dialog", { name: /Somebody else changed/ });
  await expect(conflict.getByText("Theirs", { exact: true })).toBeVisible();
  await conflict.getByRole("button", { name: "Use mine" }).click();
  await expect(page.getByText("Unsaved changes")).toHaveCount(0);
  expect((await server.api("GET", path)).body.description).toBe("Mine");
});
