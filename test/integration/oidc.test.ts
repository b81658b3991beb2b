/** Sign-in through an identity provider: a certified one, and one that lies in every way we could think of. */
import assert from "node:assert/strict";
import { createHmac, createSecretKey, generateKeyPairSync, sign } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  OAuth2Server,
  type MutableRedirectUri,
  type MutableResponse,
  type MutableToken,
} from "oauth2-mock-server";
import { createOidcCookies } from "../../packages/server/src/access/oidc-cookie.ts";
import { parseId } from "../../packages/server/src/domain/id.ts";
import { openBrowser, type Browser } from "../kit/browser.ts";
import {
  startIdentityProvider,
  walkThrough,
  type TestIdentityProvider,
} from "../kit/identity-provider.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let folder = "";
let provider: TestIdentityProvider;
let server: TestServer;
let liar: OAuth2Server;
let lied: TestServer;
/** Each node counts sign-ins per address by itself, and all of these come from one. */
let liedToo: TestServer;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "posthorn-oidc-"));
  provider = await startIdentityProvider();
  const { issuer, client } = provider;
  const secretFile = join(folder, "client-secret");
  await writeFile(secretFile, `${client.secret}\n`);
  server = await createTestServer({
    profile: "fabhub",
    argv: [
      `--oidc-issuer=${issuer}`,
      `--oidc-client-id=${client.id}`,
      `--oidc-client-secret-file=${secretFile}`,
      "--oidc-role-claim=roles",
    ],
  });
  provider.open(`${server.url}/api/oidc/callback`);
  liar = new OAuth2Server();
  await liar.issuer.keys.generate("RS256");
  await liar.start(0, "127.0.0.1");
  const argv = [
    `--oidc-issuer=${liar.issuer.url}`,
    "--oidc-client-id=posthorn",
    "--oidc-new-users=create",
    "--oidc-role-claim=roles",
  ];
  lied = await createTestServer({ profile: "fabhub", argv });
  liedToo = await createTestServer({ profile: "fabhub", argv, beside: lied });
});
after(async () => {
  await server.close();
  await liedToo.close();
  await lied.close();
  await provider.close();
  await liar.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Where a browser ends up that signs in through the provider. */
async function signIn(node: TestServer, browser: Browser, path = "/api/oidc/start") {
  const started = await browser.visit(path);
  assert.equal(started.status, 303, JSON.stringify(started.body));
  const back = await walkThrough(started.headers.get("location") ?? "", node.url);
  const finished = await browser.visit(back);
  assert.equal(finished.status, 303, JSON.stringify(finished.body));
  return { location: finished.headers.get("location"), back };
}

const me = async (browser: Browser) => (await browser.call("GET", "/api/me")).body;

test("the sign-in page is told of the provider", async () => {
  const answer = await openBrowser(server).call("GET", "/api/sign-in");
  const { host } = new URL(provider.issuer);
  assert.deepEqual(answer.body, {
    password: true,
    passwordReset: true,
    oidc: { host, url: "/api/oidc/start" },
  });
});

test("somebody without account and invitation is not let in, whoever confirms them", async () => {
  provider.signInAs("stranger", { email: "stranger@example.com", email_verified: true });
  const browser = openBrowser(server);
  const { location } = await signIn(server, browser, "/api/oidc/start?return=/settings/audit-log");
  assert.equal(location, "/sign-in?problem=not_invited&next=%2Fsettings%2Faudit-log");
  assert.deepEqual([...browser.cookies.keys()], []);
  const rows = await server.sql`select from users where email = 'stranger@example.com'`;
  assert.equal(rows.length, 0);
});

test("who is invited comes in by the confirmed address, with the invitation's role, and stays the same person", async () => {
  const invitations = `/api/organizations/${server.organizationId}/invitations`;
  const invited = { email: "ada@example.com", role: "manager" };
  assert.equal((await server.api("POST", invitations, invited)).status, 201);
  const said = { email: "Ada@Example.com", name: "Ada", roles: ["viewer", "manager"] };
  provider.signInAs("ada", { ...said, email_verified: false });
  const early = await signIn(server, openBrowser(server));
  assert.equal(early.location, "/sign-in?problem=not_invited", "the address is not confirmed");

  provider.signInAs("ada", { ...said, email_verified: true });
  const browser = openBrowser(server);
  const { location } = await signIn(server, browser, "/api/oidc/start?return=/settings/users");
  assert.equal(location, "/settings/users");
  const first = await me(browser);
  assert.deepEqual(
    [first.user.email, first.user.metadataRole, first.organization.membershipRole],
    ["ada@example.com", "manager", "manager"],
  );
  assert.equal(first.user.hasPassword, false);
  assert.equal((await server.api("GET", invitations)).body.data.length, 0);

  provider.signInAs("ada", { email: "married@example.com", email_verified: true, roles: "staff" });
  const again = openBrowser(server);
  await signIn(server, again);
  const second = await me(again);
  assert.deepEqual([second.user.id, second.user.metadataRole], [first.user.id, "staff"]);
  const log = await server.api("GET", "/api/audit-log?action=users.update");
  assert.deepEqual(log.body.data[0].after, { metadataRole: "staff" });
});

test("an invitation to an organization that is full or gone keeps nobody out of the others, and waits", async () => {
  const organization = async (name: string, limits = {}) => {
    const made = await server.api("POST", "/api/organizations", { name, profile: "fabhub" });
    const id: string = made.body.id;
    assert.equal((await server.api("PATCH", `/api/organizations/${id}`, { limits })).status, 200);
    return { id, path: `/api/organizations/${id}` };
  };
  const email = "joan@example.com";
  const invite = async ({ path }: { path: string }, role: string) => {
    const invited = await server.api("POST", `${path}/invitations`, { email, role });
    assert.equal(invited.status, 201, JSON.stringify(invited.body));
  };
  const [full, gone, open] = [
    await organization("Full", { members: 2 }),
    await organization("Gone"),
    await organization("Open"),
  ];
  await invite(full, "member");
  await invite(gone, "member");
  const { id: other } = (
    await server.api("POST", "/api/users", { email: "mary@example.com", name: "Mary" })
  ).body;
  await server.api("PUT", `${full.path}/members/${other}`, { role: "owner" });
  await server.api("PATCH", full.path, { limits: { members: 1 } });
  await server.sql`update organizations set deleted_at = now() where id = ${parseId("org", gone.id) ?? ""}`;
  provider.signInAs("joan", { email, email_verified: true });
  const early = await signIn(server, openBrowser(server));
  assert.equal(early.location, "/sign-in?problem=not_invited", "none of them could be used");
  const known = await server.sql`select from users where email = ${email}`;
  assert.equal(known.length, 0);

  await invite(open, "manager");
  const browser = openBrowser(server);
  assert.equal((await signIn(server, browser)).location, "/");
  const { organization: seen, organizations } = await me(browser);
  assert.deepEqual([seen.id, seen.membershipRole, organizations.length], [open.id, "manager", 1]);
  const again = openBrowser(server);
  assert.equal((await signIn(server, again)).location, "/", "and so it is with an account");

  await server.api("PATCH", full.path, { limits: { members: 2 } });
  assert.equal((await signIn(server, again)).location, "/");
  assert.equal((await me(again)).organizations.length, 2, "there is room by now");
  assert.equal((await server.api("GET", `${full.path}/invitations`)).body.data.length, 0);
});

test("an account with this address is signed into, once it is confirmed; another person of the provider never is", async () => {
  await server.api("POST", "/api/users", { email: "grace@example.com", name: "Grace" });
  provider.signInAs("grace", { email: "grace@example.com", email_verified: true });
  const browser = openBrowser(server);
  await signIn(server, browser);
  assert.equal((await me(browser)).user.name, "Grace");
  provider.signInAs("thief", { email: "grace@example.com", email_verified: true });
  const thief = await signIn(server, openBrowser(server));
  assert.equal(thief.location, "/sign-in?problem=oidc_failed");
});

test("an answer works once, in the browser that asked, and leads to no other site", async () => {
  provider.signInAs("ada", { email: "ada@example.com", email_verified: true });
  for (const path of ["//evil.example", "/\\evil.example", "https://evil.example", "/a\\b"]) {
    const browser = openBrowser(server);
    const query = new URLSearchParams({ return: path });
    const { location } = await signIn(server, browser, `/api/oidc/start?${query}`);
    assert.equal(location, "/", path);
  }
  await server.sql`select 1`;
  const victim = openBrowser(server);
  const started = await victim.visit("/api/oidc/start");
  const back = await walkThrough(started.headers.get("location") ?? "", server.url);
  const stranger = await openBrowser(server).visit(back);
  assert.equal(stranger.headers.get("location"), "/sign-in?problem=oidc_failed");
  assert.equal((await victim.visit(back)).headers.get("location"), "/");
  const replayed = await victim.visit(back);
  assert.equal(replayed.headers.get("location"), "/sign-in?problem=oidc_failed");
});

test("the cookie of a pending sign-in is sealed, and too old after ten minutes", async () => {
  const browser = openBrowser(server);
  const started = await browser.visit("/api/oidc/start");
  const [cookie = ""] = started.headers.getSetCookie();
  assert.match(cookie, /^ph_oidc=[\w-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
  const asked = new URL(started.headers.get("location") ?? "").searchParams;
  assert.equal(asked.get("code_challenge_method"), "S256");
  const opened = Buffer.from(cookie.slice(8, cookie.indexOf(";")), "base64url").toString("latin1");
  assert.ok(!opened.includes(asked.get("state") ?? "state"));
  const { oidcCookies, clock } = server.services;
  const text = oidcCookies.seal({ state: "s", nonce: "n", verifier: "v", returnTo: "/" });
  assert.equal(oidcCookies.open(text)?.state, "s");
  assert.equal(oidcCookies.open(`${text.slice(0, -4)}AAAA`), undefined);
  assert.equal(oidcCookies.open("x"), undefined);
  const later = Object.assign(Object.create(clock), { now: () => clock.now() + 600_001 });
  const pepper = createSecretKey(Buffer.alloc(32, 1));
  const old = createOidcCookies({ pepper, clock }).seal({
    state: "s",
    nonce: "n",
    verifier: "v",
    returnTo: "/",
  });
  assert.equal(createOidcCookies({ pepper, clock: later }).open(old), undefined);
});

type Lie = (token: MutableToken) => void;

/** What the liar says of a person, changed by the lie. */
async function hear(lie: Lie | undefined, node = lied) {
  const tell = (token: MutableToken) => {
    const honest = { sub: "mallory", email: "mallory@example.com", email_verified: true };
    Object.assign(token.payload, honest);
    lie?.(token);
  };
  liar.service.on("beforeTokenSigning", tell);
  const browser = openBrowser(node);
  const { location } = await signIn(node, browser).finally(() =>
    liar.service.off("beforeTokenSigning", tell),
  );
  await lied.sql`delete from users where subject = 'mallory'`;
  return { location, browser };
}

test("with the setting, everybody whom the provider knows comes in; their role opens the menu and nothing more", async () => {
  const tell = ({ payload }: MutableToken) =>
    Object.assign(payload, {
      sub: "eve",
      email: "eve@example.com",
      email_verified: true,
      roles: ["staff", "admin"],
    });
  liar.service.on("beforeTokenSigning", tell);
  const browser = openBrowser(lied);
  const { location } = await signIn(lied, browser);
  liar.service.off("beforeTokenSigning", tell);
  assert.equal(location, "/");
  await lied.api("PATCH", `/api/organizations/${lied.organizationId}`, { plan: "enterprise" });
  const shown = await me(browser);
  assert.deepEqual(
    [shown.user.metadataRole, shown.organization.id, shown.organization.membershipRole],
    ["admin", lied.organizationId, null],
  );
  assert.equal(shown.gates.webhooks.notice, "membership", "row 6 of the matrix");
  const write = await browser.call("POST", "/api/keys", { name: "k", scopes: ["api"] });
  assert.deepEqual([write.status, write.body.code], [403, "membership_required"]);
});

test("a token that was made for somebody else, another time or another place is refused", async () => {
  const lies: Record<string, Lie> = {
    "another nonce": ({ payload }) => void (payload["nonce"] = "x"),
    "no nonce": ({ payload }) => void delete payload["nonce"],
    "another audience": ({ payload }) => void (payload["aud"] = "somebody-else"),
    "several audiences, and another party": ({ payload }) =>
      Object.assign(payload, { aud: ["posthorn", "other"], azp: "other" }),
    "another issuer": ({ payload }) => void (payload.iss = "https://evil.example"),
    expired: ({ payload }) => void (payload.exp = Math.floor(Date.now() / 1000) - 3_600),
    "not yet valid": ({ payload }) => void (payload.nbf = Math.floor(Date.now() / 1000) + 3_600),
    "no subject": ({ payload }) => void delete payload["sub"],
    "a subject that is no text": ({ payload }) => void (payload["sub"] = 7),
  };
  for (const [name, lie] of Object.entries(lies)) {
    const { location, browser } = await hear(lie);
    assert.equal(location, "/sign-in?problem=oidc_failed", name);
    assert.equal(browser.cookies.size, 0, name);
  }
});

test("an address that is merely said to be confirmed is no address", async () => {
  for (const said of ["true", 1, null]) {
    const { location } = await hear(({ payload }) => void (payload["email_verified"] = said));
    assert.equal(location, "/");
    const rows = await lied.sql`select from users where email = 'mallory@example.com'`;
    assert.equal(rows.length, 0, String(said));
  }
});

/** Changes the answer of the token endpoint once. */
async function answerWith(change: (response: MutableResponse) => void) {
  liar.service.once("beforeResponse", change);
  return (await hear(undefined, liedToo)).location;
}

test("a token without a good signature of the provider is refused", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const forge = (alg: string, seal: (text: string) => string) => (response: MutableResponse) => {
    const token = String(response.body && response.body["id_token"]);
    const [head = "", payload = ""] = token.split(".");
    const header = { ...JSON.parse(Buffer.from(head, "base64url").toString()), alg };
    const text = `${part(header)}.${payload}`;
    response.body = { ...response.body, id_token: `${text}.${seal(text)}` };
  };
  const other = (text: string) =>
    sign("sha256", Buffer.from(text), privateKey).toString("base64url");
  const hmac = (text: string) => createHmac("sha256", "posthorn").update(text).digest("base64url");
  const codes = [
    await answerWith(forge("RS256", other)),
    await answerWith(forge("none", () => "")),
    await answerWith(forge("HS256", hmac)),
  ];
  assert.deepEqual(new Set(codes), new Set(["/sign-in?problem=oidc_failed"]));
});

test("a provider that fails, or answers something else, costs nobody more than another try", async () => {
  const failures: ((response: MutableResponse) => void)[] = [
    (response) => Object.assign(response, { statusCode: 500, body: {} }),
    (response) => Object.assign(response, { statusCode: 400, body: { error: "invalid_grant" } }),
    (response) => Object.assign(response, { body: { access_token: "x", token_type: "Bearer" } }),
    (response) => Object.assign(response, { body: "" }),
  ];
  for (const failure of failures) {
    assert.equal(await answerWith(failure), "/sign-in?problem=oidc_failed");
  }
  const redirects: ((target: MutableRedirectUri) => void)[] = [
    ({ url }) => url.searchParams.set("state", "another"),
    ({ url }) => url.searchParams.delete("state"),
    ({ url }) => url.searchParams.delete("code"),
    ({ url }) => url.searchParams.set("iss", "https://evil.example"),
    ({ url }) => (url.search = `?error=access_denied&state=${url.searchParams.get("state")}`),
  ];
  for (const change of redirects) {
    liar.service.once("beforeAuthorizeRedirect", change);
    assert.equal((await hear(undefined, liedToo)).location, "/sign-in?problem=oidc_failed");
  }
});

test("no token, code or verifier of all this stands in a log, and refusals stand in the audit log", async () => {
  for (const node of [server, lied, liedToo]) {
    const text = JSON.stringify(node.logged);
    assert.ok(!/eyJ[\w-]{10,}\./.test(text), "a token is in the log");
    assert.ok(!text.includes(provider.client.secret));
    assert.ok(!node.logged.some(({ level }) => Number(level) >= 50));
  }
  await liedToo.services.refusals.stop();
  const log = await lied.api("GET", "/api/audit-log?action=sessions.create");
  assert.equal(log.body.data[0].result, "oidc_failed");
});

test("a provider that is away is unavailable, for now", async () => {
  const away = await createTestServer({
    argv: ["--oidc-issuer=http://127.0.0.1:9", "--oidc-client-id=posthorn"],
  });
  const answer = await openBrowser(away).visit("/api/oidc/start");
  assert.deepEqual([answer.status, answer.body.code], [503, "unavailable"]);
  await away.close();
  const none = await openBrowser(server).visit("/api/oidc/nothing");
  assert.equal(none.status, 404);
});
