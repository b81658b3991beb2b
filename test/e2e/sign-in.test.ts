/** Where the operator has an identity provider: the way to it, and what is said to whom it sends back. */
import { expect, test } from "@playwright/test";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

test.beforeAll(async () => {
  const provider = ["--oidc-issuer", "https://login.example", "--oidc-client-id", "posthorn"];
  server = await createTestServer({ argv: provider });
});
test.afterAll(() => server.close());

test("the page leads to the identity provider and back to where one wanted to go", async ({
  page,
}) => {
  await page.goto(`${server.url}/sign-in?next=%2Fsettings%2Fusers`);
  const link = page.getByRole("link", { name: "Sign in with login.example" });
  await expect(link).toHaveAttribute("href", "/api/oidc/start?return=%2Fsettings%2Fusers");
  await expect(page.getByLabel("Password")).toBeVisible();
});

test("whom the provider sends back hears why, and that ends with another try", async ({ page }) => {
  await page.goto(`${server.url}/sign-in?problem=not_invited`);
  await expect(page.getByRole("alert")).toContainText("has been invited");
  await page.getByLabel("E-mail address").fill("ada@example.com");
  await page.getByLabel("Password").fill("not the right one");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("alert")).not.toContainText("has been invited");
});
