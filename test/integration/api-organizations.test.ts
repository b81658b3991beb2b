import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signInPerson } from "../kit/browser.ts";
import { createTestServer, type TestAnswer, type TestServer } from "../kit/server.ts";

let server: TestServer;

before(async () => {
  server = await createTestServer();
});

after(() => server.close());

async function create(body: Record<string, unknown>) {
  const answer = await server.api("POST", "/api/organizations", body);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body;
}

const read = (id: string) => server.api("GET", `/api/organizations/${id}`);
const patch = (id: string, body: unknown, headers?: Record<string, string>) =>
  server.api("PATCH", `/api/organizations/${id}`, body, headers);

function problemsOf({ status, body }: TestAnswer): string[] {
  assert.equal(status, 422, JSON.stringify(body));
  return body.errors.map(
    (each: { pointer: string; code: string }) => `${each.pointer} ${each.code}`,
  );
}

test("while there is one organization a call means it; with the second it must be named", async () => {
  const webhook = { url: "http://127.0.0.1:9000/path", events: ["*"] };
  const alone = await server.api("POST", "/api/webhooks", webhook);
  assert.equal(alone.body.organizationId, server.organizationId);
  const second = await create({ name: "Second" });
  assert.deepEqual(problemsOf(await server.api("POST", "/api/webhooks", webhook)), [
    "/organizationId organization_required",
  ]);
  for (const organizationId of [server.organizationId, second.id]) {
    const inBody = await server.api("POST", "/api/webhooks", { ...webhook, organizationId });
    assert.equal(inBody.body.organizationId, organizationId);
    const path = `/api/webhooks?organizationId=${organizationId}`;
    assert.equal((await server.api("POST", path, webhook)).body.organizationId, organizationId);
  }
});

test("a new organization takes the profile of the installation unless it names one", async () => {
  const plain = await create({ name: " Nova Records " });
  assert.match(plain.id, /^org_/);
  assert.deepEqual(plain, {
    id: plain.id,
    name: "Nova Records",
    profile: "default",
    plan: null,
    limits: {},
    suspendedAt: null,
    version: 1,
    createdAt: plain.createdAt,
    updatedAt: plain.createdAt,
  });
  const hub = await create({ name: "Hub", profile: "fabhub", plan: "enterprise" });
  assert.equal(hub.profile, "fabhub");
  assert.equal(hub.plan, "enterprise");
  const answer = await read(hub.id);
  assert.deepEqual(answer.body, hub);
  assert.equal(answer.headers.get("etag"), '"1"');
});

test("its endpoints can be made and their secrets opened: it has a data key of its own", async () => {
  const { id } = await create({ name: "Sealed" });
  const made = await server.api("POST", "/api/webhooks", {
    url: "http://127.0.0.1:9000/path",
    events: ["*"],
    organizationId: id,
  });
  const shown = await server.api("GET", `/api/webhooks/${made.body.id}/secret`);
  assert.equal(shown.body.secret, made.body.secret);
});

test("what is wrong with a new organization is told for every field", async () => {
  const post = (body: unknown) => server.api("POST", "/api/organizations", body);
  assert.deepEqual(problemsOf(await post({ name: "x", profile: "nope" })), [
    "/profile profile_unknown",
  ]);
  assert.deepEqual(problemsOf(await post({ name: "x", plan: "pro" })), ["/plan plan_unknown"]);
  const plan = { name: "x", profile: "fabhub", plan: "gold" };
  assert.deepEqual(problemsOf(await post(plan)), ["/plan plan_unknown"]);
  assert.deepEqual(problemsOf(await post({})), ["/name required"]);
  assert.deepEqual(problemsOf(await post({ name: " " })), ["/name too_short"]);
  assert.deepEqual(problemsOf(await post({ name: "x".repeat(101) })), ["/name too_long"]);
  assert.deepEqual(problemsOf(await post({ name: "a\0b" })), ["/name invalid_value"]);
  assert.deepEqual(problemsOf(await post({ name: "a\ud800" })), ["/name invalid_value"]);
  assert.deepEqual(problemsOf(await post({ name: 1, nmae: "x" })).sort(), [
    "/name invalid_type",
    "/nmae unknown_field",
  ]);
});

test("a change keeps what it does not name and is refused when somebody was faster", async () => {
  const { id } = await create({ name: "Before", profile: "fabhub", plan: "free" });
  const renamed = await patch(id, { name: "After" }, { "if-match": '"1"' });
  assert.equal(renamed.status, 200);
  assert.equal(renamed.headers.get("etag"), '"2"');
  assert.deepEqual([renamed.body.name, renamed.body.plan], ["After", "free"]);
  const stale = await patch(id, { plan: "pro" }, { "if-match": '"1"' });
  assert.deepEqual(
    [stale.status, stale.body.code, stale.body.version],
    [412, "version_conflict", 2],
  );
  assert.equal((await patch(id, { plan: "pro" })).body.plan, "pro");
  assert.equal((await patch(id, { plan: null })).body.plan, null);
  assert.deepEqual(problemsOf(await patch(id, { plan: "gold" })), ["/plan plan_unknown"]);
  assert.deepEqual(problemsOf(await patch(id, { profile: "default" })), ["/profile unknown_field"]);
});

test("of changes made at once with one version exactly one wins", async () => {
  const { id } = await create({ name: "Contested" });
  const names = Array.from({ length: 8 }, (_, index) => `Name ${index}`);
  const answers = await Promise.all(
    names.map((name) => patch(id, { name }, { "if-match": '"1"' })),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  assert.equal(answers.filter(({ status }) => status === 412).length, names.length - 1);
});

test("pages follow one another without gap or repetition, in both orders", async () => {
  const path = "/api/organizations";
  const { body: whole } = await server.api("GET", `${path}?limit=100`);
  const ids: string[] = whole.data.map((each: { id: string }) => each.id);
  assert.deepEqual(ids, ids.toSorted().reverse());
  for (const sort of ["createdAt", "-createdAt"]) {
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await server.api("GET", `${path}?limit=2&sort=${sort}${cursor}`);
      seen.push(...body.data.map((each: { id: string }) => each.id));
      assert.equal(body.hasMore, body.nextCursor !== null);
      cursor = body.nextCursor === null ? "" : `&cursor=${body.nextCursor}`;
    } while (cursor !== "");
    assert.deepEqual(seen, sort === "createdAt" ? ids.toReversed() : ids);
  }
});

test("a cursor that was changed, or belongs to another list, is refused", async () => {
  const { body } = await server.api("GET", "/api/organizations?limit=1");
  const cursors = [`${body.nextCursor}x`, body.nextCursor.slice(2), "nonsense", ""];
  for (const cursor of cursors) {
    const answer = await server.api("GET", `/api/organizations?limit=1&cursor=${cursor}`);
    assert.deepEqual(problemsOf(answer), ["/cursor cursor_invalid"]);
  }
  const others = ["/api/operator-keys?", "/api/organizations?sort=createdAt&"];
  for (const list of others) {
    const answer = await server.api("GET", `${list}cursor=${body.nextCursor}`);
    assert.deepEqual(problemsOf(answer), ["/cursor cursor_invalid"]);
  }
});

test("an unknown organization is 404", async () => {
  const id = "org_01h455vb4pex5vsknk084sn02q";
  assert.equal((await read(id)).status, 404);
  assert.equal((await patch(id, { name: "x" })).status, 404);
  assert.equal((await read("ep_01h455vb4pex5vsknk084sn02q")).status, 404);
});

test("owners and admins rename their own organization, and nothing else of it", async () => {
  const { id } = await create({ name: "Old" });
  const { id: other } = await create({ name: "Another" });
  for (const role of ["owner", "admin"]) {
    const email = `${role}@rename.example`;
    const person = await signInPerson(server, { email, role, organizationId: id });
    const name = `Named by the ${role}`;
    const renamed = await person.call("PATCH", `/api/organizations/${id}`, { name });
    assert.deepEqual([renamed.status, renamed.body.name], [200, name]);
    assert.equal((await person.call("GET", "/api/me")).body.organization.name, name);
    for (const body of [{ plan: null }, { name, limits: { keys: 9 } }]) {
      const refused = await person.call("PATCH", `/api/organizations/${id}`, body);
      assert.deepEqual([refused.status, refused.body.code], [403, "operator_required"]);
    }
    const elsewhere = await person.call("PATCH", `/api/organizations/${other}`, { name });
    assert.equal(elsewhere.status, 404);
  }
  const manager = { email: "manager@rename.example", role: "manager", organizationId: id };
  const refused = await (
    await signInPerson(server, manager)
  ).call("PATCH", `/api/organizations/${id}`, { name: "No" });
  assert.deepEqual([refused.status, refused.body.code], [403, "role_required"]);
  const log = await server.api("GET", `/api/audit-log?organizationId=${id}&action=organizations`);
  const [entry] = log.body.data.filter((each: { result: string }) => each.result === "done");
  assert.equal(entry.actor.kind, "user");
  assert.deepEqual(entry.after, { name: "Named by the admin" });
});
