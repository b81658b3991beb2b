import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { signInPerson } from "../kit/browser.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const NOTHING = {
  productName: null,
  supportContact: null,
  docsUrl: null,
  accentLight: null,
  accentDark: null,
  logoUrl: null,
};

const PATH = "/api/branding";
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(100, 7)]);
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
const HTML = `<!doctype html><html><head></head><body><div id="root"></div></body></html>`;

describe("branding", () => {
  let server: TestServer;
  let folder: string;
  before(async () => {
    folder = `${await mkdtemp(join(tmpdir(), "posthorn-branding-"))}/`;
    await writeFile(`${folder}index.html`, HTML);
    server = await createTestServer({ publicFolder: folder });
  });
  after(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  test("is empty at first, and shown to pages without a session", async () => {
    const answer = await fetch(`${server.url}/api/branding`);
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), NOTHING);
  });

  test("changes what is named, keeps the rest, and is written down", async () => {
    const path = "/api/branding";
    const named = { productName: "Acme Events", supportContact: "help@acme.example" };
    assert.deepEqual((await server.api("PATCH", path, named)).body, { ...NOTHING, ...named });
    const more = { docsUrl: "https://docs.acme.example", supportContact: null };
    const changed = { ...NOTHING, productName: "Acme Events", ...more };
    assert.deepEqual((await server.api("PATCH", path, more)).body, changed);
    assert.deepEqual((await server.api("GET", path)).body, changed);
    const { body } = await server.api("GET", "/api/audit-log?action=branding");
    assert.equal(body.data.length, 2);
    const { logoUrl, ...words } = changed;
    assert.deepEqual(body.data[0].after, { ...words, logo: logoUrl });
  });

  test("takes no contact that a browser would run, and changes by nobody but operators", async () => {
    for (const [name, value] of [
      ["supportContact", "javascript:alert(1)"],
      ["supportContact", "nobody"],
      ["docsUrl", "data:text/html,x"],
      ["productName", ""],
    ] as const) {
      const { status, body } = await server.api("PATCH", "/api/branding", { [name]: value });
      assert.equal(status, 422, value);
      assert.equal(body.errors[0].pointer, `/${name}`);
    }
    const owner = await signInPerson(server, { email: "owner@acme.example", role: "owner" });
    const refused = await owner.call("PATCH", "/api/branding", { productName: "Mine" });
    assert.equal(refused.status, 403);
  });

  test("a colour in which nobody could read is refused, with the nearest that can be read", async () => {
    for (const [name, colour] of [
      ["accentLight", "#ffd400"],
      ["accentDark", "#1a1a80"],
      ["accentLight", "#8ea2ff"],
      ["accentDark", "#2f4bd0"],
    ] as const) {
      const { status, body } = await server.api("PATCH", PATH, { [name]: colour });
      assert.equal(status, 422, colour);
      const [{ pointer, code, fix }] = body.errors;
      assert.deepEqual([pointer, code], [`/${name}`, "accent_weak"]);
      assert.equal((await server.api("PATCH", PATH, { [name]: fix })).status, 200, fix);
    }
    for (const colour of ["red", "#fff", "#12345g", "rgb(0 0 0)", "#123456;}body{display:none"]) {
      const { body } = await server.api("PATCH", PATH, { accentLight: colour });
      assert.equal(body.errors[0].code, "colour_invalid", colour);
    }
    const none = { accentLight: null, accentDark: null };
    assert.equal((await server.api("PATCH", PATH, none)).body.accentLight, null);
  });

  test("a logo has an address for each version, keeps its type, and runs nothing when it is opened", async () => {
    const change = (data: Buffer) => server.api("PATCH", PATH, { logo: data.toString("base64") });
    const first = (await change(PNG)).body.logoUrl;
    assert.match(first, /^\/branding\/[0-9a-f]{16}\/logo\.png$/);
    const answer = await fetch(server.url + first);
    assert.equal(answer.status, 200);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), PNG);
    const said = (name: string) => answer.headers.get(name);
    assert.equal(said("content-type"), "image/png");
    assert.equal(said("x-content-type-options"), "nosniff");
    assert.equal(said("cache-control"), "public, max-age=31536000, immutable");
    assert.match(said("content-security-policy") ?? "", /default-src 'none'.*sandbox/);
    const second = (await change(SVG)).body.logoUrl;
    assert.equal((await fetch(server.url + second)).headers.get("content-type"), "image/svg+xml");
    assert.equal((await fetch(server.url + first)).status, 404);
    const { body: audited } = await server.api("GET", "/api/audit-log?action=branding");
    assert.deepEqual(Object.keys(audited.data[0].after.logo), ["contentType", "version"]);
    const { body } = await server.api("PATCH", PATH, { logo: null });
    assert.equal(body.logoUrl, null);
    assert.equal((await fetch(server.url + second)).status, 404);
  });

  test("an address of no version is not found, whatever it says", async () => {
    for (const version of ["%00", "%ef%bf%be", "x", "0".repeat(17), "%27"]) {
      assert.equal((await fetch(`${server.url}/branding/${version}/logo.png`)).status, 404);
    }
  });

  test("what is no picture, or too large a one, is refused", async () => {
    const cases = [
      ["logo_invalid", "not base64!"],
      ["logo_invalid", Buffer.from("<html></html>").toString("base64")],
      ["logo_invalid", Buffer.from("GIF89a...").toString("base64")],
      ["logo_too_large", Buffer.concat([PNG, Buffer.alloc(64 * 1024)]).toString("base64")],
    ] as const;
    for (const [code, logo] of cases) {
      const { status, body } = await server.api("PATCH", PATH, { logo });
      assert.deepEqual([status, body.errors[0].code], [422, code]);
    }
    assert.equal((await server.api("GET", PATH)).body.logoUrl, null);
  });

  test("pages come with the colours in them, which the policy allows by their hash; without any they are as they were", async () => {
    const page = async () => {
      const { headers, text } = await get("/sign-in");
      return { policy: headers.get("content-security-policy") ?? "", text };
    };
    const before = await page();
    assert.equal(before.text, HTML);
    assert.match(before.policy, /style-src 'self';/);
    await server.api("PATCH", PATH, { accentLight: "#7a1fa2", accentDark: "#d59be8" });
    const { policy, text } = await page();
    const [, rules = ""] = /<style>(.*?)<\/style>/.exec(text) ?? [];
    assert.match(rules, /--c-accent:#7a1fa2.*data-theme="dark"\]\{--c-accent:#d59be8/);
    const hash = crypto.hash("sha256", rules, "base64");
    assert.ok(policy.includes(`style-src 'self' 'sha256-${hash}';`), policy);
    assert.ok(!policy.includes("unsafe-inline"));
    await server.api("PATCH", PATH, { accentLight: null, accentDark: null });
    assert.deepEqual(await page(), before);
  });

  async function get(path: string) {
    const answer = await fetch(server.url + path, { headers: { accept: "text/html" } });
    return { headers: answer.headers, text: await answer.text() };
  }
});
