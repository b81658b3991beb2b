/** Where a secret must not be: everywhere but in the dialog that shows it. */
import { expect, type Page } from "@playwright/test";

/** What a page has said on its console since then. */
export function listen(page: Page): readonly string[] {
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error.stack)));
  return said;
}

/** Neither in the address, nor stored, nor in what the page keeps of the server's answers, nor on its console. */
export async function expectNotKept(
  page: Page,
  secret: string,
  said: readonly string[],
): Promise<void> {
  expect(page.url()).not.toContain(secret);
  const { cache, stored } = await page.evaluate<{ cache: string; stored: string }>(KEPT);
  // The cache was found, and holds what the page shows.
  expect(cache).toContain('"me"');
  expect(cache).not.toContain(secret);
  expect(stored).not.toContain(secret);
  expect(said.join("\n")).not.toContain(secret);
}

/** The same, and not in the document either: its dialog is closed. */
export async function expectNowhere(
  page: Page,
  secret: string,
  said: readonly string[],
): Promise<void> {
  await expectNotKept(page, secret, said);
  expect(await page.content()).not.toContain(secret);
  const values = await page
    .locator("input,textarea")
    .evaluateAll((all) => all.map((each) => ("value" in each ? String(each.value) : "")));
  expect(values.join("\n")).not.toContain(secret);
}

/**
 * As text: this file knows no window. The cache of answers belongs to React's provider, and is reached as React itself
 * does: nothing in the product opens it for tests.
 */
const KEPT = `(async () => {
  const root = document.getElementById("root");
  const name = Object.keys(root).find((each) => each.startsWith("__reactContainer"));
  let fiber = root[name];
  while (fiber && !fiber.memoizedProps?.client?.getQueryCache) fiber = fiber.child;
  const client = fiber?.memoizedProps.client;
  const queries = client.getQueryCache().getAll().map(({ queryKey, state }) => ({ queryKey, state }));
  const mutations = client.getMutationCache().getAll().map(({ state }) => state);
  const databases = (await indexedDB.databases()).map(({ name }) => name);
  const cacheNames = await caches.keys().catch(() => []);
  return {
    cache: JSON.stringify([queries, mutations]),
    stored: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, document.cookie, databases, cacheNames]),
  };
})()`;
