/** Makes the server's answer to one request what a state of a page needs: late, empty, or a failure. */
import type { Page, Route } from "@playwright/test";
import { expectAccessible } from "./axe.ts";

/** `npm run test:e2e -- --full`: every state is held to what otherwise only every page is. */
export const IS_FULL = process.env["E2E_FULL"] !== undefined;

/** With `--full` no violation of WCAG 2.2 AA, in both themes. */
export async function expectAccessibleIfFull(page: Page): Promise<void> {
  if (IS_FULL) await expectAccessible(page);
}

/** Answers nothing at this path until the promise's function is called. */
export async function hold(page: Page, path: RegExp): Promise<() => Promise<void>> {
  const held: Route[] = [];
  let isOpen = false;
  await page.route(isAt(path), (route) => {
    if (isOpen) return route.continue();
    held.push(route);
    return undefined;
  });
  return async () => {
    isOpen = true;
    await Promise.all(held.map((route) => route.continue()));
    await page.unroute(isAt(path));
  };
}

export async function answerEmpty(page: Page, path: RegExp): Promise<void> {
  const json = { data: [], operational: [], nextCursor: null, hasMore: false };
  await page.route(isAt(path), (route) => route.fulfill({ json }));
}

/** As a server says that its database is away. */
export async function answerFailure(page: Page, path: RegExp): Promise<void> {
  const problem = {
    code: "unavailable",
    title: "Unavailable",
    detail: "The database is away.",
    requestId: "req_e2e",
  };
  const body = JSON.stringify(problem);
  await page.route(isAt(path), (route) =>
    route.fulfill({ status: 503, contentType: "application/problem+json", body }),
  );
}

const predicates = new Map<string, (url: URL) => boolean>();

/** The same function for the same path: by it a route is found again. */
function isAt(path: RegExp): (url: URL) => boolean {
  const known = predicates.get(path.source);
  if (known) return known;
  const predicate = ({ pathname }: URL) => path.test(pathname);
  predicates.set(path.source, predicate);
  return predicate;
}
