/** Signing a command line in through the browser, and what it may do then. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { signInPerson, type Browser } from "../kit/browser.ts";
import { cli } from "../kit/cli.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let home: string;
let file: string;

before(async () => (server = await createTestServer()));
after(() => server.close());

beforeEach(() => {
  if (home) rmSync(home, { recursive: true });
  home = mkdtempSync(join(tmpdir(), "posthorn-home-"));
  file = join(home, ".config", "posthorn", "config.toml");
});
after(() => rmSync(home, { recursive: true }));

const run = (...argv: readonly string[]) => cli(argv, { env: { HOME: home } });

const person = (email: string, role = "manager", isOperator = false) =>
  signInPerson(server, { email, role, isOperator });

/** What `--non-interactive` prints. */
async function begin() {
  const { json } = await run("login", "--url", server.url, "--non-interactive");
  assert.match(json.user_code, /^[B-Z]{4}-[B-Z]{4}$/);
  return json;
}

async function signIn(browser: Browser): Promise<void> {
  const { user_code: code, device_code: deviceCode } = await begin();
  const approved = await browser.call("POST", `/api/device-logins/${code}/approve`);
  assert.equal(approved.status, 200, JSON.stringify(approved.body));
  const done = await run("login", "--url", server.url, "--complete", deviceCode);
  assert.equal(done.exitCode, 0, done.stderr);
}

test("a person approves the code in the browser; the session is theirs, listed and ended there", async () => {
  const browser = await person("ada@example.com");
  const { user_code: code, device_code: deviceCode, ...rest } = await begin();
  assert.equal(rest.verification_url, `${server.url}/device?code=${code}`);
  const shown = await browser.call("GET", `/api/device-logins/${code.toLowerCase()}`);
  assert.match(shown.body.name, /^posthorn on /);
  await browser.call("POST", `/api/device-logins/${code}/approve`);
  const done = await run("login", "--url", server.url, "--complete", deviceCode);
  assert.match(done.stdout, /^Signed in as ada@example\.com/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const me = await run("whoami", "--json");
  assert.deepEqual(
    [me.json.kind, me.json.name, me.json.organizationId, me.json.role],
    ["person", "ada@example.com", server.organizationId, "manager"],
  );
  const { body: sessions } = await browser.call("GET", "/api/sessions");
  const session = sessions.data.find(({ kind }: { kind: string }) => kind === "cli");
  assert.match(session.userAgent, /^posthorn on /);
  await browser.call("DELETE", `/api/sessions/${session.id}`);
  assert.equal((await run("whoami")).exitCode, 3);
});

test("a code is picked up once, and not before somebody has answered", async () => {
  const browser = await person("bob@example.com");
  const { user_code: code, device_code: deviceCode } = await begin();
  const pickUp = () => browser.call("POST", "/api/device-logins/session", { deviceCode });
  assert.equal((await pickUp()).status, 202);
  await browser.call("POST", `/api/device-logins/${code}/approve`);
  assert.equal((await pickUp()).status, 201);
  assert.equal((await pickUp()).body.code, "link_invalid");
});

test("a refused one, and one whose ten minutes are over, end the command with 5 and 6", async () => {
  const browser = await person("cleo@example.com");
  const denied = await begin();
  await browser.call("POST", `/api/device-logins/${denied.user_code}/deny`);
  const refused = await run("login", "--url", server.url, "--complete", denied.device_code);
  assert.equal(refused.exitCode, 5);
  const late = await begin();
  await server.sql`update device_logins set expires_at = now() - interval '1 second'`;
  const gone = await browser.call("POST", `/api/device-logins/${late.user_code}/approve`);
  assert.equal(gone.status, 404);
  const ended = await run("login", "--url", server.url, "--complete", late.device_code);
  assert.equal(ended.exitCode, 6);
});

test("nobody but a person at a browser can approve", async () => {
  const browser = await person("dora@example.com");
  await signIn(browser);
  const { user_code: code } = await begin();
  const path = `/api/device-logins/${code}/approve`;
  const byKey = await server.api("POST", path);
  assert.equal(byKey.body.code, "session_required");
  const token = /key = "(phs_[^"]+)"/.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  const bySession = await server.api("POST", path, undefined, { authorization: `Bearer ${token}` });
  assert.equal(bySession.body.code, "session_required");
  const elsewhere = { "sec-fetch-site": "cross-site", "x-posthorn-csrf": "1" };
  const bySite = await browser.raw("POST", path, { headers: elsewhere });
  assert.equal(bySite.body.code, "csrf_failed");
});

test("a session of a command line is no cookie, and a cookie is no session of one", async () => {
  const browser = await person("eve@example.com");
  await signIn(browser);
  const token = /key = "(phs_[^"]+)"/.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  const headers = { cookie: `ph_session=${token}` };
  const asCookie = await fetch(`${server.url}/api/me`, { headers });
  assert.equal(asCookie.status, 401);
  const [value] = browser.cookies.values();
  const asToken = { authorization: `Bearer ${value}` };
  assert.equal((await server.api("GET", "/api/me", undefined, asToken)).status, 401);
});

test("it may what the person may: a manager reads webhooks, makes no keys and publishes nothing", async () => {
  await signIn(await person("fay@example.com"));
  assert.equal((await run("endpoints", "list")).exitCode, 0);
  assert.equal((await run("keys", "create", "x", "--scope", "webhooks:read")).exitCode, 5);
  assert.equal((await run("events", "publish", "a.b", "--data", "{}")).exitCode, 5);
  await signIn(await person("ops@example.com", "owner", true));
  const published = await run("events", "publish", "a.b", "--data", "{}");
  assert.equal(published.exitCode, 0, published.stderr);
});

test("logout ends the session and forgets it", async () => {
  const browser = await person("gus@example.com");
  await signIn(browser);
  assert.equal((await run("logout")).exitCode, 0);
  assert.doesNotMatch(readFileSync(file, "utf8"), /phs_/);
  const { body } = await browser.call("GET", "/api/sessions");
  assert.ok(body.data.every(({ kind }: { kind: string }) => kind !== "cli"));
});

test("a key is stored from stdin or by reference, contexts are switched, organizations too", async () => {
  const env = { HOME: home, OPS_KEY: server.operatorKey };
  const url = ["--url", server.url];
  await cli(["login", ...url, "--context", "ops", "--key", "env:OPS_KEY"], { env });
  assert.match(readFileSync(file, "utf8"), /key = "env:OPS_KEY"/);
  await cli(["login", ...url, "--context", "other", "--key", "-"], { env, stdin: "phk_x\n" });
  assert.equal((await cli(["whoami"], { env })).exitCode, 3);
  const switched = await cli(["switch", "ops"], { env });
  assert.equal(switched.stdout, "Now at ops.\n");
  const me = await cli(["whoami", "--json"], { env });
  assert.deepEqual([me.json.kind, me.json.context], ["operator_key", "ops"]);
  await cli(["switch", server.organizationId], { env });
  assert.match(readFileSync(file, "utf8"), new RegExp(`organization = "${server.organizationId}"`));
  const shown = await cli(["login", ...url, "--key", "phk_x"], { env });
  assert.equal(shown.exitCode, 2);
  const before = readFileSync(file, "utf8");
  for (const stdin of ["cmd:touch owned\n", "env:OPS_KEY\n", "phk_x\nphk_y\n", "\n"]) {
    const refused = await cli(["login", ...url, "--key", "-"], { env, stdin });
    assert.equal(refused.exitCode, 2, stdin);
  }
  assert.equal(readFileSync(file, "utf8"), before);
});
