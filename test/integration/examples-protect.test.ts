/** The example backend does what its guide says, against a real node. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { freePort } from "../kit/port.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let backend: string;
let stop: () => Promise<void>;

before(async () => {
  server = await createTestServer();
  const port = await freePort();
  backend = `http://127.0.0.1:${port}`;
  const file = new URL("../../examples/protect.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--conditions=source", file], {
    env: {
      ...process.env,
      PORT: String(port),
      POSTHORN_URL: server.url,
      POSTHORN_OPERATOR_KEY: server.operatorKey,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  stop = async () => {
    child.kill();
    await once(child, "exit");
  };
  await once(createInterface({ input: child.stdout }), "line");
});

after(async () => {
  await stop();
  await server.close();
});

async function makeKey(fields: Record<string, unknown> = {}) {
  const body = { name: "Caller", scopes: ["webhooks:read"], ...fields };
  return (await server.api("POST", "/api/keys", body)).body;
}

async function ask(headers: Record<string, string>, method = "GET") {
  const response = await fetch(`${backend}/stock`, { method, headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

test("a good key is let in either way, and the organization is known", async () => {
  const { key } = await makeKey();
  const expected = { organizationId: server.organizationId, stock: 42 };
  for (const headers of [{ authorization: `Bearer ${key}` }, { "x-api-key": key }]) {
    assert.deepEqual(await ask(headers), { status: 200, body: expected });
  }
});

test("no key, a wrong one, one without the scope, one that asks too often: each is told apart", async () => {
  const { key } = await makeKey({ requestsPerMinute: 1 });
  const headers = { "x-api-key": key };
  assert.deepEqual(await ask({}), { status: 401, body: { error: "NOT_FOUND" } });
  assert.deepEqual(await ask(headers, "POST"), {
    status: 403,
    body: { error: "INSUFFICIENT_SCOPE" },
  });
  assert.equal((await ask(headers)).status, 200);
  assert.deepEqual(await ask(headers), { status: 429, body: { error: "RATE_LIMITED" } });
});

test("after a revocation the next request is refused, and the call stands in the key's log", async () => {
  const { id, key } = await makeKey();
  assert.equal((await ask({ "x-api-key": key })).status, 200);
  await server.api("DELETE", `/api/keys/${id}`);
  assert.deepEqual(await ask({ "x-api-key": key }), { status: 401, body: { error: "REVOKED" } });
  await server.services.keyUsage.stop();
  const { data } = (await server.api("GET", `/api/keys/${id}/calls`)).body;
  assert.deepEqual(
    data.map((each: { path: string; code: string }) => [each.path, each.code]),
    [
      ["/stock", "REVOKED"],
      ["/stock", "VALID"],
    ],
  );
});
