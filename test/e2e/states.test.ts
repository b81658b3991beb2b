/** The five states of every list and of every object's page. `--full` runs axe on each of them. */
import type { Page } from "@playwright/test";
import { ADDRESSES, fill } from "./kit/addresses.ts";
import { answerEmpty, answerFailure, expectAccessibleIfFull, hold } from "./kit/states.ts";
import { expectDrawn } from "./kit/ready.ts";
import { expect, test } from "./kit/world.ts";

const ROOT = "/settings/integrations";

interface ListRow {
  readonly path: string;
  /** The request whose rows it shows. */
  readonly reads: RegExp;
  /** A filter that nothing fits; absent where a list has none. */
  readonly filter?: string;
}

const LISTS: readonly ListRow[] = [
  { path: `${ROOT}/webhooks`, reads: /^\/api\/webhooks$/, filter: "q=nowhere" },
  { path: `${ROOT}/api`, reads: /^\/api\/keys$/, filter: "q=nowhere" },
  { path: `${ROOT}/deliveries`, reads: /^\/api\/deliveries$/, filter: "status=cancelled" },
  { path: `${ROOT}/events`, reads: /^\/api\/event-types$/, filter: "q=nowhere" },
  { path: `${ROOT}/events?tab=log`, reads: /^\/api\/events$/, filter: "type=nobody.publishes" },
  { path: `${ROOT}/inbox`, reads: /^\/api\/inboxes$/ },
  { path: `${ROOT}/sources`, reads: /^\/api\/sources$/, filter: "status=paused" },
  { path: "/settings/users", reads: /\/members$/ },
  { path: "/settings/audit-log", reads: /^\/api\/audit-log$/, filter: "action=connections" },
  { path: "/operator/organizations", reads: /^\/api\/organizations$/ },
  {
    path: "/operator/catalogue?profile=fanhaven",
    reads: /^\/api\/catalogue$/,
    filter: "q=nowhere",
  },
  { path: "/operator/people", reads: /^\/api\/users$/, filter: "q=nobody-of-this-name" },
];

/** Pages of one object: the request for it. */
const OBJECTS: readonly { readonly path: string; readonly reads: RegExp }[] = [
  { path: `${ROOT}/api/$keyId`, reads: /^\/api\/keys\/[^/]+$/ },
  { path: `${ROOT}/webhooks/$webhookId`, reads: /^\/api\/webhooks\/[^/]+$/ },
  {
    path: `${ROOT}/webhooks/$webhookId/deliveries/$deliveryId`,
    reads: /^\/api\/deliveries\/[^/]+$/,
  },
  { path: `${ROOT}/events/$eventId`, reads: /^\/api\/events\/[^/]+$/ },
  { path: `${ROOT}/inbox/$inboxId`, reads: /^\/api\/inboxes\/[^/]+$/ },
  { path: `${ROOT}/sources/$sourceId`, reads: /^\/api\/sources\/[^/]+$/ },
  {
    path: `${ROOT}/sources/$sourceId/receipts/$receiptId`,
    reads: /^\/api\/receipts\/[^/]+$/,
  },
  { path: "/operator/organizations/$organizationId", reads: /^\/api\/organizations\/[^/]+$/ },
  { path: "/operator/people/$userId", reads: /^\/api\/users\/[^/]+$/ },
];

/** What is always there; empty is a part of it: no plans, and nothing published. */
const DOCUMENTS = [
  {
    path: "/operator/plans?profile=default",
    reads: /^\/api\/profiles\/default\/plans$/,
    empty: [/This profile has no plans/, /Nothing was published/],
  },
];

test("every list: loading, empty, empty by filter, failed and well again", async ({
  page,
  furnished,
  signIn,
}) => {
  await signIn({ kind: "operator", organizationId: furnished.organizationId });
  for (const { path, reads, filter } of LISTS) {
    await test.step(path, async () => {
      await expectLoading(page, path, reads);
      await expectDrawn(page);
      await expectEmpty(page, path, reads);
      if (filter !== undefined) await expectNoMatch(page, path, filter);
      await expectFailure(page, path, reads);
    });
  }
});

test("the page of every object: loading, gone, failed and well again", async ({
  page,
  furnished,
  signIn,
}) => {
  await signIn({ kind: "operator", organizationId: furnished.organizationId });
  for (const { path, reads } of OBJECTS) {
    const address = fill(path, furnished);
    await test.step(path, async () => {
      await expectLoading(page, address, reads);
      await page.goto(absent(address));
      await expect(state(page, "empty")).toContainText(/does not exist/);
      await expectAccessibleIfFull(page);
      await expectFailure(page, address, reads);
      await expectDrawn(page);
    });
  }
});

test("what is always there: loading, nothing in it, failed and well again", async ({
  page,
  furnished,
  signIn,
}) => {
  await signIn({ kind: "operator", organizationId: furnished.organizationId });
  for (const { path, reads, empty } of DOCUMENTS) {
    await test.step(path, async () => {
      await expectLoading(page, path, reads);
      await expectDrawn(page);
      for (const text of empty) await expect(page.getByText(text)).toBeVisible();
      await expectAccessibleIfFull(page);
      await expectFailure(page, path, reads);
      await expectDrawn(page);
    });
  }
});

test("every page that is closed says why, and asks the server for nothing of it", async ({
  page,
  furnished,
  signIn,
}) => {
  await signIn({
    profile: "fabhub",
    plan: "pro",
    metadataRole: "manager",
    membershipRole: "manager",
  });
  const asked = new Set<string>();
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith("/api/")) asked.add(pathname);
  });
  for (const { path, area } of ADDRESSES) {
    if (area === null) continue;
    await test.step(path, async () => {
      await page.goto(fill(path, furnished));
      // That there are pages of the operator is not for others to know.
      if (area === "operator") {
        await expect(
          page.getByRole("heading", { name: "There is nothing at this address." }),
        ).toBeVisible();
      } else {
        await expect(page.locator("[data-notice]")).toBeVisible();
      }
      await expectAccessibleIfFull(page);
    });
  }
  expect([...asked].filter((each) => !OF_THE_FRAME.has(each))).toEqual([]);
});

/** What is around the page reads for itself. */
const OF_THE_FRAME: ReadonlySet<string> = new Set([
  "/api/me",
  "/api/branding",
  "/api/notices",
  "/api/stream",
]);

function state(page: Page, name: "empty" | "error") {
  return page.getByRole("main").locator(`[data-state=${name}]`).first();
}

async function expectLoading(page: Page, path: string, reads: RegExp): Promise<void> {
  const release = await hold(page, reads);
  await page.goto(path);
  await expect(page.locator(".skeleton").first()).toBeVisible();
  await expectAccessibleIfFull(page);
  await release();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

async function expectEmpty(page: Page, path: string, reads: RegExp): Promise<void> {
  await answerEmpty(page, reads);
  await page.goto(path);
  await expect(state(page, "empty")).toBeVisible();
  await expectAccessibleIfFull(page);
  await page.unrouteAll();
}

async function expectNoMatch(page: Page, path: string, filter: string): Promise<void> {
  await page.goto(`${path}${path.includes("?") ? "&" : "?"}${filter}`);
  const noMatch = page.getByRole("main").locator("[data-state=empty]", { hasText: /match/ });
  await expect(noMatch).toBeVisible();
  await expectAccessibleIfFull(page);
  await noMatch.getByRole("button", { name: "Clear filters" }).click();
  await expect(noMatch).toHaveCount(0);
}

/** Says what failed, with the request's id; "Try again" brings the rows when the server is back. */
async function expectFailure(page: Page, path: string, reads: RegExp): Promise<void> {
  await answerFailure(page, reads);
  await page.goto(path);
  await expect(state(page, "error")).toContainText("req_e2e");
  await expectAccessibleIfFull(page);
  await page.unrouteAll();
  await page.getByRole("button", { name: "Try again" }).first().click();
  await expect(state(page, "error")).toHaveCount(0);
}

/** The same address with the last id of an object that is not there. */
function absent(address: string): string {
  return address.replace(/_[0-9a-z]{26}$/, "_01h455vb4pex5vsknk084sn02q");
}
