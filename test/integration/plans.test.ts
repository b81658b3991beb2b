/** Plans that operators write: in force for nobody until they are published, and for everybody then. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bumpProfileVersion } from "../../packages/server/src/store/event-types.ts";
import { insertPlanVersion } from "../../packages/server/src/store/plans.ts";
import { signInPerson } from "../kit/browser.ts";
import { eventually } from "../kit/eventually.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let second: TestServer;
const PATH = "/api/profiles/fabhub/plans";

before(async () => {
  server = await createTestServer({ profile: "fabhub" });
  second = await createTestServer({ profile: "fabhub", beside: server });
});
after(async () => {
  await second.close();
  await server.close();
});

/** As they are in force, with the webhooks open to these plans. */
async function opened(plans: "*" | string[]) {
  const { body } = await server.api("GET", PATH);
  const { gates, ...rest } = body.inForce;
  return { ...rest, gates: { ...gates, webhooks: { ...gates.webhooks, plans } } };
}

test("a draft changes nothing; published, it decides on every node when the answer comes; and is taken back", async () => {
  const path = `/api/organizations/${server.organizationId}`;
  await server.api("PATCH", path, { plan: "pro" });
  const made = await server.api("POST", "/api/keys", { name: "one", scopes: ["admin"] });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const headers = { authorization: `Bearer ${made.body.key}` };
  const ask = async (node: TestServer) =>
    (await node.api("GET", "/api/webhooks", undefined, headers)).status;
  const both = async () => [await ask(second), await ask(server)];
  assert.deepEqual(await both(), [403, 403]);
  const draft = await server.api("PUT", `${PATH}/draft`, await opened(["pro", "enterprise"]));
  assert.equal(draft.status, 200, JSON.stringify(draft.body));
  assert.deepEqual(draft.body.draft.rules.gates.webhooks.plans, ["pro", "enterprise"]);
  assert.deepEqual(draft.body.inForce.gates.webhooks.plans, ["enterprise"]);
  assert.deepEqual(await both(), [403, 403]);
  const published = await server.api("POST", `${PATH}/publish`);
  assert.equal(published.status, 200, JSON.stringify(published.body));
  assert.equal(published.body.draft, null);
  assert.equal(published.body.history.length, 1);
  assert.equal(published.body.history[0].publishedBy.kind, "operator");
  assert.deepEqual(await both(), [200, 200]);
  const profile = await second.api("GET", "/api/profiles/fabhub");
  assert.equal(profile.body.origins["/access/gates/webhooks/plans"], "operator");
  assert.equal(profile.body.origins["/access/gates/keys/plans"], "fabhub");
  const reverted = await server.api("POST", `${PATH}/revert`, { version: 0 });
  assert.equal(reverted.status, 200, JSON.stringify(reverted.body));
  assert.deepEqual(reverted.body.inForce, reverted.body.ofProfile);
  assert.deepEqual(await both(), [403, 403]);
  const [, first] = reverted.body.history;
  assert.equal(
    (await server.api("POST", `${PATH}/revert`, { version: first.version })).status,
    200,
  );
  assert.deepEqual(await both(), [200, 200]);
  await server.api("POST", `${PATH}/revert`, { version: 0 });
  assert.equal((await server.api("POST", `${PATH}/revert`, { version: 999 })).status, 404);
  const { body } = await server.api("GET", "/api/audit-log?action=plans.publish");
  assert.equal(body.data.length, 4);
});

test("an organization never gets a plan that is being taken away, and is renamed whatever its plan", async () => {
  const made = await server.api("POST", "/api/organizations", { name: "Late", profile: "fabhub" });
  const path = `/api/organizations/${made.body.id}`;
  const { inForce } = (await server.api("GET", PATH)).body;
  const rules = { ...inForce, plans: inForce.plans.filter((plan: string) => plan !== "pro") };
  const { asked } = await server.sql.begin(async (tx) => {
    const version = await bumpProfileVersion(tx, "fabhub");
    const publishedBy = { kind: "operator", id: null, name: null } as const;
    await insertPlanVersion(tx, { profile: "fabhub", version, rules, publishedBy });
    const isOver = { asked: false };
    const asked = Promise.all([
      server.api("PATCH", path, { plan: "pro" }),
      server.api("POST", "/api/organizations", { name: "New", profile: "fabhub", plan: "pro" }),
    ]).finally(() => (isOver.asked = true));
    await eventually("both wait, or are answered", async () => {
      const [waiting] = await server.sql<{ count: number }[]>`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      return isOver.asked || waiting?.count === 2 || undefined;
    });
    return { asked };
  });
  for (const { status, body } of await asked) {
    assert.deepEqual([status, body.errors?.[0].code], [422, "plan_unknown"]);
  }
  const reverted = await server.api("POST", `${PATH}/revert`, { version: 0 });
  assert.equal(reverted.status, 200, JSON.stringify(reverted.body));
  await server.sql`update organizations set plan = 'vanished' where name = 'Late'`;
  const renamed = await server.api("PATCH", path, { name: "Named" });
  assert.deepEqual([renamed.status, renamed.body.name], [200, "Named"]);
  const { status } = await server.api("PATCH", path, { plan: "pro" });
  assert.equal(status, 200);
});

test("who is a member no more is out of pages that ask for no membership, too", async () => {
  const { body } = await server.api("GET", PATH);
  const { webhooks } = body.inForce.gates;
  const open = { ...webhooks, plans: ["enterprise"], membership: false };
  const { organization: _, ...gate } = open;
  const gates = { ...body.inForce.gates, webhooks: gate };
  const draft = await server.api("PUT", `${PATH}/draft`, { ...body.inForce, gates });
  assert.equal(draft.status, 200, JSON.stringify(draft.body));
  assert.equal((await server.api("POST", `${PATH}/publish`)).status, 200);
  const { organizationId } = server;
  const path = `/api/organizations/${organizationId}`;
  await server.api("PATCH", path, { plan: "enterprise" });
  const email = "leaver@example.com";
  const leaver = await signInPerson(server, { email, role: "manager", organizationId });
  await server.sql`update users set metadata_role = 'manager' where email = ${email}`;
  assert.equal((await leaver.call("GET", "/api/webhooks")).status, 200);
  const { user } = (await leaver.call("GET", "/api/me")).body;
  assert.equal((await server.api("DELETE", `${path}/members/${user.id}`)).status, 204);
  const answer = await leaver.call("GET", "/api/webhooks");
  assert.equal(answer.status, 403, JSON.stringify(answer.body));
  assert.equal((await leaver.call("GET", "/api/me")).body.organization, null);
  await server.api("POST", `${PATH}/revert`, { version: 0 });
});

test("plans that do not go together are refused where it stands, and say so in the preview", async () => {
  const rules = await opened(["pro", "gold"]);
  const refused = await server.api("PUT", `${PATH}/draft`, rules);
  assert.equal(refused.status, 422);
  assert.equal(refused.body.errors[0].pointer, "/gates/webhooks/plans");
  const who = { role: "manager", membership: "manager", plan: "pro" };
  const preview = await server.api("POST", `${PATH}/preview`, { rules, ...who });
  assert.equal(preview.status, 200, JSON.stringify(preview.body));
  assert.equal(preview.body.problems[0].code, "plans_invalid");
  const at = (rows: { area: string }[], area: string) => rows.find((each) => each.area === area);
  assert.deepEqual(at(preview.body.sees, "webhooks"), {
    area: "webhooks",
    allowed: true,
    reason: null,
    requiredPlan: null,
  });
  assert.deepEqual(at(preview.body.seesNow, "webhooks"), {
    area: "webhooks",
    allowed: false,
    reason: "plan",
    requiredPlan: "enterprise",
  });
  assert.equal((at(preview.body.sees, "keys") as { reason?: string }).reason, "admin");
  await server.api("PATCH", `/api/organizations/${server.organizationId}`, { plan: "free" });
  const { plans, gates, limits } = await opened("*");
  const without = { plans: plans.filter((plan: string) => plan !== "free"), gates, limits };
  const gone = await server.api("PUT", `${PATH}/draft`, without);
  assert.equal(gone.status, 422);
  assert.match(gone.body.errors[0].message, /1 organizations are on free/);
  const { webhooks: _, ...fewer } = gates;
  assert.equal(
    (await server.api("PUT", `${PATH}/draft`, { plans, gates: fewer, limits })).status,
    422,
  );
});

test("a draft that somebody has written meanwhile is neither overwritten nor published unseen", async () => {
  const rules = await opened("*");
  const first = await server.api("PUT", `${PATH}/draft`, rules, { "if-match": '"0"' });
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.equal(
    (await server.api("PUT", `${PATH}/draft`, rules, { "if-match": '"0"' })).status,
    412,
  );
  await server.api("PUT", `${PATH}/draft`, { ...rules, limits: { free: { endpoints: 2 } } });
  const stale = { "if-match": `"${first.body.draft.version}"` };
  assert.equal((await server.api("POST", `${PATH}/publish`, {}, stale)).status, 412);
  assert.equal((await server.api("DELETE", `${PATH}/draft`)).status, 204);
  assert.equal((await server.api("DELETE", `${PATH}/draft`)).status, 404);
  assert.equal((await server.api("POST", `${PATH}/publish`)).status, 404);
});

test("limits that are published hold for the organizations of the plan", async () => {
  await server.api("PATCH", `/api/organizations/${server.organizationId}`, { plan: "free" });
  const rules = { ...(await opened("*")), limits: { free: { endpoints: 1 } } };
  await server.api("PUT", `${PATH}/draft`, rules);
  await server.api("POST", `${PATH}/publish`);
  const path = `/api/organizations/${server.organizationId}/limits`;
  assert.equal((await second.api("GET", path)).body.endpoints.limit, 1);
  const limits = { "*": { readsPerMinute: 5, members: 2 }, free: { readsPerMinute: null } };
  await server.api("PUT", `${PATH}/draft`, { ...rules, limits });
  await server.api("POST", `${PATH}/publish`);
  const { body } = await second.api("GET", path);
  assert.deepEqual([body.readsPerMinute, body.members.limit], [null, 2]);
  await server.api("POST", `${PATH}/revert`, { version: 0 });
});

test("nobody but operators reads or writes plans", async () => {
  const owner = await signInPerson(server, { email: "owner@acme.example", role: "owner" });
  assert.equal((await owner.call("GET", PATH)).status, 403);
  assert.equal((await owner.call("POST", `${PATH}/publish`, {})).status, 403);
  assert.equal((await server.api("GET", "/api/profiles/nobody/plans")).status, 404);
});

test("a profile is checked as it is used, with what operators have added", async () => {
  const type = { type: "order.packed", description: "An order was packed." };
  await server.api("POST", "/api/event-types", type);
  const { status, body } = await second.api("GET", "/api/profiles/fabhub/lint");
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.ok, true);
  const said = body.problems.map(({ message }: { message: string }) => message);
  assert.ok(said.includes("order.packed has no schema and example for its readers."));
  assert.equal((await server.api("GET", "/api/profiles/nobody/lint")).status, 404);
});
