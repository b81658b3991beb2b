/** The dashboard's files: what browsers may keep, what pages may load, and that programs are never answered with a page. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as crypto from "node:crypto";
import { after, before, test } from "node:test";
import { enterPortal } from "../kit/browser.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const SNIPPET = "document.documentElement.dataset.theme = 'dark';";
const HTML = `<!doctype html><script>${SNIPPET}</script><script type="module" src="/assets/a-1.js"></script>`;

let folder: string;
let server: TestServer;

before(async () => {
  folder = `${await mkdtemp(join(tmpdir(), "posthorn-pages-"))}/`;
  await mkdir(`${folder}assets`);
  await writeFile(`${folder}index.html`, HTML);
  await writeFile(`${folder}.built`, "fingerprint");
  await writeFile(`${folder}icon.svg`, "<svg/>");
  await writeFile(`${folder}assets/a-1.js`, "export {};");
  await writeFile(`${folder}assets/a-1.js.br`, "brotli");
  server = await createTestServer({ publicFolder: folder });
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function visit(path: string, headers: Record<string, string> = { accept: "text/html" }) {
  return fetch(server.url + path, { headers, redirect: "manual" });
}

test("every address of a page gets the page, always fresh, under a policy that lets nothing else in", async () => {
  for (const path of ["/", "/settings/integrations/webhooks?status=failing", "/sign-in"]) {
    const answer = await visit(path);
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), HTML);
    assert.equal(answer.headers.get("cache-control"), "private, no-cache");
    assert.equal(answer.headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.equal(answer.headers.get("referrer-policy"), "no-referrer");
    const policy = answer.headers.get("content-security-policy") ?? "";
    const hash = crypto.hash("sha256", SNIPPET, "base64");
    assert.ok(policy.includes(`script-src 'self' 'sha256-${hash}'`), policy);
    assert.ok(policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'"));
    assert.ok(!policy.includes("unsafe"));
  }
});

test("files with a hash in their name are kept for ever and come compressed; others are asked for again", async () => {
  const hashed = await visit("/assets/a-1.js", { "accept-encoding": "identity" });
  assert.equal(hashed.headers.get("cache-control"), "public, max-age=31536000, immutable");
  assert.match(hashed.headers.get("content-type") ?? "", /javascript/);
  const packed = await visit("/assets/a-1.js", { "accept-encoding": "br" }).catch(() => undefined);
  // The file is no Brotli: that it was chosen shows in the header, or in that it cannot be unpacked.
  assert.ok(packed === undefined || packed.headers.get("content-encoding") === "br");
  const icon = await visit("/icon.svg", {});
  assert.equal(icon.headers.get("cache-control"), "no-cache");
  for (const path of ["/.built", "/assets/a-1.js.br", "/assets/missing.js"]) {
    assert.equal((await visit(path)).status, path === "/.built" ? 200 : 404, path);
    assert.notEqual(await (await visit(path)).text(), "fingerprint");
  }
});

test("whoever asks for our address alone gets the first page", async () => {
  for (const headers of [{ accept: "*/*" }, { accept: "text/html" }]) {
    const answer = await visit("/", headers);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
  }
  const program = await visit("/", { accept: "application/json" });
  assert.equal(program.status, 404);
});

test("programs get problem documents, whatever they say to accept", async () => {
  for (const path of ["/api/nothing", "/api", "/in/x/y/z", "/assets/nothing"]) {
    const answer = await visit(path);
    assert.equal(answer.headers.get("content-type"), "application/problem+json", path);
  }
  const other = await visit("/settings/integrations", { accept: "application/json" });
  assert.deepEqual(
    [other.status, ((await other.json()) as { code: string }).code],
    [404, "not_found"],
  );
  const posted = await fetch(`${server.url}/settings`, {
    method: "POST",
    headers: { accept: "text/html" },
  });
  assert.equal(posted.status, 404);
  const method = await visit("/api/setup");
  assert.deepEqual([method.status, method.headers.get("allow")], [405, "POST"]);
});

test("the old addresses of profiles lead on, with their query", async () => {
  const legacy = await visit("/settings/integrations/integrations?connector=hubspot&a=1");
  assert.equal(legacy.status, 308);
  assert.equal(
    legacy.headers.get("location"),
    "/settings/integrations/connections?connector=hubspot&a=1",
  );
  const alias = await visit("/settings/webhooks");
  assert.equal(alias.headers.get("location"), "/settings/integrations/webhooks");
});

test("who can help is told to staff by name and role alone", async () => {
  const organizationId = server.organizationId;
  const admin = { id: "helper", name: "Grace", role: "admin" };
  const { userId } = await enterPortal(server, { organizationId, user: admin });
  await server.api("PUT", `/api/organizations/${organizationId}/members/${userId}`, {
    role: "admin",
  });
  const user = { id: "staff", name: "Sam", role: "staff" };
  const { browser } = await enterPortal(server, { organizationId, user });
  const answer = await browser.call("GET", "/api/me/admins");
  assert.deepEqual(answer.body, { data: [{ name: "Grace", role: "admin" }] });
});
