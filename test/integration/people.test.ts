/** People: the first one, sign-in and its limits, sessions, members, and requests that other sites forge. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { makeSetupLink } from "../../packages/server/src/access/setup-link.ts";
import { enterPortal, openBrowser, signInPerson, type Browser } from "../kit/browser.ts";
import { eventually } from "../kit/eventually.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
/** A second node: each counts sign-ins per address by itself, and all of these come from one. */
let second: TestServer;
let first: Browser;
let firstId: string;

const PASSWORD = "the horse eats at noon";

before(async () => {
  server = await createTestServer();
  second = await createTestServer({ beside: server });
});
after(async () => {
  await second.close();
  await server.close();
});

test("the first start's link makes one operator, once", async () => {
  const old = await makeSetupLink(server.services.sql);
  const link = await makeSetupLink(server.services.sql);
  assert.ok(old && link);
  const person = { email: "Ada@Example.com", name: "Ada", password: PASSWORD };
  first = openBrowser(server);
  const replaced = await first.call("POST", "/api/setup", { ...person, token: old.token });
  assert.deepEqual([replaced.status, replaced.body.code], [410, "link_invalid"]);
  const weak = await first.call("POST", "/api/setup", {
    ...person,
    token: link.token,
    password: "password1234",
  });
  assert.equal(weak.body.errors[0].code, "password_too_common");
  const made = await first.call("POST", "/api/setup", { ...person, token: link.token });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.deepEqual([made.body.user.email, made.body.user.isOperator], ["ada@example.com", true]);
  firstId = made.body.user.id;
  const again = await openBrowser(server).call("POST", "/api/setup", {
    ...person,
    token: link.token,
  });
  assert.equal(again.status, 410);
  assert.equal(await makeSetupLink(server.services.sql), undefined);
  const me = (await first.call("GET", "/api/me")).body;
  assert.equal(me.organization.id, server.organizationId);
  assert.deepEqual(me.organizations[0].role, "owner");
  assert.ok(me.gates.keys.allowed);
});

test("the link alone signs in, too: name, address and password may follow", async () => {
  const own = await createTestServer();
  const asked = await own.api("POST", "/api/setup/links");
  assert.equal(asked.status, 201);
  const once = (url: string) => new URL(url).searchParams.get("once");
  assert.ok(asked.body.url.startsWith(`${own.url}/welcome?once=`));
  const half = { token: once(asked.body.url), email: "o@example.com" };
  const refused = await openBrowser(own).call("POST", "/api/setup", half);
  assert.deepEqual([refused.status, refused.body.errors[0].pointer], [422, "/password"]);
  const browser = openBrowser(own);
  const entered = await browser.call("POST", "/api/setup", { token: once(asked.body.url) });
  assert.equal(entered.status, 201, JSON.stringify(entered.body));
  const me = (await browser.call("GET", "/api/me")).body;
  assert.deepEqual([me.user.isOperator, me.user.hasPassword, me.user.email], [true, false, null]);

  // Whoever loses the cookie before a password was chosen asks again, and is the same person.
  const again = await own.api("POST", "/api/setup/links");
  const person = { email: "o@example.com", name: "Olga", password: PASSWORD };
  const complete = { ...person, token: once(again.body.url) };
  const completed = await openBrowser(own).call("POST", "/api/setup", complete);
  assert.equal(completed.status, 201, JSON.stringify(completed.body));
  assert.deepEqual([completed.body.user.id, completed.body.user.name], [me.user.id, "Olga"]);
  const late = await own.api("POST", "/api/setup/links");
  assert.deepEqual([late.status, late.body.code], [409, "conflict"]);
  const signedIn = await openBrowser(own).call("POST", "/api/sessions", {
    email: person.email,
    password: PASSWORD,
  });
  assert.equal(signedIn.status, 201);
  await own.close();
});

test("the cookie is for scripts and other hosts out of reach, and stored as a hash", async () => {
  const answer = await openBrowser(server).call("POST", "/api/sessions", {
    email: "ada@example.com",
    password: PASSWORD,
  });
  assert.equal(answer.status, 201);
  const [cookie = ""] = answer.headers.getSetCookie();
  assert.match(cookie, /^ph_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/);
  const token = cookie.slice(cookie.indexOf("=") + 1, cookie.indexOf(";"));
  const rows = await server.sql`select * from sessions`;
  assert.ok(!JSON.stringify([rows, server.logged]).includes(token));
});

test("an operator who has signed in may do what an operator key may", async () => {
  const listed = await first.call("GET", "/api/organizations");
  assert.equal(listed.status, 200);
  const made = await first.call("POST", "/api/operator-keys", { name: "by Ada" });
  assert.equal(made.status, 201);
  const log = await server.api("GET", "/api/audit-log?action=operator-keys");
  assert.deepEqual(log.body.data[0].actor, { kind: "user", id: firstId, name: "Ada" });
});

test("requests that another site could make with the cookie are refused", async () => {
  const body = JSON.stringify({ name: "x" });
  const json = { "content-type": "application/json" };
  const forged: Record<string, string>[] = [
    { ...json, origin: "https://evil.example", "x-posthorn-csrf": "1" },
    { ...json, "sec-fetch-site": "cross-site", "x-posthorn-csrf": "1" },
    { ...json, "sec-fetch-site": "same-site", "x-posthorn-csrf": "1" },
    { ...json, "sec-fetch-site": "same-origin" },
    { ...json, "x-posthorn-csrf": "1" },
    { "content-type": "text/plain", origin: "https://evil.example" },
  ];
  for (const headers of forged) {
    const answer = await first.raw("POST", "/api/operator-keys", { body, headers });
    assert.deepEqual([answer.status, answer.body.code], [403, "csrf_failed"]);
  }
  const own = { ...json, origin: server.url, "x-posthorn-csrf": "1" };
  const answer = await first.raw("POST", "/api/operator-keys", { body, headers: own });
  assert.equal(answer.status, 201, "browsers without Sec-Fetch-Site send Origin");
});

test("a wrong password and an unknown address are answered alike; the sixth has to wait", async () => {
  const stranger = openBrowser(server);
  for (const email of ["ada@example.com", "nobody@example.com"]) {
    const codes: string[] = [];
    for (let tries = 0; tries < 6; tries++) {
      const answer = await stranger.call("POST", "/api/sessions", { email, password: "wrong" });
      codes.push(`${answer.status} ${answer.body.code}`);
      if (answer.status === 429) assert.ok(Number(answer.headers.get("retry-after")) >= 1);
    }
    assert.deepEqual(codes.slice(0, 5), Array(5).fill("401 sign_in_failed"));
    assert.equal(codes[5], "429 sign_in_throttled");
  }
  await server.sql`update sign_in_failures set retry_at = now() - interval '1 second'`;
  const right = { email: "ada@example.com", password: PASSWORD };
  assert.equal((await stranger.call("POST", "/api/sessions", right)).status, 201);
});

test("a password of a megabyte is refused before it is hashed", async () => {
  const password = "x".repeat(200_000);
  const answer = await openBrowser(server).call("POST", "/api/sessions", {
    email: "ada@example.com",
    password,
  });
  assert.deepEqual([answer.status, answer.body.errors[0].code], [422, "password_too_long"]);
});

test("sessions are listed and ended; a new password ends all the others", async () => {
  const signIn = async () => {
    const browser = openBrowser(second);
    const body = { email: "ada@example.com", password: PASSWORD };
    assert.equal((await browser.call("POST", "/api/sessions", body)).status, 201);
    return browser;
  };
  const laptop = await signIn();
  const phone = await signIn();
  const { data } = (await laptop.call("GET", "/api/sessions")).body;
  const current = data.filter((each: { isCurrent: boolean }) => each.isCurrent);
  assert.equal(current.length, 1);
  await phone.call("DELETE", "/api/sessions/current");
  assert.equal(phone.cookies.size, 0);
  const tablet = await signIn();
  const next = "a different horse at night";
  const wrong = await laptop.call("PATCH", "/api/me", { password: { present: "no", next } });
  assert.equal(wrong.body.errors[0].code, "password_wrong");
  const changed = await laptop.call("PATCH", "/api/me", { password: { present: PASSWORD, next } });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  const ended = await tablet.call("GET", "/api/me");
  assert.deepEqual([ended.status, ended.body.code], [401, "session_invalid"]);
  assert.equal((await laptop.call("GET", "/api/me")).status, 200);
  await laptop.call("PATCH", "/api/me", { password: { present: next, next: PASSWORD } });
  first = laptop;
});

test("a session that is idle, or too old, is over", async () => {
  const { organizationId } = server;
  const user = { id: "idle", name: "Idle", role: "admin" };
  const { browser } = await enterPortal(server, { organizationId, user });
  assert.equal((await browser.call("GET", "/api/me")).status, 200);
  await server.sql`update sessions set last_seen_at = now() - interval '13 hours' where kind = 'portal'`;
  assert.equal((await browser.call("GET", "/api/me")).body.code, "session_invalid");
  await server.sql`update sessions set last_seen_at = now(), expires_at = now() where kind = 'portal'`;
  assert.equal((await browser.call("GET", "/api/me")).body.code, "session_invalid");
});

test("a portal link works once, for one organization, with what it was given", async () => {
  const other = await server.api("POST", "/api/organizations", { name: "Other" });
  const { organizationId } = server;
  const user = { id: "cust-7", name: "Grace", role: "manager" };
  const entered = await enterPortal(server, {
    organizationId,
    user,
    capabilities: ["endpoints.read"],
    returnUrl: "https://app.example/settings",
  });
  const { browser, userId } = entered;
  const [cookie = ""] = [...browser.cookies.keys()];
  assert.equal(cookie, "__Host-ph_portal");
  await server.api("PUT", `/api/organizations/${organizationId}/members/${userId}`, {
    role: "manager",
  });
  const me = (await browser.call("GET", "/api/me")).body;
  assert.deepEqual(
    [me.kind, me.user.name, me.organization.role, me.returnUrl],
    ["portal", "Grace", "manager", "https://app.example/settings"],
  );
  assert.equal((await browser.call("GET", "/api/webhooks")).status, 200);
  const write = await browser.call("POST", "/api/webhooks", {
    url: "http://127.0.0.1:9009/",
    events: ["*"],
  });
  assert.deepEqual([write.status, write.body.code], [403, "scope_required"]);
  const elsewhere = await browser.call("GET", `/api/webhooks?organizationId=${other.body.id}`);
  assert.deepEqual([elsewhere.status, elsewhere.body.code], [404, "not_found"]);
  const operators = await browser.call("GET", "/api/organizations");
  assert.deepEqual([operators.status, operators.body.code], [403, "operator_required"]);
  const second = await openBrowser(server).visit(entered.url);
  assert.deepEqual([second.status, second.body.code], [410, "link_invalid"]);
});

test("who looks ahead at a link that works once does not use it up", async () => {
  const { organizationId } = server;
  const user = { id: "previewed", name: "Previewed", role: "admin" };
  const made = await server.api("POST", "/api/portal-sessions", { organizationId, user });
  for (const url of [made.body.url, "/api/oidc/callback?code=c&state=s"]) {
    const looked = await openBrowser(server).raw("HEAD", url, { headers: {} });
    assert.deepEqual([looked.status, looked.headers.get("allow")], [405, "GET"], url);
    assert.deepEqual(looked.headers.getSetCookie(), []);
  }
  const entered = await openBrowser(server).visit(made.body.url);
  assert.equal(entered.status, 303, JSON.stringify(entered.body));
});

test("a portal gives an operator of this installation no more than anybody", async () => {
  const { organizationId } = server;
  const user = { id: "ada", name: "Ada", role: "staff" };
  const { browser } = await enterPortal(server, { organizationId, user });
  const answer = await browser.call("GET", "/api/webhooks");
  assert.deepEqual([answer.status, answer.body.code], [403, "role_required"]);
  const account = await browser.call("PATCH", "/api/me", { name: "Eve" });
  assert.equal(account.status, 403);
});

test("words that the profile does not have are refused in a portal link", async () => {
  const answer = await server.api("POST", "/api/portal-sessions", {
    organizationId: server.organizationId,
    user: { id: "x", name: "X", role: "emperor" },
    plan: "gold",
    capabilities: ["everything"],
    ttl: "2d",
  });
  assert.equal(answer.status, 422);
  const again = await server.api("POST", "/api/portal-sessions", {
    organizationId: server.organizationId,
    user: { id: "x", name: "X", role: "emperor" },
    plan: "gold",
    capabilities: ["everything"],
  });
  assert.deepEqual(
    again.body.errors.map((each: { code: string }) => each.code),
    ["role_unknown", "plan_unknown", "scope_unknown"],
  );
});

test("members: nobody gives a role above their own, and the last owner stays", async () => {
  const { organizationId } = server;
  const enter = async (id: string, role: string) => {
    const user = { id, name: id, role: "admin" };
    const entered = await enterPortal(server, { organizationId, user });
    const path = `/api/organizations/${organizationId}/members/${entered.userId}`;
    assert.equal((await server.api("PUT", path, { role })).status, 204);
    return { ...entered, path };
  };
  const admin = await enter("admin-1", "admin");
  const manager = await enter("manager-1", "manager");
  const up = await admin.browser.call("PUT", admin.path, { role: "owner" });
  assert.deepEqual([up.status, up.body.code], [403, "role_required"]);
  assert.equal((await admin.browser.call("PUT", manager.path, { role: "admin" })).status, 204);
  assert.equal((await admin.browser.call("PUT", manager.path, { role: "manager" })).status, 204);
  const denied = await manager.browser.call("PUT", admin.path, { role: "member" });
  assert.deepEqual([denied.status, denied.body.code], [403, "role_required"]);
  const owner = `/api/organizations/${organizationId}/members/${firstId}`;
  const taken = await admin.browser.call("DELETE", owner);
  assert.deepEqual([taken.status, taken.body.code], [403, "role_required"]);
  const last = await server.api("DELETE", owner);
  assert.deepEqual([last.status, last.body.code], [409, "conflict"]);
  const listed = await admin.browser.call("GET", `/api/organizations/${organizationId}/members`);
  const roles = listed.body.data.map((each: { role: string }) => each.role);
  assert.ok(roles.includes("owner") && roles.includes("manager"));
  const other = await server.api("POST", "/api/organizations", { name: "Foreign" });
  const foreign = await admin.browser.call("GET", `/api/organizations/${other.body.id}/members`);
  assert.deepEqual([foreign.status, foreign.body.code], [404, "not_found"]);
});

test("who is no member of an organization is not there for its owners; operators add them", async () => {
  const made = await server.api("POST", "/api/organizations", { name: "Curious" });
  const organizationId: string = made.body.id;
  const email = "curious@example.com";
  const owner = await signInPerson(server, { email, role: "owner", organizationId });
  const members = `/api/organizations/${organizationId}/members`;
  const answers = [];
  for (const id of [firstId, `usr_${"7".repeat(26)}`]) {
    const { status, body } = await owner.call("PUT", `${members}/${id}`, { role: "member" });
    answers.push({ status, body: { ...body, requestId: "…" } });
  }
  assert.equal(answers[0]?.status, 404);
  assert.deepEqual(answers[0], answers[1], "an id that is somebody's tells nothing");
  const emails = async () =>
    (await owner.call("GET", members)).body.data.map((each: { email: string }) => each.email);
  assert.deepEqual(await emails(), [email]);
  const added = await server.api("PUT", `${members}/${firstId}`, { role: "member" });
  assert.equal(added.status, 204);
  assert.deepEqual((await emails()).sort(), ["ada@example.com", email]);
  assert.equal((await owner.call("PUT", `${members}/${firstId}`, { role: "admin" })).status, 204);
  assert.equal((await owner.call("DELETE", `${members}/${firstId}`)).status, 204);
});

test("a person who is removed is gone from everywhere but the log", async () => {
  const { organizationId } = server;
  const user = { id: "leaving", name: "Leaving", role: "admin" };
  const { browser, userId } = await enterPortal(server, { organizationId, user });
  assert.equal((await server.api("DELETE", `/api/users/${userId}`)).status, 204);
  assert.equal((await browser.call("GET", "/api/me")).body.code, "session_invalid");
  assert.equal((await server.api("GET", `/api/users/${userId}`)).status, 404);
  const log = await server.api("GET", `/api/audit-log?objectId=${userId}&action=users.delete`);
  assert.equal(log.body.data.length, 1);
  const lastOperator = await server.api("DELETE", `/api/users/${firstId}`);
  assert.deepEqual([lastOperator.status, lastOperator.body.code], [409, "conflict"]);
});

test("X-Forwarded-For of a stranger is ignored", async () => {
  await first.call("PATCH", "/api/me", { name: "Ada L." });
  const answer = await first.raw("PATCH", "/api/me", {
    body: JSON.stringify({ name: "Ada" }),
    headers: {
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
      "x-posthorn-csrf": "1",
      "x-forwarded-for": "203.0.113.99",
    },
  });
  assert.equal(answer.status, 200);
  const { data } = (await server.api("GET", "/api/audit-log?action=users.update")).body;
  assert.equal(data[0].address, "127.0.0.1");
});

/** The token of the newest mail of a kind, as development keeps it: shown once the queue has come to it. */
const mailedToken = (kind: string): Promise<string> =>
  eventually(`a mail of the kind ${kind} is kept`, async () => {
    const { data } = (await server.api("GET", "/api/mails?limit=20")).body;
    const newest = data.find((each: { kind: string }) => each.kind === kind);
    assert.ok(newest, `no mail of the kind ${kind}`);
    return newest.link !== null && (new URL(newest.link).searchParams.get("token") ?? "");
  });

test("an invitation comes by mail, makes one account, and never takes a role away", async () => {
  const path = `/api/organizations/${server.organizationId}/invitations`;
  const email = "hedy@example.com";
  const invited = await server.api("POST", path, { email, role: "manager" });
  assert.equal(invited.status, 201, JSON.stringify(invited.body));
  const waiting = (await server.api("GET", path)).body.data;
  assert.deepEqual([waiting[0].email, waiting[0].role], [email, "manager"]);
  const token = await mailedToken("invitation");
  const hedy = openBrowser(second);
  const body = { token, name: "Hedy", password: PASSWORD };
  const joined = await hedy.call("POST", "/api/invitations/accept", body);
  assert.equal(joined.status, 201, JSON.stringify(joined.body));
  const me = (await hedy.call("GET", "/api/me")).body;
  assert.deepEqual([me.organization.membershipRole, me.user.name], ["manager", "Hedy"]);
  assert.equal((await hedy.call("POST", "/api/invitations/accept", body)).status, 410);

  const lower = await server.api("POST", path, { email, role: "member" });
  const other = await mailedToken("invitation");
  const stranger = { token: other, name: "X", password: "not the one of Hedy" };
  const denied = await openBrowser(second).call("POST", "/api/invitations/accept", stranger);
  assert.deepEqual([denied.status, denied.body.code], [401, "sign_in_failed"]);
  await hedy.call("POST", "/api/invitations/accept", { ...body, token: other });
  assert.equal((await hedy.call("GET", "/api/me")).body.organization.membershipRole, "manager");
  assert.equal((await server.api("DELETE", `${path}/${lower.body.id}`)).status, 404, "used up");
  const third = await server.api("POST", path, { email: "x@example.com", role: "member" });
  const taken = await mailedToken("invitation");
  assert.equal((await server.api("DELETE", `${path}/${third.body.id}`)).status, 204);
  const late = { token: taken, name: "X", password: PASSWORD };
  assert.equal(
    (await openBrowser(second).call("POST", "/api/invitations/accept", late)).status,
    410,
  );
});

test("a forgotten password: the same answer for everybody, a link that works once, all sessions end", async () => {
  const person = { email: "katherine@example.com", name: "Katherine" };
  assert.equal((await server.api("POST", "/api/users", person)).status, 201);
  const first = await mailedToken("reset");
  const browser = openBrowser(second);
  const chosen = await browser.call("POST", "/api/password-resets/confirm", {
    token: first,
    password: PASSWORD,
  });
  assert.equal(chosen.status, 201, JSON.stringify(chosen.body));
  const before = (await server.api("GET", "/api/mails?limit=100")).body.data.length;
  for (const email of [person.email, "nobody@example.com"]) {
    const answer = await openBrowser(second).call("POST", "/api/password-resets", { email });
    assert.deepEqual([answer.status, answer.body], [202, {}]);
  }
  const mails = (await server.api("GET", "/api/mails?limit=100")).body.data;
  assert.equal(mails.length, before + 1);
  const token = await mailedToken("reset");
  const next = { token, password: "another horse at midnight" };
  assert.equal(
    (await openBrowser(second).call("POST", "/api/password-resets/confirm", next)).status,
    201,
  );
  assert.equal((await browser.call("GET", "/api/me")).body.code, "session_invalid");
  assert.equal(
    (await openBrowser(second).call("POST", "/api/password-resets/confirm", next)).status,
    410,
  );
});
