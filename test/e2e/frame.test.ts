/** The pages in a frame of the operator's product: another host, another site; and in nobody else's. */
import { expect, test, type Page } from "@playwright/test";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createTestServer, type TestServer } from "../kit/server.ts";

let product: Server;
let stranger: Server;
let server: TestServer;
/** What the product's page shows. */
let framed = "";

test.beforeAll(async () => {
  const page = () => `<!doctype html><title>Product</title><iframe src="${framed}"></iframe>`;
  const listen = async () => {
    const host = createServer((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end(page()),
    );
    host.listen(0, "localhost");
    await once(host, "listening");
    return host;
  };
  [product, stranger] = [await listen(), await listen()];
  server = await createTestServer({ argv: ["--frame-ancestors", originOf(product)] });
});
test.afterAll(async () => {
  await server.close();
  for (const each of [product, stranger]) each.close();
});

function originOf(host: Server): string {
  // Proof: it listens on TCP.
  return `http://localhost:${(host.address() as AddressInfo).port}`;
}

/** A link for a customer's admin, as the product's backend asks for it. */
async function portalLink(): Promise<string> {
  const { organizationId } = server;
  const user = { id: "framed", name: "Framed", role: "admin" };
  const made = await server.api("POST", "/api/portal-sessions", { organizationId, user });
  const members = `/api/organizations/${organizationId}/members`;
  await server.api("PUT", `${members}/${made.body.userId}`, { role: "admin" });
  return made.body.url;
}

/** What the framed page gets from the API with the cookie that it has. */
async function meIn(page: Page): Promise<{ status: number; kind: string | undefined }> {
  const frame = page.frames().find((each) => each.url().startsWith(server.url));
  if (!frame)
    throw new Error(`nothing of ours is framed: ${page.frames().map((each) => each.url())}`);
  return frame.evaluate(async () => {
    const answer = await fetch("/api/me");
    // Proof: a person's answer, or a problem, which has no kind.
    const { kind } = (await answer.json()) as { kind: string | undefined };
    return { status: answer.status, kind };
  });
}

test("a portal session works in a frame across two hosts, and writes", async ({ page }) => {
  framed = await portalLink();
  await page.goto(originOf(product));
  const frame = page.frameLocator("iframe");
  await expect(frame.getByRole("main")).toBeVisible();
  expect(await meIn(page)).toEqual({ status: 200, kind: "portal" });
  const [cookie] = await page.context().cookies(server.url);
  expect(cookie).toMatchObject({
    name: "__Host-ph_portal",
    httpOnly: true,
    secure: true,
    sameSite: "None",
  });
  const ours = page.frames().find((each) => each.url().startsWith(server.url));
  const status = await ours?.evaluate(async () => {
    const headers = { "content-type": "application/json", "x-posthorn-csrf": "1" };
    const body = JSON.stringify({ url: "http://127.0.0.1:9009/", events: ["*"] });
    return (await fetch("/api/webhooks", { method: "POST", headers, body })).status;
  });
  expect(status).toBe(201);
});

test("the portal's cookie belongs to the product's frame alone", async ({ page }) => {
  framed = await portalLink();
  await page.goto(originOf(product));
  await expect(page.frameLocator("iframe").getByRole("main")).toBeVisible();
  await page.goto(`${server.url}/sign-in`);
  const status = await page.evaluate(async () => (await fetch("/api/me")).status);
  expect(status).toBe(401);
});

test("another site's frame shows nothing of ours", async ({ page }) => {
  const refused: string[] = [];
  page.on("console", (message) => refused.push(message.text()));
  framed = `${server.url}/sign-in`;
  await page.goto(originOf(stranger));
  await expect.poll(() => refused.join("\n")).toMatch(/frame-ancestors/);
});
