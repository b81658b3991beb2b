import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deliveryOf } from "../kit/journey.ts";
import { startReceiver, type Receiver } from "../kit/receiver.ts";
import { createTestServer, type TestServer } from "../kit/server.ts";

let server: TestServer;
let canary: Receiver;

before(async () => {
  canary = await startReceiver();
  server = await createTestServer({ mode: "production" });
});

after(async () => {
  await server.close();
  await canary.close();
});

const LITERALS = `
  127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 0 127.0.0.1.
  [::1] [::] [::ffff:127.0.0.1] [64:ff9b::7f00:1] [fd00:ec2::254] [4000::1]
  169.254.169.254 168.63.129.16 100.100.100.200 10.0.0.1 0.0.0.0 224.0.0.1
`
  .trim()
  .split(/\s+/);

test("in production no endpoint can be made at an address inside, however it is written", async () => {
  for (const host of LITERALS) {
    const url = `https://${host}:${canary.port}/status/200`;
    const { status, body } = await server.api("POST", "/api/webhooks", { url, events: ["*"] });
    assert.equal(status, 422, url);
    assert.match(body.errors[0].code, /^(address|host|port)_not_allowed$|^malformed$/, url);
  }
});

test("names of this machine, plain http and our own URL are refused", async () => {
  const cases = {
    "https://localhost/hook": "host_not_allowed",
    "https://metadata.google.internal/": "host_not_allowed",
    "http://example.com/hook": "https_required",
    "https://user:pw@example.com/": "userinfo_not_allowed",
    [`${server.url}/api/events`]: undefined,
  };
  for (const [url, code] of Object.entries(cases)) {
    const { status, body } = await server.api("POST", "/api/webhooks", { url, events: ["*"] });
    assert.equal(status, 422, url);
    if (code) assert.equal(body.errors[0].code, code, url);
  }
});

test("an endpoint that points inside by other means is never dialled", async () => {
  const made = await server.api("POST", "/api/webhooks", {
    url: "https://example.com/hook",
    events: ["*"],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await server.sql`update endpoints set url = ${`https://127.0.0.1:${canary.port}/status/200`}`;
  const posted = await server.api("POST", "/api/events", { type: "order.created", data: {} });
  const delivery = await deliveryOf(
    server,
    posted.body.id,
    ({ attemptCount, status }) => attemptCount === 1 && status !== "sending",
  );
  const attempts = await server.api("GET", `/api/deliveries/${delivery["id"]}/attempts`);
  assert.equal(attempts.body.data[0].outcome, "address_not_allowed");
  assert.ok(
    !JSON.stringify(attempts.body.data[0].error).includes("127.0.0.1"),
    "the address is not shown",
  );
  assert.equal(canary.socketCount, 0);
});
