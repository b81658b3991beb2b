/** What a journey needs: a server with pages of its own per worker, and people who have signed in. */
import { expect, test as base, type Page } from "@playwright/test";
import { enterPortal, openBrowser, signInPerson, type Browser } from "../../kit/browser.ts";
import { createTestServer, type TestAnswer, type TestServer } from "../../kit/server.ts";
import { furnish, type Furnished } from "./furnished.ts";

/** An organization, and somebody in it. */
export interface Somebody {
  /** `default`, `fanhaven`, `fanfare/guide`, `fabhub` … */
  readonly profile?: string;
  readonly plan?: string | null;
  /** What sign-in says; `admin` unless told otherwise. */
  readonly metadataRole?: "admin" | "manager" | "staff";
  /** Of the membership row; null for none. `admin` unless told otherwise. */
  readonly membershipRole?: "owner" | "admin" | "manager" | "member" | null;
  /** `portal` as customers come in from the operator's product, `browser` with a password of one's own, or an `operator`. */
  readonly kind?: "portal" | "browser" | "operator";
  readonly returnUrl?: string;
  /** An organization that is there already. */
  readonly organizationId?: string;
}

export interface SignedIn {
  readonly organizationId: string;
  readonly userId: string;
  /** Calls of the API as this person. */
  readonly browser: Browser;
}

interface Fixtures {
  /** Makes the organization and the person through the API, and gives the page their session. */
  readonly signIn: (who?: Somebody) => Promise<SignedIn>;
}

export const PASSWORD = "the horse eats at noon";

interface WorkerFixtures {
  readonly server: TestServer;
  /** Made when the first test asks for it; tests look at it and change nothing. */
  readonly furnished: Furnished;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names out of the pattern.
    async ({}, use) => {
      const server = await createTestServer();
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  furnished: [
    async ({ server }, use) => use(await furnish(server, await makeOrganization(server, {}))),
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  signIn: async ({ server, page }, use) =>
    use(async (who = {}) => {
      const signedIn = await enter(server, who);
      await takeCookies(page, server, signedIn.browser);
      return signedIn;
    }),
});

export { expect };

let count = 0;

async function enter(server: TestServer, who: Somebody): Promise<SignedIn> {
  count += 1;
  const organizationId = who.organizationId ?? (await makeOrganization(server, who));
  if (who.kind === "operator") return enterAsOperator(server, organizationId);
  const { browser, userId } = await (who.kind === "browser"
    ? withPassword(server, who)
    : throughPortal(server, organizationId, who));
  const role = who.membershipRole === undefined ? "admin" : who.membershipRole;
  if (role !== null) {
    const path = `/api/organizations/${organizationId}/members/${userId}`;
    await required(server.api("PUT", path, { role }));
  }
  return { organizationId, userId, browser };
}

async function enterAsOperator(server: TestServer, organizationId: string): Promise<SignedIn> {
  const person = { email: `grace-${count}@example.com`, name: "Grace Hopper" };
  const more = { role: "owner", isOperator: true, organizationId };
  const browser = await signInPerson(server, { ...person, ...more });
  const { body } = await browser.call("GET", "/api/me");
  return { organizationId, userId: body.user.id, browser };
}

async function makeOrganization(server: TestServer, who: Somebody): Promise<string> {
  const { profile = "default", plan } = who;
  const body = { name: `Acme ${count}`, profile, ...(plan ? { plan } : {}) };
  return (await required(server.api("POST", "/api/organizations", body))).id;
}

function throughPortal(server: TestServer, organizationId: string, who: Somebody) {
  const { metadataRole = "admin", returnUrl } = who;
  const user = { id: `person-${count}`, name: "Ada Lovelace", role: metadataRole };
  return enterPortal(server, { organizationId, user, ...(returnUrl ? { returnUrl } : {}) });
}

async function withPassword(server: TestServer, who: Somebody) {
  const email = `ada-${count}@example.com`;
  const person = { email, name: "Ada Lovelace", metadataRole: who.metadataRole ?? "admin" };
  const { id } = await required(server.api("POST", "/api/users", person));
  const browser = openBrowser(server);
  await choosePassword(server, email, browser);
  return { browser, userId: String(id) };
}

/** With the link that development keeps instead of mailing it. */
async function choosePassword(server: TestServer, email: string, browser: Browser): Promise<void> {
  let link: string | null = null;
  await expect(async () => {
    const { data } = (await server.api("GET", "/api/mails?limit=20")).body;
    link = data.find((mail: { to: string[] }) => mail.to.includes(email))?.link ?? null;
    expect(link).not.toBeNull();
  }).toPass();
  const token = new URL(String(link)).searchParams.get("token");
  await required(
    browser.call("POST", "/api/password-resets/confirm", { token, password: PASSWORD }),
  );
}

async function takeCookies(page: Page, server: TestServer, { cookies }: Browser): Promise<void> {
  const { host, hostname } = new URL(server.url);
  await page.context().addCookies(
    [...cookies].map(([name, value]) => ({
      name,
      value,
      httpOnly: true,
      ...(name.startsWith("__Host-")
        ? { url: `https://${host}`, secure: true, sameSite: "None" as const }
        : { domain: hostname, path: "/" }),
    })),
  );
}

async function required(answer: Promise<TestAnswer>): Promise<TestAnswer["body"]> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
