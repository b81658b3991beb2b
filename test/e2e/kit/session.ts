/** For journeys with a server of their own: a page with the session of somebody in the first organization. */
import type { Page } from "@playwright/test";
import { signInPerson } from "../../kit/browser.ts";
import type { TestServer } from "../../kit/server.ts";

export async function enterAsOwner(page: Page, server: TestServer): Promise<void> {
  const { cookies } = await signInPerson(server, { email: "owner@example.com", role: "owner" });
  await page.context().addCookies(
    [...cookies].map(([name, value]) => ({
      name,
      value,
      httpOnly: true,
      domain: new URL(server.url).hostname,
      path: "/",
    })),
  );
}
