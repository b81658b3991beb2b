/** What the guide for receivers shows is run as it stands there. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Receiver } from "@posthorn/sdk/webhooks";
import { signTestEvent } from "@posthorn/sdk/webhooks";
import { createDatabase, type TestDatabase } from "../kit/database.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SECRET = `whsec_${Buffer.alloc(32, 11).toString("base64")}`;
const guide = readFileSync(join(ROOT, "docs/guides/receive.md"), "utf8");
let folder: string;
let database: TestDatabase;

before(async () => {
  process.env["WEBHOOK_SECRET"] = SECRET;
  database = await createDatabase("nothing");
  folder = mkdtempSync(join(tmpdir(), "posthorn-guide-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(join(ROOT, "node_modules/@posthorn"), join(folder, "node_modules/@posthorn"));
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

/** The code under a heading as a module; what it imports from beside it has to be there already. */
async function runSnippet(heading: string, name: string): Promise<Record<string, unknown>> {
  const section = guide.split(/^#+ /m).find((part) => part.startsWith(`${heading}\n`));
  const code = /```ts\n([\s\S]*?)```/.exec(section ?? "")?.[1];
  assert.ok(code, `${heading} has no code`);
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, code);
  return import(pathToFileURL(file).href);
}

function paid(): Request {
  const input = { format: "standard", secret: SECRET, type: "order.paid" } as const;
  const { headers, body } = signTestEvent({ ...input, data: { orderId: "ord_1" } });
  return new Request("http://localhost/", { method: "POST", headers, body });
}

type Handler = (request: Request) => Promise<Response>;

test("ten lines receive, and so does the check alone", async () => {
  for (const [heading, name] of [
    ["Receive in ten lines", "ten"],
    ["Verify", "verify"],
  ] as const) {
    // Proof: the snippet exports it.
    const { POST } = (await runSnippet(heading, name)) as { POST: Handler };
    assert.equal((await POST(paid())).status, 200);
    const unsigned = new Request("http://localhost/", { method: "POST", body: "{}" });
    assert.equal((await POST(unsigned)).status, 401);
  }
});

test("the receiver with its inbox in PostgreSQL starts, and its dead letters are looked after", async () => {
  const { Pool } = await import("pg");
  const pool = new Pool({ ...database.connection, max: 5 });
  Reflect.set(globalThis, "guidePool", pool);
  writeFileSync(join(folder, "database.ts"), "export const pool = globalThis.guidePool;\n");
  // Proof: the snippet exports it.
  const { receiver } = (await runSnippet("Keep events safe", "receiver")) as { receiver: Receiver };
  await runSnippet("Dead letters", "dead-letters");
  await receiver.close();
  await pool.end();
});

test("the check without the SDK accepts what is signed and nothing else", async () => {
  // Proof: the snippet exports it.
  const { isSigned } = (await runSnippet("Without the SDK", "without")) as {
    isSigned(headers: object, body: Buffer, secret: string): boolean;
  };
  const request = paid();
  const headers = Object.fromEntries(request.headers);
  const body = Buffer.from(await request.arrayBuffer());
  assert.equal(isSigned(headers, body, SECRET), true);
  const both = { ...headers, "webhook-signature": `v1,AAAA ${headers["webhook-signature"]}` };
  assert.equal(isSigned(both, body, SECRET), true);
  assert.equal(isSigned(headers, Buffer.concat([body, Buffer.from(" ")]), SECRET), false);
  assert.equal(isSigned({ ...headers, "webhook-timestamp": "1" }, body, SECRET), false);
  for (const value of [undefined, "", "v1,", "v1,é", "v0,AAAA"]) {
    assert.equal(isSigned({ ...headers, "webhook-signature": value }, body, SECRET), false);
  }
});

test("the test of a receiver passes", async () => {
  await runSnippet("Test", "test");
});
