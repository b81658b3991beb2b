/** One wide line at the end of each stage, and never a secret in it. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { guideSection } from "../kit/guide.ts";
import { createEndpoint, deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

let receiver: Receiver;
let server: TestServer;

before(async () => {
  receiver = await startReceiver();
  server = await createTestServer();
});
after(async () => {
  await server.close();
  await receiver.close();
});

const served = (answer: { headers: Headers }) => {
  const requestId = answer.headers.get("x-request-id");
  const lines = server.logged.filter(
    (line) => line["event"] === "request.served" && line["requestId"] === requestId,
  );
  assert.equal(lines.length, 1, `one line for ${requestId}`);
  const { method, route, status, caller, durationMs } = lines[0] ?? {};
  assert.ok(Number.isInteger(durationMs));
  return [method, route, status, caller];
};

test("each request leaves one line: method, route, status, duration, kind of caller, request id", async () => {
  const endpoint = await createEndpoint(server, `${receiver.url}/status/200`);
  const one = await server.api("GET", `/api/webhooks/${endpoint.id}`);
  assert.deepEqual(served(one), ["GET", "/api/webhooks/:id", 200, "operator"]);
  const event = { type: "order.created", data: 1 };
  const published = await server.api("POST", "/api/events", event);
  assert.deepEqual(served(published), ["POST", "/api/events", 202, "operator"]);
  const batch = await server.api("POST", "/api/events/batch", { events: [event, { type: "" }] });
  assert.deepEqual(served(batch), ["POST", "/api/events/batch", 422, "operator"]);
  const stranger = await fetch(`${server.url}/api/events`, { method: "POST" });
  assert.deepEqual(served(stranger), ["POST", "/api/events", 401, "unknown"]);
  const nothing = await server.api("GET", "/api/nothing/here?key=pho_secret");
  assert.deepEqual(served(nothing), ["GET", null, 404, "unknown"]);
  assert.deepEqual(served(await fetch(`${server.url}/healthz`)), [
    "GET",
    "/healthz",
    200,
    "public",
  ]);
});

test("an attempt leaves its delivery, endpoint, outcome and trace; of the URL the host and a hash", async () => {
  const endpoint = await createEndpoint(server, `${receiver.url}/status/500?token=credential`, {
    headers: { "X-Token": "credential" },
  });
  const event = { type: "order.created", data: { card: "credential" } };
  const { body } = await server.api("POST", "/api/events", event, { traceparent: TRACE });
  await deliveryOf(server, body.id, ({ endpointId }) => endpointId === endpoint.id);
  await deliveryOf(server, body.id, ({ status }) => status === "retrying");
  const line = server.logged.find(
    ({ event: name, endpointId }) => name === "delivery.attempted" && endpointId === endpoint.id,
  );
  assert.deepEqual(
    [line?.["outcome"], line?.["status"], line?.["attempt"]],
    ["http_error", 500, 1],
  );
  assert.match(String(line?.["url"]), /^127\.0\.0\.1:\d+#[0-9a-f]{8}$/);
  assert.match(String(line?.["traceparent"]), new RegExp(`^${TRACE.slice(0, 36)}[0-9a-f]{16}-01$`));
  const secret = await server.api("GET", `/api/webhooks/${endpoint.id}/secret`);
  const all = JSON.stringify(server.logged);
  for (const text of ["credential", "pho_secret", server.operatorKey, secret.body.secret]) {
    assert.ok(!all.includes(text), text);
  }
});

test("the guide for operators says of every event of the log what it means", () => {
  const cwd = new URL("../../packages/server/src/", import.meta.url);
  const files = globSync("**/*.ts", { cwd, exclude: ["**/*.test.ts"] });
  const logged = files.flatMap((file) => {
    const source = readFileSync(new URL(file, cwd), "utf8");
    // A name that an alternative follows is of a type.
    return [...source.matchAll(/\bevent: "([\w.]+)"(?! \|)/g)].map(([, event = ""]) => event);
  });
  const rows = guideSection("operate", "The log").matchAll(/^\| (`[^|]*) \|/gm);
  const told = [...rows].flatMap(([, names = ""]) => names.replaceAll("`", "").split(" "));
  assert.deepEqual(told.toSorted(), [...new Set(logged)].toSorted());
});
