/** Who sees what: the rows of the matrix of roles, plans and memberships, in FabHub's pages. */
import { expect, test, type Somebody } from "./kit/world.ts";

const ROOT = "/settings/integrations";
const PAGES = {
  hub: `${ROOT}/connections`,
  keys: `${ROOT}/api`,
  key: `${ROOT}/api/key_01h455vb4pex5vsknk084sn02q`,
  webhooks: `${ROOT}/webhooks`,
  webhook: `${ROOT}/webhooks/ep_01h455vb4pex5vsknk084sn02q`,
} as const;

/** `full`, a notice alone, or `hub+` for the hub with a notice above it. */
type Seen = "full" | "staff" | "admin" | "plan" | "membership" | "hub+membership";

interface Row {
  readonly row: number;
  readonly who: Somebody;
  readonly hub: Seen;
  readonly keys: Seen;
  readonly webhooks: Seen;
  /** Of the navigation, in its order. */
  readonly sidebar: readonly string[];
}

const somebody = (
  metadataRole: "admin" | "manager" | "staff",
  plan: string,
  membershipRole: Somebody["membershipRole"],
): Somebody => ({ profile: "fabhub", metadataRole, plan, membershipRole: membershipRole ?? null });

const MANAGERS = ["Connections", "Webhooks"];
const ADMINS = ["Connections", "API", "Webhooks"];

const ROWS: readonly Row[] = [
  {
    row: 1,
    who: somebody("staff", "enterprise", null),
    hub: "staff",
    keys: "staff",
    webhooks: "staff",
    sidebar: [],
  },
  {
    row: 2,
    who: somebody("manager", "pro", "manager"),
    hub: "plan",
    keys: "admin",
    webhooks: "plan",
    sidebar: MANAGERS,
  },
  {
    row: 3,
    who: somebody("manager", "enterprise", null),
    hub: "hub+membership",
    keys: "admin",
    webhooks: "membership",
    sidebar: MANAGERS,
  },
  {
    row: 4,
    who: somebody("manager", "enterprise", "manager"),
    hub: "full",
    keys: "admin",
    webhooks: "full",
    sidebar: MANAGERS,
  },
  {
    row: 5,
    who: somebody("admin", "standard", "admin"),
    hub: "plan",
    keys: "plan",
    webhooks: "plan",
    sidebar: ADMINS,
  },
  {
    row: 6,
    who: somebody("admin", "enterprise", null),
    hub: "hub+membership",
    keys: "membership",
    webhooks: "membership",
    sidebar: ADMINS,
  },
  {
    row: 7,
    who: somebody("admin", "enterprise", "manager"),
    hub: "full",
    keys: "admin",
    webhooks: "full",
    sidebar: MANAGERS,
  },
  {
    row: 8,
    who: somebody("admin", "enterprise", "owner"),
    hub: "full",
    keys: "full",
    webhooks: "full",
    sidebar: ADMINS,
  },
  {
    row: 9,
    who: somebody("admin", "enterprise", "member"),
    hub: "hub+membership",
    keys: "membership",
    webhooks: "membership",
    sidebar: ADMINS,
  },
];

test("row 0: whoever has not signed in is asked to, and comes back", async ({ page }) => {
  for (const path of [ROOT, ...Object.values(PAGES)]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    expect(new URL(page.url()).searchParams.get("next")).toBe(path);
  }
});

for (const { row, who, sidebar, ...seen } of ROWS) {
  test(`row ${row}: ${who.metadataRole}, ${who.plan}, membership ${who.membershipRole ?? "none"}`, async ({
    page,
    signIn,
  }) => {
    await signIn(who);
    const expected = {
      hub: seen.hub,
      keys: seen.keys,
      key: seen.keys,
      webhooks: seen.webhooks,
      webhook: seen.webhooks,
    };
    for (const [name, path] of Object.entries(PAGES)) {
      await page.goto(path);
      await expect(page.getByRole("main")).not.toBeEmpty();
      const what = expected[name as keyof typeof expected];
      const notice = page.locator("[data-notice]");
      if (what === "full") {
        await expect(page.getByRole("main").locator("h1:not(.stand-in), p").first()).toBeVisible();
        await expect(notice).toHaveCount(0);
        continue;
      }
      await expect(notice).toHaveAttribute("data-notice", what.replace("hub+", ""));
      const tools = page.getByRole("heading", { name: "Developer tools" });
      await expect(tools).toHaveCount(what === "hub+membership" ? 1 : 0);
    }
    await page.goto(ROOT);
    await expect(page).toHaveURL(sidebar.length > 0 ? PAGES.hub : PAGES.webhooks);
    const links = page.getByRole("navigation", { name: "Main navigation" }).getByRole("link");
    // What the server draws has no links yet.
    await expect
      .poll(async () => (await links.allTextContents()).filter((text) => ADMINS.includes(text)))
      .toEqual(sidebar);
  });
}

test("the old address of the hub leads to the new one, its query kept", async ({
  page,
  signIn,
}) => {
  await signIn(somebody("admin", "enterprise", "owner"));
  await page.goto(`${ROOT}/integrations?from=mail#native`);
  await expect(page).toHaveURL(`${ROOT}/connections?from=mail#native`);
});
