/** FabHub's matrix of who sees what, through real HTTP with real sessions: every row, every page, the API's writes. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enterPortal, openBrowser } from "../kit/browser.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer({ profile: "fabhub" });
});
after(() => server.close());

type Word = "full" | "staff" | "admin" | "plan" | "membership";

interface Row {
  readonly row: number;
  readonly role: string;
  readonly plans: readonly string[];
  readonly memberships: readonly (string | null)[];
  /** What the pages say: hub and connections, keys, webhooks. */
  readonly connections: Word;
  readonly keys: Word;
  readonly webhooks: Word;
  /** What the API answers to writes. */
  readonly keysWrite: string;
  readonly webhooksWrite: string;
}

const PLANS = ["free", "standard", "pro"];
const EVERY = [...PLANS, "enterprise"];
const ANY = [null, "owner", "admin", "manager", "member"];

const MATRIX: readonly Row[] = [
  {
    row: 1,
    role: "staff",
    plans: EVERY,
    memberships: [null, "member"],
    connections: "staff",
    keys: "staff",
    webhooks: "staff",
    keysWrite: "role_required",
    webhooksWrite: "role_required",
  },
  {
    row: 2,
    role: "manager",
    plans: PLANS,
    memberships: [null, "manager", "member"],
    connections: "plan",
    keys: "admin",
    webhooks: "plan",
    keysWrite: "role_required",
    webhooksWrite: "plan_required",
  },
  {
    row: 3,
    role: "manager",
    plans: ["enterprise"],
    memberships: [null],
    connections: "membership",
    keys: "admin",
    webhooks: "membership",
    keysWrite: "role_required",
    webhooksWrite: "membership_required",
  },
  {
    row: 4,
    role: "manager",
    plans: ["enterprise"],
    memberships: ["manager"],
    connections: "full",
    keys: "admin",
    webhooks: "full",
    keysWrite: "role_required",
    webhooksWrite: "ok",
  },
  {
    row: 5,
    role: "admin",
    plans: PLANS,
    memberships: [null, "owner", "admin", "member"],
    connections: "plan",
    keys: "plan",
    webhooks: "plan",
    keysWrite: "plan_required",
    webhooksWrite: "plan_required",
  },
  {
    row: 6,
    role: "admin",
    plans: ["enterprise"],
    memberships: [null],
    connections: "membership",
    keys: "membership",
    webhooks: "membership",
    keysWrite: "membership_required",
    webhooksWrite: "membership_required",
  },
  {
    row: 7,
    role: "admin",
    plans: ["enterprise"],
    memberships: ["manager"],
    connections: "full",
    keys: "admin",
    webhooks: "full",
    keysWrite: "role_required",
    webhooksWrite: "ok",
  },
  {
    row: 8,
    role: "admin",
    plans: ["enterprise"],
    memberships: ["owner", "admin"],
    connections: "full",
    keys: "full",
    webhooks: "full",
    keysWrite: "ok",
    webhooksWrite: "ok",
  },
  {
    row: 9,
    role: "admin",
    plans: ["enterprise"],
    memberships: ["member"],
    connections: "membership",
    keys: "membership",
    webhooks: "membership",
    keysWrite: "membership_required",
    webhooksWrite: "membership_required",
  },
  {
    row: 9,
    role: "manager",
    plans: ["enterprise"],
    memberships: ["member"],
    connections: "membership",
    keys: "admin",
    webhooks: "membership",
    keysWrite: "role_required",
    webhooksWrite: "membership_required",
  },
];

/** An organization on a plan, made once for each. */
const organizations = new Map<string, Promise<string>>();
function organizationOn(plan: string): Promise<string> {
  const known = organizations.get(plan);
  if (known) return known;
  const body = { name: plan, profile: "fabhub", plan };
  const made = server.api("POST", "/api/organizations", body).then((answer) => answer.body.id);
  organizations.set(plan, made);
  return made;
}

let people = 0;
async function personWith(role: string, plan: string, membership: string | null) {
  const organizationId = await organizationOn(plan);
  const user = { id: `person-${people++}`, name: `${role} ${membership}`, role };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  if (membership !== null) {
    const path = `/api/organizations/${organizationId}/members/${userId}`;
    const put = await server.api("PUT", path, { role: membership });
    assert.equal(put.status, 204, JSON.stringify(put.body));
  }
  return { browser, organizationId };
}

const outcome = ({ status, body }: { status: number; body: { code?: string } }) =>
  status < 300 ? "ok" : body.code;

test("row 0: who is signed out is told so on every route of the matrix", async () => {
  const browser = openBrowser(server);
  for (const path of ["/api/me", "/api/keys", "/api/webhooks"]) {
    const answer = await browser.call("GET", path);
    assert.deepEqual([answer.status, answer.body.code], [401, "credentials_missing"]);
  }
  const write = await browser.call("POST", "/api/keys", { name: "x", scopes: ["api"] });
  assert.equal(write.status, 401);
});

for (const { row, role, plans, memberships, ...expected } of MATRIX) {
  test(`row ${row}: ${role} on ${plans.join(", ")}, ${memberships.join(", ")}`, async () => {
    for (const plan of plans) {
      for (const membership of memberships) {
        const { browser } = await personWith(role, plan, membership);
        const who = `${role}, ${plan}, ${membership}`;
        const { gates } = (await browser.call("GET", "/api/me")).body;
        const said = (area: string): Word => (gates[area].allowed ? "full" : gates[area].notice);
        assert.equal(said("hub"), expected.connections, `hub: ${who}`);
        assert.equal(said("connections"), expected.connections, `connections: ${who}`);
        assert.equal(said("keys"), expected.keys, `keys: ${who}`);
        assert.equal(said("webhooks"), expected.webhooks, `webhooks: ${who}`);

        const key = await browser.call("POST", "/api/keys", { name: who, scopes: ["api"] });
        assert.equal(outcome(key), expected.keysWrite, who);
        const keys = await browser.call("GET", "/api/keys");
        assert.equal(outcome(keys), expected.keysWrite, who);
        const one = await browser.call("GET", `/api/keys/key_${"0".repeat(26)}`);
        assert.equal(outcome(one), expected.keysWrite === "ok" ? "not_found" : expected.keysWrite);
        const endpoint = { url: "http://127.0.0.1:9009/", events: ["*"] };
        const webhook = await browser.call("POST", "/api/webhooks", endpoint);
        assert.equal(outcome(webhook), expected.webhooksWrite, who);
        const webhooks = await browser.call("GET", "/api/webhooks");
        assert.equal(outcome(webhooks), expected.webhooksWrite, who);
      }
    }
  });
}

test("a role that is taken away is gone with the next request", async () => {
  const { browser, organizationId } = await personWith("admin", "enterprise", "owner");
  assert.equal((await browser.call("GET", "/api/keys")).status, 200);
  const { user } = (await browser.call("GET", "/api/me")).body;
  const spare = await personWith("admin", "enterprise", "owner");
  assert.equal((await spare.browser.call("GET", "/api/keys")).status, 200);
  const path = `/api/organizations/${organizationId}/members/${user.id}`;
  assert.equal((await server.api("DELETE", path)).status, 204);
  const answer = await browser.call("GET", "/api/keys");
  assert.deepEqual([answer.status, answer.body.code], [403, "membership_required"]);
});

test("a plan that ends closes the pages with the next request", async () => {
  const made = await server.api("POST", "/api/organizations", {
    name: "Downgraded",
    profile: "fabhub",
    plan: "enterprise",
  });
  const organizationId = made.body.id;
  const user = { id: "owner-of-downgraded", name: "Owner", role: "admin" };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  await server.api("PUT", `/api/organizations/${organizationId}/members/${userId}`, {
    role: "owner",
  });
  assert.equal((await browser.call("GET", "/api/webhooks")).status, 200);
  await server.api("PATCH", `/api/organizations/${organizationId}`, { plan: "pro" });
  const answer = await browser.call("GET", "/api/webhooks");
  assert.deepEqual(
    [answer.status, answer.body.code, answer.body.requiredPlan],
    [403, "plan_required", "enterprise"],
  );
});

test("all memberships are covered by the rows", () => {
  assert.equal(new Set(MATRIX.flatMap(({ memberships }) => memberships)).size, ANY.length);
});
