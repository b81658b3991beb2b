import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { readConfigFile, writeSection } from "./config-file.ts";
import { readSettings } from "./settings.ts";

const root = mkdtempSync(join(tmpdir(), "posthorn-settings-"));
after(() => rmSync(root, { recursive: true }));

let home: string;
let folder: string;
let count = 0;
beforeEach(() => {
  home = join(root, `home-${++count}`);
  folder = join(root, `folder-${count}`);
  mkdirSync(join(home, ".config", "posthorn"), { recursive: true });
  mkdirSync(join(folder, ".posthorn"), { recursive: true });
});

const own = (text: string) => writeFileSync(join(home, ".config", "posthorn", "config.toml"), text);
const near = (text: string) => writeFileSync(join(folder, ".posthorn", "config.toml"), text);

function read(options: Record<string, string> = {}, env: Record<string, string> = {}) {
  const given = { color: true, timeout: "60s", ...options };
  return readSettings(given, { env: { HOME: home, ...env }, folder });
}

const OWN = '[default]\nurl = "https://own.example"\nkey = "phk_own"\norganization = "org_own"\n';
const NEAR = '[default]\nurl = "https://near.example"\nkey = "phk_near"\n';

test("flag, environment, the file of the folder, the file of the home: in this order", () => {
  own(OWN);
  assert.deepEqual([read().url, read().key], ["https://own.example", "phk_own"]);
  assert.equal(read().organizationId, "org_own");
  near(NEAR);
  assert.deepEqual([read().url, read().key], ["https://near.example", "phk_near"]);
  const env = { POSTHORN_API_KEY: "phk_env", POSTHORN_URL: "https://env.example" };
  assert.deepEqual([read({}, env).url, read({}, env).key], ["https://env.example", "phk_env"]);
  assert.equal(read({ key: "phk_flag" }, env).key, "phk_flag");
});

test("a key of a file goes to its own server alone, and takes its organization along", () => {
  own(OWN);
  assert.equal(read({ url: "https://other.example" }).key, undefined);
  assert.equal(read({ url: "https://other.example" }).organizationId, undefined);
  assert.equal(read({ url: "https://own.example/" }).key, "phk_own");
  assert.equal(read({ key: "phk_flag" }).organizationId, undefined);
});

test("the local installation in the folder goes before the server in the home", () => {
  own(OWN);
  writeFileSync(join(folder, ".posthorn", "operator.env"), "POSTHORN_OPERATOR_KEY=pho_local\n");
  assert.deepEqual([read().url, read().key], ["http://127.0.0.1:4400", "pho_local"]);
  assert.equal(read({ context: "default" }).key, "phk_own");
});

test("a context is chosen by flag, by variable, or is the current one", () => {
  own(`current = "b"\n[a]\nkey = 'phk_a'\n# a comment\n[b]\nkey = "phk_b" # "the" other\n`);
  assert.equal(read().key, "phk_b");
  assert.equal(read({ context: "a" }).key, "phk_a");
  assert.equal(read({}, { POSTHORN_CONTEXT: "a" }).key, "phk_a");
  assert.equal(read({ context: "c" }).isContextUnknown, true);
  assert.equal(read({ context: "a" }).isContextUnknown, false);
});

test("env: and cmd: bring the key; a file of the folder runs nothing and reads nothing foreign", () => {
  own(`[default]\nkey = "cmd:printf 'phk_%s' cmd"\n`);
  assert.equal(read().key, "phk_cmd");
  own('[default]\nkey = "env:MY_KEY"\n');
  assert.equal(read({}, { MY_KEY: "phk_env" }).key, "phk_env");
  assert.throws(() => read().key, /MY_KEY is not set/);
  near('[default]\nkey = "cmd:touch owned"\n');
  assert.throws(() => read().key, /is not run/);
  near('[default]\nkey = "env:AWS_SECRET_ACCESS_KEY"\n');
  assert.throws(() => read({}, { AWS_SECRET_ACCESS_KEY: "x" }).key, /POSTHORN_/);
});

test("operator.env of a folder, which anybody can have made, runs nothing and reads nothing foreign", () => {
  const local = (key: string) =>
    writeFileSync(join(folder, ".posthorn", "operator.env"), `POSTHORN_OPERATOR_KEY=${key}\n`);
  const owned = join(folder, "owned");
  local(`cmd:touch ${owned}; echo k`);
  assert.throws(() => read().key, /is not run/);
  assert.equal(existsSync(owned), false);
  local("env:AWS_SECRET_ACCESS_KEY");
  assert.throws(() => read({}, { AWS_SECRET_ACCESS_KEY: "x" }).key, /POSTHORN_/);
});

test("a file that cannot be read says which line; a written one is its owner's alone", () => {
  const path = join(home, ".config", "posthorn", "config.toml");
  own("[default]\nkey = phk_unquoted\n");
  assert.throws(() => read(), /line 2/);
  own("");
  writeSection(path, "a", { url: "https://a.example", key: 'with "quotes" and \\' });
  writeSection(path, "b", { key: "phk_b" });
  const { current, sections } = readConfigFile(path);
  assert.equal(current, "b");
  assert.equal(sections.get("a")?.key, 'with "quotes" and \\');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.throws(() => writeSection(path, "b", { key: "phk_b\nkey" }), { exitCode: 2 });
  assert.equal(readConfigFile(path).sections.get("b")?.key, "phk_b");
  writeSection(path, "b", undefined);
  assert.equal(readConfigFile(path).current, "a");
});
