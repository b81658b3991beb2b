/** What of a page can be read before its program has come: for whom, and what a page says to nobody. */
import assert from "node:assert/strict";
import * as crypto from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { enterPortal, signInPerson, type Browser } from "../kit/browser.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const HTML = `<!doctype html><head><!--early--></head><div id="root"><!--first-paint--></div>`;
const FILE = {
  frames: {
    browser: "<main>{heading}</main>",
    portal: "<aside>{heading}</aside>",
    portalWithWayBack: "<nav>{heading}</nav>",
  },
  heading: "<h1>{title}</h1><p>{text}</p>",
  pages: [
    page("/settings/integrations/api", {
      title: "Keys",
      label: "keys",
      area: "keys",
      text: "a < b",
    }),
    page("/settings/integrations/api/$keyId", { area: "keys" }),
    page("/operator", { title: "Overview", area: "operator", text: "All." }),
  ],
};
const KEYS = "/settings/integrations/api";

let folder: string;
let server: TestServer;

before(async () => {
  folder = `${await mkdtemp(join(tmpdir(), "posthorn-paint-"))}/`;
  await writeFile(`${folder}index.html`, HTML);
  await writeFile(`${folder}pages.json`, JSON.stringify(FILE));
  server = await createTestServer({ publicFolder: folder, profile: "fabhub" });
});
after(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function page(path: string, facts: Record<string, string>) {
  const scripts = [`/assets${path.replace("$", "")}.js`];
  return { path, title: "", label: null, area: null, text: null, ...facts, scripts };
}

/** As somebody's browser goes to an address. */
async function visit(path: string, { cookies }: Pick<Browser, "cookies"> = { cookies: new Map() }) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(server.url + path, { headers: { accept: "text/html", cookie } });
  return { headers: answer.headers, text: await answer.text() };
}

async function admin(plan: string, email = `${plan}@example.com`): Promise<Browser> {
  const { id: organizationId } = (
    await server.api("POST", "/api/organizations", { name: plan, profile: "fabhub", plan })
  ).body;
  return signInPerson(server, { email, role: "admin", organizationId });
}

test("who has signed in reads the heading in the profile's own words, and the page's files are on their way", async () => {
  const { text, headers } = await visit(`${KEYS}?status=active`, await admin("enterprise"));
  assert.match(text, /<main><h1>Tenant API keys<\/h1><p>a &lt; b<\/p><\/main>/);
  assert.match(
    text,
    /<link rel="modulepreload" crossorigin href="\/assets\/settings\/[^"]+api.js">/,
  );
  const [, script = ""] = /<script>(.*?)<\/script>/.exec(text) ?? [];
  assert.match(script, /^window\.early=fetch\("\/api\/me"/);
  const hash = crypto.hash("sha256", script, "base64");
  assert.ok(headers.get("content-security-policy")?.includes(`'sha256-${hash}'`));
});

test("nothing stands in a page for nobody, for somebody to whom it is closed, and at other addresses", async () => {
  assert.equal((await visit(KEYS)).text, HTML);
  assert.equal((await visit(KEYS, { cookies: new Map([["ph_session", "made up"]]) })).text, HTML);
  const closed = await admin("free");
  assert.equal((await visit("/sign-in", closed)).text, HTML);
  for (const path of [KEYS, "/operator"]) {
    const { text } = await visit(path, closed);
    assert.match(text, /<div id="root"><\/div>/, path);
    assert.ok(!text.includes("modulepreload"), path);
  }
});

test("an object's page has its frame and no heading: what it is called has yet to be read", async () => {
  const { text } = await visit(`${KEYS}/key_1`, await admin("enterprise", "grace@example.com"));
  assert.match(text, /<div id="root"><main><\/main><\/div>/);
});

test("a portal has the frame of a portal, and its operator is none there", async () => {
  const { organizationId } = server;
  const user = { id: "ada", name: "Ada", role: "admin" };
  const { browser } = await enterPortal(server, { organizationId, user });
  assert.ok(!(await visit("/operator", browser)).text.includes("Overview"));
});

test("the description of pages is no file that can be asked for", async () => {
  const answer = await fetch(`${server.url}/pages.json`);
  assert.equal(answer.status, 404);
});
