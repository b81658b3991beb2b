/** What people change about themselves, and invitations that go out once more. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { isPassword } from "../../packages/server/src/platform/password.ts";
import { openBrowser, type Browser } from "../kit/browser.ts";
import { crowd } from "../kit/crowd.ts";
import { eventually } from "../kit/eventually.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
/** A second node: each counts tries per address by itself, and all of these come from one. */
let second: TestServer;

const PASSWORD = "the horse eats at noon";

before(async () => {
  server = await createTestServer();
  second = await createTestServer({ beside: server });
});
after(async () => {
  await second.close();
  await server.close();
});

const tokenIn = (link: string) => new URL(link).searchParams.get("token") ?? "";

/** The latest mails, the newest first, when all have been dealt with. */
async function mailsTo(address: string): Promise<{ subject: string; link: string }[]> {
  const mails = await eventually("all mails are kept", async () => {
    const { data } = (await server.api("GET", "/api/mails?limit=100")).body;
    return data.every(({ state }: { state: string }) => state === "kept") && data;
  });
  return mails.filter(({ to }: { to: string }) => to === address);
}

/** Somebody new, signed in. */
async function person(
  email: string,
  isOperator = false,
  node = server,
): Promise<{ browser: Browser; id: string }> {
  const made = await server.api("POST", "/api/users", { email, name: "Ada", isOperator });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const token = tokenIn((await mailsTo(email))[0]!.link);
  const browser = openBrowser(node);
  const chosen = await browser.call("POST", "/api/password-resets/confirm", {
    token,
    password: PASSWORD,
  });
  assert.equal(chosen.status, 201, JSON.stringify(chosen.body));
  return { browser, id: made.body.id };
}

const signIn = (email: string, node = server) =>
  openBrowser(node).call("POST", "/api/sessions", { email, password: PASSWORD });

test("another address counts once the link in the mail to it was used; the old one is told twice", async () => {
  const { browser } = await person("ada@old.example");
  const ask = (body: unknown) => browser.call("POST", "/api/me/email", body);
  const email = "ada@new.example";
  const without = await ask({ email });
  assert.deepEqual([without.status, without.body.errors[0].code], [422, "password_wrong"]);
  assert.equal((await ask({ email, password: PASSWORD })).status, 202);
  assert.equal((await browser.call("GET", "/api/me")).body.user.email, "ada@old.example");
  const old = () => mailsTo("ada@old.example").then((mails) => mails.map(({ subject }) => subject));
  assert.match((await old())[0] ?? "", /Somebody wants to change your address/);
  // A reset link that waits in the old mailbox does not lead in afterwards.
  await openBrowser(server).call("POST", "/api/password-resets", { email: "ada@old.example" });
  const reset = tokenIn((await mailsTo("ada@old.example"))[0]!.link);
  const token = tokenIn((await mailsTo(email))[0]!.link);
  const confirm = () => openBrowser(server).call("POST", "/api/me/email/confirm", { token });
  const confirmed = await confirm();
  assert.deepEqual([confirmed.status, confirmed.body], [200, { email }]);
  assert.equal((await confirm()).status, 410, "once");
  assert.match((await old())[0] ?? "", /Your address was changed/);
  assert.equal((await signIn("ada@old.example")).status, 401);
  assert.equal((await signIn(email)).status, 201);
  const late = { token: reset, password: "another horse at midnight" };
  const refused = await openBrowser(server).call("POST", "/api/password-resets/confirm", late);
  assert.equal(refused.status, 410);
  const log = (await server.api("GET", "/api/audit-log?limit=100")).body.data;
  const actions = log.map(({ action }: { action: string }) => action);
  assert.ok(actions.includes("users.ask-email") && actions.includes("users.change-email"));
  assert.ok(!JSON.stringify(log).includes("@new.example"), "the log keeps ids");
});

test("an address that somebody has is answered alike and gets no mail; a new password ends open links", async () => {
  const { browser } = await person("grace@one.example");
  await person("taken@one.example");
  const ask = (email: string) =>
    browser.call("POST", "/api/me/email", { email, password: PASSWORD });
  const before = (await mailsTo("taken@one.example")).length;
  const taken = await ask("taken@one.example");
  const free = await ask("free@one.example");
  assert.deepEqual([taken.status, taken.body], [free.status, free.body]);
  assert.equal((await mailsTo("taken@one.example")).length, before);
  const token = tokenIn((await mailsTo("free@one.example"))[0]!.link);
  const next = { present: PASSWORD, next: "another horse at midnight" };
  assert.equal((await browser.call("PATCH", "/api/me", { password: next })).status, 200);
  const late = await openBrowser(server).call("POST", "/api/me/email/confirm", { token });
  assert.deepEqual([late.status, late.body.code], [410, "link_invalid"]);
});

test("of several who ask at once, for an address or a new password, the last link alone works", async () => {
  const { browser, id } = await person("hasty@one.example", false, second);
  const userId = parseId("usr", id) ?? "";
  const asks = {
    email: (count: number) =>
      browser.call("POST", "/api/me/email", { email: `${count}@two.example`, password: PASSWORD }),
    reset: () => browser.call("POST", "/api/password-resets", { email: "hasty@one.example" }),
  };
  for (const [kind, ask] of Object.entries(asks)) {
    const row = { table: "users", id: userId } as const;
    const answers = await crowd(
      server,
      row,
      [1, 2, 3].map((count) => () => ask(count)),
    );
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual(statuses, [202, 202, 202], kind);
    const links = await server.sql`select from links where user_id = ${userId} and kind = ${kind}`;
    assert.equal(links.length, 1, kind);
  }
});

test("too many passwords at once are told to wait, whatever they were for", async () => {
  const { browser } = await person("patient@one.example", false, second);
  const email = "patient@one.example";
  await browser.call("POST", "/api/password-resets", { email });
  const token = tokenIn((await mailsTo(email))[0]!.link);
  // Two are checked, fifty wait, and whose turn is over comes again at once.
  const others = { isThere: true };
  const stay = async () => {
    while (others.isThere) await isPassword("x", SLOW_HASH);
  };
  const leaving = Promise.all(Array.from({ length: 52 }, stay));
  const answers = await Promise.all([
    signIn(email, second),
    browser.call("POST", "/api/me/email", { email: "p@two.example", password: PASSWORD }),
    browser.call("POST", "/api/password-resets/confirm", { token, password: PASSWORD }),
  ]);
  others.isThere = false;
  await leaving;
  for (const { status, body, headers } of answers) {
    assert.deepEqual([status, body.code], [429, "sign_in_throttled"]);
    assert.equal(headers.get("retry-after"), "1");
  }
});

/** Of nothing; it takes some milliseconds. */
const SLOW_HASH = "$argon2id$v=19$m=8192,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAA";

test("a borrowed session cannot try passwords at will", async () => {
  const { browser } = await person("tried@one.example");
  const tries: number[] = [];
  for (let count = 0; count < 7; count++) {
    const password = { present: `guess ${count}`, next: "another horse at midnight" };
    tries.push((await browser.call("PATCH", "/api/me", { password })).status);
  }
  assert.deepEqual([tries[0], tries.at(-1)], [422, 429]);
  const right = await browser.call("POST", "/api/me/email", {
    email: "x@one.example",
    password: PASSWORD,
  });
  assert.equal(right.status, 429, "not the right one either, until the delay is over");
});

test("all other sessions end at once", async () => {
  const { browser } = await person("many@one.example");
  const cookie = (await signIn("many@one.example")).headers.getSetCookie()[0]!.split(";")[0]!;
  const other = () => openBrowser(server).raw("GET", "/api/me", { headers: { cookie } });
  assert.equal((await other()).status, 200);
  assert.equal((await browser.call("DELETE", "/api/sessions")).status, 204);
  assert.equal((await other()).status, 401);
  assert.equal((await browser.call("GET", "/api/sessions")).body.data.length, 1);
});

test("an invitation that is sent again has a new link, and the old one is over", async () => {
  const path = `/api/organizations/${server.organizationId}/invitations`;
  const email = "hedy@one.example";
  const { id } = (await server.api("POST", path, { email, role: "manager" })).body;
  const first = tokenIn((await mailsTo(email))[0]!.link);
  const again = await server.api("POST", `${path}/${id}/resend`);
  assert.deepEqual([again.status, again.body.id, again.body.email], [200, id, email]);
  const [second] = await mailsTo(email);
  const accept = (token: string) =>
    openBrowser(server).call("POST", "/api/invitations/accept", {
      token,
      name: "Hedy",
      password: PASSWORD,
    });
  assert.equal((await accept(first)).status, 410);
  assert.equal((await accept(tokenIn(second!.link))).status, 201);
  assert.equal((await server.api("POST", `${path}/${id}/resend`)).status, 404, "used up");
});

test("of two operators who remove each other at once one stays", async () => {
  const [one, two] = [await person("op1@one.example", true), await person("op2@one.example", true)];
  for (let round = 0; round < 2; round++) {
    const answers = await Promise.all([
      one.browser.call("DELETE", `/api/users/${two.id}`),
      two.browser.call("DELETE", `/api/users/${one.id}`),
    ]);
    assert.ok(answers.every(({ status }) => status < 500));
  }
  const { data } = (await server.api("GET", "/api/users?limit=100")).body;
  assert.equal(data.filter((each: { isOperator: boolean }) => each.isOperator).length, 1);
});
