import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readSettings } from "./settings.ts";

const folder = mkdtempSync(join(tmpdir(), "posthorn-cli-"));
mkdirSync(join(folder, ".posthorn"));
writeFileSync(
  join(folder, ".posthorn", "operator.env"),
  "POSTHORN_OPERATOR_KEY=pho_file\nPOSTHORN_ORGANIZATION=org_file\n",
);
after(() => rmSync(folder, { recursive: true }));

function read(options: Record<string, string> = {}, env: Record<string, string> = {}) {
  return readSettings({ color: true, timeout: "60s", ...options }, { env, folder });
}

test("a flag wins over the environment, the environment over the file, the file over nothing", () => {
  const env = { POSTHORN_API_KEY: "phk_env", POSTHORN_OPERATOR_KEY: "pho_env" };
  assert.equal(read({ key: "phk_flag" }, env).key, "phk_flag");
  assert.equal(read({}, env).key, "phk_env");
  assert.equal(read({}, { POSTHORN_OPERATOR_KEY: "pho_env" }).key, "pho_env");
  assert.equal(read().key, "pho_file");
  assert.equal(
    readSettings({ color: true, timeout: "60s" }, { env: {}, folder: "/" }).key,
    undefined,
  );
  assert.equal(read().url, "http://127.0.0.1:4400");
  assert.equal(read({}, { POSTHORN_URL: "https://a.example/" }).url, "https://a.example");
  assert.equal(
    read({ url: "http://localhost:1" }, { POSTHORN_URL: "x" }).url,
    "http://localhost:1",
  );
});

test("the local key never goes to another machine, nor the local organization with another key", () => {
  assert.equal(read({ url: "https://posthorn.example" }).key, undefined);
  assert.equal(read({ url: "http://127.0.0.1.evil.example" }).key, undefined);
  assert.equal(read({ url: "http://[::1]:4400" }).key, "pho_file");
  assert.equal(read().localOrganizationId, "org_file");
  assert.equal(read({ key: "phk_x" }).localOrganizationId, undefined);
});

test("what cannot be an address or a time limit is refused", () => {
  for (const url of ["", "localhost:4400", "ftp://x", "http://u:p@x", "http://x?a=1"]) {
    assert.throws(() => read({ url }), { exitCode: 2 }, url);
  }
  for (const timeout of ["0", "soon", "-1s"]) {
    assert.throws(() => read({ timeout }), { exitCode: 2 }, timeout);
  }
});
