/** What the guide to the SDK shows is run as it stands there, against a real node. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const guide = readFileSync(join(ROOT, "docs/guides/sdk.md"), "utf8");
let folder: string;
let server: TestServer;
let receiver: Receiver;

before(async () => {
  [server, receiver] = await Promise.all([createTestServer(), startReceiver()]);
  process.env["POSTHORN_URL"] = server.url;
  process.env["POSTHORN_OPERATOR_KEY"] = server.operatorKey;
  process.env["RECEIVER_URL"] = receiver.url;
  folder = mkdtempSync(join(tmpdir(), "posthorn-sdk-guide-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(ROOT, "node_modules/@posthorn"), join(folder, "node_modules/@posthorn"));
  snippet("Begin", "begin");
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all([server.close(), receiver.close()]);
});

function snippet(heading: string, name: string): string {
  const section = guide.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  const code = /```ts\n([\s\S]*?)```/.exec(section ?? "")?.[1];
  assert.ok(code, `${heading} has no code`);
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, code);
  return pathToFileURL(file).href;
}

test("events are published, an endpoint is tested and its health read, lists are walked", async () => {
  const { accepted } = await import(snippet("Publish", "publish"));
  assert.match(accepted.id, /^evt_/);
  const { sent, health } = await import(snippet("Test and watch an endpoint", "watch"));
  assert.deepEqual([sent.status, sent.responseStatus], ["delivered", 200]);
  assert.deepEqual(Object.keys(health).toSorted(), ["healthy", "lastDelivery", "successRate"]);
  const { page, failed } = await import(snippet("Lists", "lists"));
  assert.equal(page.hasMore, false);
  assert.deepEqual(failed, []);
});

test("failures are told apart as the guide says", async () => {
  const { find } = await import(snippet("Failures", "failures"));
  assert.equal(await find("ep_nothing"), undefined);
});

test("callers are let in by their keys", async () => {
  const { server: own } = await import(snippet("Let callers in by Posthorn's keys", "keys"));
  const http: Server = own.listen(0, "127.0.0.1");
  await new Promise((resolve) => http.once("listening", resolve));
  const { port } = http.address() as AddressInfo;
  const { key } = (await server.api("POST", "/api/keys", { name: "A", scopes: ["webhooks:read"] }))
    .body;
  const ask = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/x`, { headers });
  assert.deepEqual(await (await ask({ "x-api-key": key })).json(), { for: server.organizationId });
  assert.equal((await ask({})).status, 401);
  await new Promise((resolve) => http.close(resolve));
});
