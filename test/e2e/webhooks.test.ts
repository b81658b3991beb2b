/** The list of webhooks: its five states, what can be done with rows, and its URL. */
import { createEndpoint } from "../kit/journey.ts";
import { expectAccessible } from "./kit/axe.ts";
import { expect, test } from "./kit/world.ts";

const PATH = "/settings/integrations/webhooks";

test("somebody signs in with a password and lands on their first page, which is accessible", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn({ kind: "browser" });
  await page.context().clearCookies();
  await page.goto(`${PATH}?status=active`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await expectAccessible(page);
  const email = (await server.api("GET", "/api/users?limit=1")).body.data[0].email;
  await createEndpoint(server, "http://127.0.0.1:9009/webhooks", { organizationId });
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Password").fill("the horse eats at noon");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(new RegExp(`${PATH}\\?status=active$`));
  await expect(page.getByRole("link", { name: "127.0.0.1:9009" })).toBeVisible();
  await expectAccessible(page);
});

test("the five states: empty, rows, empty by filter, error, closed", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  await page.goto(PATH);
  await expect(page.getByText("No endpoints yet.")).toBeVisible();
  await createEndpoint(server, "http://127.0.0.1:9009/one", { organizationId });
  await page.reload();
  await expect(page.getByRole("row", { name: /127\.0\.0\.1:9009\/one/ })).toBeVisible();
  await page.getByLabel("URL or description").fill("nowhere");
  await expect(page.getByText("No webhooks match")).toBeVisible();
  await expect(page).toHaveURL(/q=nowhere/);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("row", { name: /127\.0\.0\.1:9009\/one/ })).toBeVisible();
  await page.route("**/api/webhooks?*", (route) =>
    route.fulfill({
      status: 503,
      contentType: "application/problem+json",
      body: JSON.stringify({
        code: "unavailable",
        title: "Unavailable",
        detail: "The database is away.",
        requestId: "req_1",
      }),
    }),
  );
  await page.reload();
  await expect(page.getByText("req_1")).toBeVisible();
  await expectAccessible(page);
});

test("a page that is closed shows its notice and fetches nothing", async ({ page, signIn }) => {
  await signIn({
    profile: "fabhub",
    plan: "pro",
    metadataRole: "manager",
    membershipRole: "manager",
  });
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(PATH);
  await expect(
    page.getByRole("heading", { name: "Webhooks are part of Enterprise" }),
  ).toBeVisible();
  expect(asked.filter((path) => path.startsWith("/api/webhooks"))).toEqual([]);
  await expectAccessible(page);
});

const REFUSED = { status: 503, json: { title: "Not now" } };

test("an endpoint is paused and the pause undone, and deleted after a question", async ({
  page,
  server,
  signIn,
}) => {
  const { organizationId } = await signIn();
  await createEndpoint(server, "http://127.0.0.1:9009/two", { organizationId });
  await page.goto(PATH);
  const row = page.getByRole("row", { name: /127\.0\.0\.1:9009\/two/ });
  await row.getByRole("button", { name: /Actions for/ }).click();
  await page.route("**/pause?*", (route) => route.fulfill(REFUSED), { times: 1 });
  await page.getByRole("menuitem", { name: "Pause" }).click();
  await expect(page.getByText("Not now")).toBeVisible();
  await row.getByRole("button", { name: /Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Pause" }).click();
  await expect(row.getByText("paused")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(row.getByText("active")).toBeVisible();
  await row.getByRole("button", { name: /Actions for/ }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const question = page.getByRole("alertdialog");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await question.getByRole("button", { name: "Delete endpoint" }).click();
  await expect(page.getByText("No endpoints yet.")).toBeVisible();
});
