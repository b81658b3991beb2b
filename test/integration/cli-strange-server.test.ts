/** What a server says is shown and stored, and never becomes a command, a file to open or a variable to hand over. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { cli, type CliOptions } from "../kit/cli.ts";

const URL_ASKED = "https://strange.example";
const TOKEN = `phs_${"a".repeat(36)}`;

let home = "";
let file = "";
beforeEach(() => {
  if (home) rmSync(home, { recursive: true });
  home = mkdtempSync(join(tmpdir(), "posthorn-home-"));
  file = join(home, ".config", "posthorn", "config.toml");
});
after(() => rmSync(home, { recursive: true }));

interface Said {
  readonly token?: string;
  readonly deviceCode?: string;
  readonly page?: string;
}

/** A server whose sign-in is approved at once, and which says what the test wants. */
function strangeServer({ token = TOKEN, deviceCode = "code", page = `${URL_ASKED}/device` }: Said) {
  const begun = { deviceCode, userCode: "BCDF-GHJK", verificationUrlComplete: page };
  const answer: typeof fetch = async (input) =>
    String(input).endsWith("/api/device-logins")
      ? Response.json({ ...begun, expiresInSeconds: 600, intervalSeconds: 5 }, { status: 201 })
      : Response.json({
          status: "approved",
          token,
          expiresAt: "x",
          user: { email: "a@b.example" },
        });
  return answer;
}

function login(said: Said, argv: readonly string[] = [], options: CliOptions = {}) {
  const env = { HOME: home };
  return cli(["login", "--url", URL_ASKED, ...argv], {
    env,
    fetch: strangeServer(said),
    ...options,
  });
}

test("only a session's token is stored: what else a server sends could be run or handed over", async () => {
  for (const token of ["cmd:touch owned", "env:HOME", `${TOKEN}"\nkey = "cmd:x`, "", "phk_a"]) {
    const { exitCode, stderr } = await login({ token });
    assert.equal(exitCode, 1, token);
    assert.match(stderr, /Nothing was stored/);
    assert.equal(existsSync(file), false, token);
  }
  assert.equal((await login({})).exitCode, 0);
  assert.match(readFileSync(file, "utf8"), new RegExp(`key = "${TOKEN}"`));
});

test("only a page of the server that was asked is opened; another one of the web is shown", async () => {
  const opened: string[] = [];
  const openPage = async (page: string) => opened.push(page) > 0;
  for (const page of [
    "file:///etc/passwd",
    "\\\\strange\\share",
    "javascript:x",
    "smb://x/y",
    "",
  ]) {
    const { exitCode } = await login({ page }, [], { openPage });
    assert.equal(exitCode, 1, page);
  }
  const elsewhere = await login({ page: "https://public.example/device" }, [], { openPage });
  assert.match(elsewhere.stderr, /Open https:\/\/public\.example\/device/);
  assert.deepEqual(opened, []);
  const page = `${URL_ASKED}/device?code=BCDF-GHJK`;
  assert.match((await login({ page }, [], { openPage })).stderr, /The browser shows/);
  assert.deepEqual(opened, [page]);
});

test("the next step is one command, whatever the server and the address say", async () => {
  for (const deviceCode of ["x; touch owned", "$(id)", "x\u009b2J", "x\u202ey", ""]) {
    const { exitCode, stdout } = await login({ deviceCode }, ["--non-interactive"]);
    assert.deepEqual([exitCode, stdout], [1, ""], deviceCode);
  }
  const { json } = await login({}, ["--non-interactive"]);
  assert.equal(json.next_step, `posthorn login --url ${URL_ASKED} --complete code`);
  const odd = await login({}, ["--non-interactive", "--url", `${URL_ASKED}/a;touch$IFS'b`]);
  assert.match(
    odd.json.next_step,
    /--url 'https:\/\/strange\.example\/a;touch\$IFS'\\''b' --complete/,
  );
});

const ODD = "a\u001b]0;owned\u0007\u009b2J\u202eb";
// oxlint-disable-next-line no-control-regex -- These must not be there.
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

test("types and exports carry no control character of the catalogue, to a file or a terminal", async () => {
  const properties = { [ODD]: { type: "string", description: ODD } };
  const row = { id: "x", type: ODD, description: ODD, schema: { properties } };
  const answer: typeof fetch = async () => Response.json({ data: [row], name: ODD });
  const options = { fetch: answer, folder: home };
  const ask = ["--url", URL_ASKED, "--key", "k"];
  for (const form of [[], ["-q"], ["--json"]]) {
    const { exitCode, stdout } = await cli(["types", ...ask, ...form], options);
    assert.equal(exitCode, 0);
    assert.doesNotMatch(stdout, CONTROLS);
    if (form[0] === "-q") assert.match(stdout, /\nexport interface WebhookEvents \{\n/);
  }
  await cli(["types", ...ask, "--out", "events.ts"], options);
  assert.doesNotMatch(readFileSync(join(home, "events.ts"), "utf8"), CONTROLS);
  const id = `org_${"0".repeat(26)}`;
  const { exitCode, stdout } = await cli(["orgs", "export", id, "--to", "-", ...ask], options);
  assert.equal(exitCode, 0);
  assert.match(stdout, /owned/);
  assert.doesNotMatch(stdout, CONTROLS);
});
